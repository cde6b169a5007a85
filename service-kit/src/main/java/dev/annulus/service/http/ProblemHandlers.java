package dev.annulus.service.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Maps exceptions of handlers to {@code application/problem+json}. */
final class ProblemHandlers {
  private static final Logger LOG = LoggerFactory.getLogger(ProblemHandlers.class);

  private final ProblemFormats formats;

  ProblemHandlers(ProblemFormats formats) {
    this.formats = formats;
  }

  void addTo(RoutesConfig routes) {
    routes.exception(ProblemException.class, (e, ctx) -> send(ctx, e.problem()));
    routes.exception(JsonProcessingException.class, (e, ctx) -> send(ctx, ofJson(e)));
    routes.exception(HttpResponseException.class, (e, ctx) -> send(ctx, ofStatus(e, ctx)));
    routes.exception(UnsupportedCharsetException.class, (e, ctx) -> send(ctx, ofCharset(ctx)));
    routes.exception(IllegalCharsetNameException.class, (e, ctx) -> send(ctx, ofCharset(ctx)));
    routes.exception(CompletionException.class, this::unwrap);
    routes.exception(Exception.class, this::unexpected);
  }

  private void unwrap(CompletionException e, Context ctx) {
    if (e.getCause() instanceof ProblemException problem) {
      send(ctx, problem.problem());
    } else {
      unexpected(e.getCause() instanceof Exception cause ? cause : e, ctx);
    }
  }

  private void unexpected(Exception e, Context ctx) {
    LOG.atError()
        .addKeyValue("path", ctx.path())
        .addKeyValue("request_id", RequestObserver.idOf(ctx))
        .setCause(e)
        .log("request failed unexpectedly");
    send(
        ctx,
        Problem.of(
            500, "internal", "Something went wrong; the log has more under this request_id."));
  }

  private void send(Context ctx, Problem problem) {
    String id = RequestObserver.idOf(ctx);
    Problem sent = id.isEmpty() ? problem : problem.with("request_id", id);
    ctx.status(problem.status());
    if (problem.retryAfter() != null) {
      ctx.header("Retry-After", Long.toString(Math.max(1, problem.retryAfter().toSeconds())));
    }
    ProblemFormat.Body body = formats.body(sent, path(ctx), ctx.header("Content-Type"));
    body.headers().forEach(ctx::header);
    ctx.contentType(body.mediaType()).result(body.bytes());
  }

  /** The path without the base path. */
  private static String path(Context ctx) {
    String path = ctx.path();
    String base = ctx.contextPath();
    return path.substring(!base.equals("/") && path.startsWith(base) ? base.length() : 0);
  }

  private static Problem ofStatus(HttpResponseException e, Context ctx) {
    return switch (e.getStatus()) {
      case 404 -> Problem.notFound("There is nothing at " + ctx.path() + ".");
      case 405 -> methodNotAllowed(e, ctx);
      case 413 -> Problem.of(413, "body_too_large", "The body is too large.");
      default -> Problem.of(e.getStatus(), "http_" + e.getStatus(), String.valueOf(e.getMessage()));
    };
  }

  private static Problem ofCharset(Context ctx) {
    return Problem.of(
        415,
        "unsupported_media_type",
        "Content-Type names an unknown charset: " + ctx.header("Content-Type"));
  }

  /** RFC 9110 requires {@code Allow} in a 405, so that a client learns the right method. */
  private static Problem methodNotAllowed(HttpResponseException e, Context ctx) {
    String method = ctx.method().name();
    // Javalin's key for them depends on what the client accepts.
    String allowed = String.join(", ", new TreeSet<>(allowedMethods(e)));
    ctx.header("Allow", allowed);
    return Problem.of(
        405,
        "method_not_allowed",
        "%s does not take %s; it takes %s."
            .formatted(
                ctx.path(), method.equals(RequestMethods.OTHER) ? "this method" : method, allowed));
  }

  private static List<String> allowedMethods(HttpResponseException e) {
    List<String> methods = new ArrayList<>();
    for (String list : e.getDetails().values()) {
      for (String method : list.split(",", -1)) {
        methods.add(method.trim());
      }
    }
    if (methods.contains("GET")) {
      methods.add("HEAD");
    }
    return methods;
  }

  static Problem ofJson(JsonProcessingException e) {
    if (e instanceof UnrecognizedPropertyException unknown) {
      return Problem.badRequest(unknown.getPropertyName() + ": is not a field of this request");
    }
    if (e instanceof WholeNumbers.NotWholeException number && !number.getPath().isEmpty()) {
      return Problem.badRequest(path(number) + ": " + number.rule());
    }
    if (e instanceof MismatchedInputException mismatch && !mismatch.getPath().isEmpty()) {
      return Problem.badRequest(path(mismatch) + ": has the wrong type");
    }
    String where =
        e.getLocation() == null
            ? ""
            : " at line %d, column %d"
                .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
    return Problem.badRequest("The body is not valid JSON" + where + reason(e) + ".");
  }

  /** Only what adds to the position; nothing about the parser's own settings. */
  private static String reason(JsonProcessingException e) {
    String message = e.getOriginalMessage();
    return message != null && (message.startsWith("Duplicate field") || message.startsWith("Half"))
        ? ": " + message
        : "";
  }

  private static String path(JsonMappingException e) {
    StringBuilder path = new StringBuilder();
    for (JsonMappingException.Reference reference : e.getPath()) {
      if (reference.getFieldName() == null) {
        path.append('[').append(reference.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(reference.getFieldName());
      }
    }
    return path.toString();
  }
}
