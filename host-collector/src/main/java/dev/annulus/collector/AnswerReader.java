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

/** The one place that says which answers are worth another try. Thread-safe. */
final class AnswerReader {
  private static final int MAX_DETAIL_CHARS = 300;
  private static final int MAX_SECONDS_DIGITS = 9;
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}+");

  private final ObjectMapper json = new ObjectMapper();
  private final InstantSource clock;
  private final Duration maxRetryAfter;

  AnswerReader(InstantSource clock, Duration maxRetryAfter) {
    this.clock = clock;
    this.maxRetryAfter = maxRetryAfter;
  }

  /**
   * Sorts an HTTP answer.
   *
   * @param retryAfter the header, in seconds or as a date
   * @param body possibly cut short
   */
  Answer answered(int status, Optional<String> retryAfter, byte[] body) {
    if (status >= 200 && status < 300) {
      return new Answer.Accepted();
    }
    if (status == 429 || status >= 500) {
      return new Answer.Later(
          detail(status, body), retryAfter.map(this::pause).orElse(Duration.ZERO));
    }
    return new Answer.Refused(detail(status, body));
  }

  /** Sorts a request without an answer: the outcome is unknown, and another try does no harm. */
  static Answer failed(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof CancellationException) {
      return new Answer.Later("no answer in time", Duration.ZERO);
    }
    // The JDK's ConnectException has no message.
    String message = cause.getMessage() == null ? "" : ": " + cause.getMessage();
    String reason = clean(cause.getClass().getSimpleName() + message);
    return new Answer.Later(reason, Duration.ZERO);
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

  /** The problem's own sentence after the status; the status alone if there is none. */
  private String detail(int status, byte[] body) {
    String sentence = "";
    try {
      JsonNode problem = json.readTree(body);
      sentence = problem.path("detail").asText(problem.path("title").asText());
    } catch (IOException e) {
      // A proxy's page, or a body cut short: the status has to do.
    }
    return clean(sentence.isBlank() ? "HTTP " + status : "HTTP " + status + ": " + sentence);
  }

  private static String clean(String text) {
    String line = CONTROL.matcher(text).replaceAll(" ");
    return line.length() > MAX_DETAIL_CHARS ? line.substring(0, MAX_DETAIL_CHARS) : line;
  }
}
