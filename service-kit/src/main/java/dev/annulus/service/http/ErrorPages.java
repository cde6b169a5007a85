package dev.annulus.service.http;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Locale;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Jetty's own error responses as a {@link Problem} instead of a page: to malformed HTTP, and to
 * requests that still wait when the server stops.
 */
final class ErrorPages extends ErrorHandler {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

  private final ServedRoutes served;

  /**
   * @param served has the format of problems by path
   */
  ErrorPages(ServedRoutes served) {
    this.served = served;
  }

  @Override
  public boolean errorPageForMethod(String method) {
    return true;
  }

  @Override
  protected void generateResponse(
      Request request,
      Response response,
      int code,
      @Nullable String message,
      @Nullable Throwable cause,
      Callback callback) {
    send(request, response, problem(request, code, message), callback);
  }

  /** Responds with a problem. */
  void send(Request request, Response response, Problem problem, Callback callback) {
    ProblemFormat.Body body =
        served
            .problemFormats()
            .body(
                problem,
                served.ownPath(Request.getPathInContext(request)),
                request.getHeaders().get(HttpHeader.CONTENT_TYPE));
    response.setStatus(problem.status());
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, body.mediaType());
    body.headers().forEach(response.getHeaders()::put);
    Duration retryAfter = problem.retryAfter();
    if (retryAfter != null) {
      response.getHeaders().put(HttpHeader.RETRY_AFTER, retryAfter.toSeconds());
    }
    response.write(true, ByteBuffer.wrap(body.bytes()), callback);
  }

  private static Problem problem(Request request, int code, @Nullable String message) {
    if (code == 500) {
      return request.getConnectionMetaData().getConnector().getServer().isStopping()
          ? Problem.unavailable(
              "stopping", "The server stops; send the request again.", RETRY_AFTER)
          : Problem.of(500, "internal", "Something went wrong; the log has more.");
    }
    String detail = message == null || message.isBlank() ? "The request is refused" : message;
    return Problem.of(
        code,
        switch (code) {
          case 400 -> "bad_request";
          case 431 -> "header_too_large";
          default -> "http_" + code;
        },
        detail.substring(0, 1).toUpperCase(Locale.ROOT) + detail.substring(1) + ".");
  }
}
