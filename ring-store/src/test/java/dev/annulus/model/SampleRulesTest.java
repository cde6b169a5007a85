package dev.annulus.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SampleRulesTest {
  private static final long NOW = 1_800_000_000L;
  private final SampleRules rules = SampleRules.DEFAULT;

  @ParameterizedTest
  @ValueSource(longs = {0, 1, NOW, NOW + 600})
  void timesUpToTheAllowedSkewAreFine(long ts) {
    assertThatCode(() -> rules.checkTimestamp(SampleRules.millisOf(ts), Times.millis(NOW)))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "-1, must not be negative",
    "1800000601, is 601 s in the future; at most 600 s are allowed",
    "1800000000000, looks like milliseconds",
    "1799999999999999, looks like microseconds",
    "1799999999999999999, looks like nanoseconds",
    "9223372036854775, in the future",
    "9223372036854775807, looks like nanoseconds"
  })
  void otherTimesAreNamed(long ts, String rule) {
    assertThatThrownBy(() -> rules.checkTimestamp(SampleRules.millisOf(ts), Times.millis(NOW)))
        .isInstanceOf(InvalidSampleException.class)
        .hasMessageStartingWith("ts: ")
        .hasMessageContaining(rule);
  }

  /**
   * Decimal fractions have no exact double; the millisecond that was written is kept all the same.
   */
  @Test
  void decimalSecondsKeepTheirMilliseconds() {
    long seed = ThreadLocalRandom.current().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 50_000; i++) {
      long millis = random.nextLong(4_000_000_000_000L);
      String seconds = BigDecimal.valueOf(millis, 3).toPlainString();
      assertThat(SampleRules.millisOf(Double.parseDouble(seconds)))
          .as("%s, seed %d", seconds, seed)
          .isEqualTo(millis);
      assertThat(SampleRules.millisOf(Double.parseDouble(seconds + "9")))
          .as("%s9 rounded down, seed %d", seconds, seed)
          .isEqualTo(millis);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void readingsMayBeAnyDoubleWhereTheProtocolHasThem(double value) {
    assertThatThrownBy(
            () -> rules.checkFinite(SeriesSpec.of(SeriesKey.of("m"), MetricType.GAUGE), value))
        .hasMessageContaining("value: must be a finite number");
    rules.checkValue(SeriesSpec.of(SeriesKey.of("m"), MetricType.COUNTER), value);
    assertThatThrownBy(() -> rules.checkValue(SeriesSpec.deltasOf(SeriesKey.of("d")), value))
        .hasMessageContaining("delta_value: must be a finite number");
  }

  @Test
  void incrementsAreNotNegative() {
    SeriesSpec deltas = SeriesSpec.deltasOf(SeriesKey.of("d"));
    rules.checkValue(deltas, 0);
    assertThatThrownBy(() -> rules.checkValue(deltas, -0.5))
        .hasMessageContaining("delta_value: must not be negative, got -0.5");
  }

  @Test
  void namesAndTagsAreBounded() {
    assertRefused("", Map.of(), "name: must not be empty");
    assertRefused(
        "n".repeat(513),
        Map.of(),
        "name: may have at most 512 bytes in UTF-8 (ingest.max-name-bytes), got 513");
    assertRefused(
        "ä".repeat(257),
        Map.of(),
        "name: may have at most 512 bytes in UTF-8 (ingest.max-name-bytes), got 514");
    assertRefused("a\u0000b", Map.of(), "name: must not contain NUL");
    assertRefused("a\nb", Map.of(), "name: must not contain control characters");
    assertRefused("a", Map.of("a\nb", "c"), "tags: must not contain control characters");
    assertRefused("a\ud800", Map.of(), "unpaired surrogates");
    assertRefused(
        "a", Map.of("b", "\ud800"), "tags.b: must not contain NUL or unpaired surrogates");
    assertRefused("a", Map.of("", "x"), "tags: must not be empty");
    assertRefused("a", Map.of("k".repeat(257), "x"), "tags: may have at most 256 bytes");
    assertRefused("a", Map.of("k", "v".repeat(2_049)), "tags.k: may have at most 2048 bytes");
    Map<String, String> many = new HashMap<>();
    for (int i = 0; i < 65; i++) {
      many.put("k" + i, "v");
    }
    assertRefused("a", many, "tags: at most 64 are allowed (ingest.max-tags), got 65");
    Map<String, String> large = new HashMap<>();
    for (int i = 0; i < 5; i++) {
      large.put("k" + i, "v".repeat(1_900));
    }
    assertRefused("a", large, "together with the name must have at most 9472 bytes");
    for (String value : List.of("", "two\nlines", "a\tb\u0001c")) {
      assertThatCode(() -> rules.checkSeries(spec("ä€😀", Map.of("host", value))))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void geometryIsBounded() {
    SeriesKey key = SeriesKey.of("a");
    assertThatThrownBy(
            () -> rules.checkSeries(new SeriesSpec(null, key, MetricType.GAUGE, 0L, null)))
        .hasMessageContaining("step: must be between 1 and");
    assertThatThrownBy(
            () -> rules.checkSeries(new SeriesSpec(null, key, MetricType.GAUGE, null, 10_000_001)))
        .hasMessageContaining("slots: must be between 1 and 10000000, got 10000001");
    assertThatThrownBy(
            () -> rules.checkSeries(new SeriesSpec(1L << 32, key, MetricType.GAUGE, null, null)))
        .hasMessageContaining("metric_id: must be between 0 and 4294967295");
    assertThat(rules.allowedSkew()).hasMinutes(10);
  }

  private void assertRefused(String name, Map<String, String> tags, String message) {
    assertThatThrownBy(() -> rules.checkSeries(spec(name, tags))).hasMessageContaining(message);
  }

  private static SeriesSpec spec(String name, Map<String, String> tags) {
    return SeriesSpec.of(SeriesKey.of(name, tags), MetricType.GAUGE);
  }
}
