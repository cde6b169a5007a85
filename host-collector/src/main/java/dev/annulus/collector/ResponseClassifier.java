package dev.annulus.collector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;

/** Classifies responses: the only place that decides what to retry. Thread-safe. */
final class ResponseClassifier {
  private static final int MAX_DETAIL_CHARS = 300;
  private static final int MAX_SECONDS_DIGITS = 9;
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}+");

  private final ObjectMapper json = new ObjectMapper();
  private final InstantSource clock;
  private final Duration maxRetryAfter;

  ResponseClassifier(InstantSource clock, Duration maxRetryAfter) {
    this.clock = clock;
    this.maxRetryAfter = maxRetryAfter;
  }

  /**
   * Classifies an HTTP response.
   *
   * @param retryAfter the header, in seconds or as a date
   * @param body possibly truncated
   */
  PostOutcome answered(int status, Optional<String> retryAfter, byte[] body) {
    if (status >= 200 && status < 300) {
      return new PostOutcome.Accepted();
    }
    if (status == 429 || status >= 500) {
      return new PostOutcome.Later(
          detail(status, body), retryAfter.map(this::pause).orElse(Duration.ZERO));
    }
    return new PostOutcome.Refused(detail(status, body));
  }

  /** Classifies a request without a response: the outcome is unknown, and a retry is harmless. */
  static PostOutcome failed(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof CancellationException) {
      return new PostOutcome.Later("no response in time", Duration.ZERO);
    }
    // The JDK's ConnectException has no message.
    String message = cause.getMessage() == null ? "" : ": " + cause.getMessage();
    String reason = clean(cause.getClass().getSimpleName() + message);
    return new PostOutcome.Later(reason, Duration.ZERO);
  }

  private Duration pause(String retryAfter) {
    Duration asked = parse(retryAfter.trim());
    if (asked.isNegative()) {
      return Duration.ZERO;
    }
    return asked.compareTo(maxRetryAfter) > 0 ? maxRetryAfter : asked;
  }

  private Duration parse(String retryAfter) {
    boolean seconds =
        !retryAfter.isEmpty() && retryAfter.chars().allMatch(c -> c >= '0' && c <= '9');
    if (seconds) {
      return retryAfter.length() > MAX_SECONDS_DIGITS
          ? maxRetryAfter
          : Duration.ofSeconds(Long.parseLong(retryAfter));
    }
    try {
      Instant until =
          ZonedDateTime.parse(retryAfter, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return Duration.between(clock.instant(), until);
    } catch (DateTimeParseException e) {
      return Duration.ZERO;
    }
  }

  /** The status and the problem's detail; only the status if there is none. */
  private String detail(int status, byte[] body) {
    String sentence = "";
    try {
      JsonNode problem = json.readTree(body);
      sentence = problem.path("detail").asText(problem.path("title").asText());
    } catch (IOException e) {
      // A proxy's page, or a truncated body: only the status is known.
    }
    return clean(sentence.isBlank() ? "HTTP " + status : "HTTP " + status + ": " + sentence);
  }

  private static String clean(String text) {
    String line = CONTROL.matcher(text).replaceAll(" ");
    return line.length() > MAX_DETAIL_CHARS ? line.substring(0, MAX_DETAIL_CHARS) : line;
  }
}
