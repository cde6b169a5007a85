package dev.annulus.query.http.prometheus;

import dev.annulus.kv.StoreException;
import dev.annulus.promql.PromqlException;
import dev.annulus.query.http.Requests;
import dev.annulus.query.sql.SqlException;
import dev.annulus.service.http.Problem;
import dev.annulus.service.http.ProblemFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Failures as Prometheus' API tells them: {@code status}, {@code errorType} and {@code error}. */
final class PrometheusErrors implements ProblemFormat {
  static final String BAD_DATA = "bad_data";
  private static final String EXECUTION = "execution";
  private static final String TIMEOUT = "timeout";
  private static final String CANCELED = "canceled";
  private static final String UNAVAILABLE = "unavailable";

  private static final int CLIENT_CLOSED_REQUEST = 499;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
  private static final Logger LOG = LoggerFactory.getLogger(PrometheusErrors.class);

  /** What the client is told of a failure. */
  static RuntimeException of(Throwable failure) {
    Throwable cause = StoreException.unwrap(failure);
    if (cause instanceof PromqlException e) {
      return of(e).toException();
    }
    if (cause instanceof SqlException e) {
      return of(e).toException();
    }
    if (cause instanceof StackOverflowError) {
      return Problem.of(422, EXECUTION, "a regular expression or the query is nested too deeply")
          .toException();
    }
    if (cause instanceof RejectedExecutionException) {
      return tooMany("too many queries wait for their turn; try again in a moment").toException();
    }
    return Requests.problemOf(failure);
  }

  static Problem of(PromqlException e) {
    String message = String.valueOf(e.getMessage());
    return switch (e.type()) {
      case BAD_DATA -> Problem.of(400, BAD_DATA, "invalid parameter \"query\": " + message);
      case EXECUTION, TOO_MUCH -> Problem.of(422, EXECUTION, message);
      case TIMEOUT -> Problem.of(503, TIMEOUT, message);
      case CANCELED -> Problem.of(CLIENT_CLOSED_REQUEST, CANCELED, message);
    };
  }

  static Problem of(SqlException e) {
    String message = e.hint() == null ? e.getMessage() : e.getMessage() + ": " + e.hint();
    return switch (e.code()) {
      case TIMEOUT -> Problem.of(503, TIMEOUT, message);
      case CANCELLED -> Problem.of(CLIENT_CLOSED_REQUEST, CANCELED, message);
      case TOO_MANY_QUERIES -> tooMany(message);
      case INTERNAL -> internal(e);
      default -> Problem.of(422, EXECUTION, message);
    };
  }

  private static Problem tooMany(String message) {
    return Problem.unavailable(UNAVAILABLE, message, RETRY_AFTER);
  }

  private static Problem internal(SqlException e) {
    LOG.atError().setCause(e).log("a query failed unexpectedly");
    return Problem.of(500, "internal", "something went wrong; the log has more");
  }

  @Override
  public Body body(Problem problem, @Nullable String requestType) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try (JsonAnswer json = new JsonAnswer(body)) {
      json.raw("{\"status\":\"error\",\"errorType\":").text(type(problem));
      json.raw(",\"error\":").text(problem.detail()).raw("}");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Body(JsonAnswer.MEDIA_TYPE, body.toByteArray(), Map.of());
  }

  /** Prometheus' name for a problem; other codes stay, because it has none for them. */
  private static String type(Problem problem) {
    return switch (problem.code()) {
      case TIMEOUT, UNAVAILABLE, "not_found", "unauthorized", "forbidden" -> problem.code();
      default ->
          switch (problem.status()) {
            case 400, 413, 414, 415 -> BAD_DATA;
            case 503 -> UNAVAILABLE;
            default -> problem.code();
          };
    };
  }
}
