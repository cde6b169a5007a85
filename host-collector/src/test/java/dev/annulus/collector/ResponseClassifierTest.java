package dev.annulus.collector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResponseClassifierTest {
  private final ResponseClassifier reader =
      new ResponseClassifier(
          InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z")), Duration.ofMinutes(1));

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      delimiter = '|',
      value = {
        "none | 0",
        "'' | 0",
        "0 | 0",
        "7 | 7",
        "61 | 60",
        "99999999999999999999 | 60",
        "-5 | 0",
        "1.5 | 0",
        "soon | 0",
        "Thu, 01 Jan 2026 00:00:30 GMT | 30",
        "Thu, 01 Jan 2026 01:00:00 GMT | 60",
        "Wed, 31 Dec 2025 23:59:00 GMT | 0"
      })
  void readsRetryAfter(String header, int seconds) {
    assertThat(reader.answered(503, Optional.ofNullable(header), new byte[0]))
        .isEqualTo(new PostOutcome.Later("HTTP 503", Duration.ofSeconds(seconds)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"detail\":\"ts is missing\",\"title\":\"Bad Request\"} | HTTP 400: ts is missing",
        "{\"title\":\"Bad Request\"} | HTTP 400: Bad Request",
        "{\"detail\":\"two\\nlines\"} | HTTP 400: two lines",
        "{\"detail\":{}} | HTTP 400",
        "[] | HTTP 400",
        "null | HTTP 400",
        "`` | HTTP 400",
        "<html> | HTTP 400",
        "{\"detail\":\"cut sho | HTTP 400"
      })
  void readsTheProblemsDetail(String body, String detail) {
    assertThat(reader.answered(400, Optional.empty(), body.getBytes(UTF_8)))
        .isEqualTo(new PostOutcome.Refused(detail));
  }

  @Test
  void cutsALongDetail() {
    String body = "{\"detail\":\"" + "x".repeat(5_000) + "\"}";

    assertThat(reader.answered(400, Optional.empty(), body.getBytes(UTF_8)))
        .isInstanceOfSatisfying(
            PostOutcome.Refused.class, refused -> assertThat(refused.detail()).hasSize(300));
  }

  @ParameterizedTest
  @CsvSource({"200, true", "204, true", "301, false", "401, false", "413, false"})
  void sortsTheOtherStatuses(int status, boolean accepted) {
    PostOutcome answer = reader.answered(status, Optional.empty(), new byte[0]);

    assertThat(answer)
        .isInstanceOf(accepted ? PostOutcome.Accepted.class : PostOutcome.Refused.class);
  }

  @Test
  void sendsAgainWhenThereWasNoAnswer() {
    assertThat(ResponseClassifier.failed(new CompletionException(new ConnectException())))
        .isEqualTo(new PostOutcome.Later("ConnectException", Duration.ZERO));
    assertThat(ResponseClassifier.failed(new ConnectException("refused")))
        .isEqualTo(new PostOutcome.Later("ConnectException: refused", Duration.ZERO));
    assertThat(ResponseClassifier.failed(new CancellationException()))
        .isEqualTo(new PostOutcome.Later("no response in time", Duration.ZERO));
  }
}
