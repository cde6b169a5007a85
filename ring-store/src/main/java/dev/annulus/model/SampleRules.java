package dev.annulus.model;

import java.io.Serializable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The validation rules of samples, whether they come over HTTP or directly from a Kafka producer.
 *
 * @param allowedSkew how far in the future a ts may be; the newest ts wins its slot, so a sample
 *     from the far future would block it
 * @param maxStep maximum step of a new series, seconds
 * @param maxSlots maximum slots of a new series
 * @param maxNameBytes maximum name length, UTF-8 bytes
 * @param maxTags maximum number of tags per series
 * @param maxTagKeyBytes maximum tag key length, UTF-8 bytes
 * @param maxTagValueBytes maximum tag value length, UTF-8 bytes
 * @param maxSeriesBytes maximum total of name and tags, plus four bytes per tag; at most {@link
 *     #MAX_SERIES_BYTES}, so that a store key holds them
 */
public record SampleRules(
    Duration allowedSkew,
    int maxStep,
    int maxSlots,
    int maxNameBytes,
    int maxTags,
    int maxTagKeyBytes,
    int maxTagValueBytes,
    int maxSeriesBytes)
    implements Serializable {

  /**
   * Upper bound of {@code maxSeriesBytes}. A store key has at most 10,000 bytes: these, 15 bytes
   * around them, and a key prefix of up to 512.
   */
  public static final int MAX_SERIES_BYTES = 9_472;

  /** Bytes per tag in a key beside its text. */
  private static final int TAG_OVERHEAD = 4;

  /** The default rules. */
  public static final SampleRules DEFAULT =
      new SampleRules(
          Duration.ofMinutes(10), 366 * 86_400, 10_000_000, 512, 64, 256, 2_048, MAX_SERIES_BYTES);

  /**
   * 2001-09-09: a ts that is a date between then and now in a finer unit is assumed to be in that
   * unit.
   */
  private static final long PLAUSIBLE_SINCE = 1_000_000_000L;

  /** Seconds up to which a double has milliseconds. */
  private static final double EXACT_SECONDS = 0x1p43;

  /** Source of the configured limits. */
  public interface Limits {
    /** The setting {@code key}, an integer in {@code [min, max]}. */
    int number(String key, int defaultValue, int min, int max);
  }

  /** Reads the series limits {@code ingest.max-…}. */
  public static SampleRules from(Duration allowedSkew, Limits settings) {
    return new SampleRules(
        allowedSkew,
        DEFAULT.maxStep,
        DEFAULT.maxSlots,
        settings.number("ingest.max-name-bytes", DEFAULT.maxNameBytes, 1, MAX_SERIES_BYTES),
        settings.number("ingest.max-tags", DEFAULT.maxTags, 0, 1_000),
        settings.number("ingest.max-tag-key-bytes", DEFAULT.maxTagKeyBytes, 1, MAX_SERIES_BYTES),
        settings.number(
            "ingest.max-tag-value-bytes", DEFAULT.maxTagValueBytes, 1, MAX_SERIES_BYTES),
        settings.number("ingest.max-series-bytes", DEFAULT.maxSeriesBytes, 1, MAX_SERIES_BYTES));
  }

  /**
   * Validates a sample's series.
   *
   * @throws InvalidSampleException naming the field and the rule
   */
  public void checkSeries(SeriesSpec series) {
    if (series.metricId() != null && !MetricIds.isValid(series.metricId())) {
      throw new InvalidSampleException(
          "metric_id", "must be between 0 and " + MetricIds.MAX + ", got " + series.metricId());
    }
    if (series.stepMillis() != null) {
      checkStep(series.stepMillis());
    }
    checkGeometryField("slots", series.slots(), maxSlots);
    if (series.key() != null) {
      checkKey(series.key());
    }
  }

  /**
   * Validates a timestamp.
   *
   * @param tsMillis epoch milliseconds
   * @param nowMillis epoch milliseconds
   * @throws InvalidSampleException naming the rule; in seconds, as clients know times
   */
  public void checkTimestamp(long tsMillis, long nowMillis) {
    if (tsMillis >= 0 && tsMillis <= nowMillis + allowedSkew.toMillis()) {
      return;
    }
    long ts = Times.seconds(tsMillis);
    if (tsMillis < 0) {
      throw new InvalidSampleException("ts", "must not be negative, got " + ts);
    }
    long now = Times.seconds(nowMillis);
    String unit = finerUnit(ts, now + allowedSkew.toSeconds());
    if (unit != null) {
      throw new InvalidSampleException("ts", "must be in seconds; " + ts + " looks like " + unit);
    }
    throw new InvalidSampleException(
        "ts",
        "is %d s in the future; at most %d s are allowed (now is %d)"
            .formatted(ts - now, allowedSkew.toSeconds(), now));
  }

  /**
   * The milliseconds of a timestamp in seconds.
   *
   * @throws InvalidSampleException if it is beyond 64 bits
   */
  public static long millisOf(long ts) {
    if (ts > Long.MAX_VALUE / Times.PER_SECOND) {
      throw new InvalidSampleException(
          "ts", "must be in seconds; " + ts + " looks like nanoseconds");
    }
    return Times.millis(ts);
  }

  /**
   * The milliseconds of a timestamp in seconds with a fraction, rounded down. What lies less than a
   * microsecond below a millisecond counts as that, since a {@code double} holds no decimal
   * fraction exactly.
   *
   * @throws InvalidSampleException if they are beyond 64 bits
   */
  public static long millisOf(double ts) {
    return Math.abs(ts) < EXACT_SECONDS
        ? (long) Math.floor(ts * Times.PER_SECOND + 0.001)
        : millisOf((long) ts);
  }

  /**
   * Validates a value of a protocol that knows finite numbers only.
   *
   * @throws InvalidSampleException if it is NaN or infinite, or a negative increment
   */
  public void checkFinite(SeriesSpec series, double value) {
    if (!Double.isFinite(value)) {
      throw new InvalidSampleException(
          series.valueField(), "must be a finite number, got " + value);
    }
    checkValue(series, value);
  }

  /**
   * Validates a value. A reading may be any double; an increment is added up, so it must be finite.
   *
   * @throws InvalidSampleException if it is an increment that is negative, NaN or infinite
   */
  public void checkValue(SeriesSpec series, double value) {
    if (!series.delta()) {
      return;
    }
    if (!Double.isFinite(value)) {
      throw new InvalidSampleException(
          series.valueField(), "must be a finite number, got " + value);
    }
    if (value < 0) {
      throw new InvalidSampleException(
          series.valueField(),
          "must not be negative, got %s: a counter only grows".formatted(value));
    }
  }

  /**
   * Validates an explicit geometry, such as that of a retention change.
   *
   * @throws InvalidSampleException naming {@code step}, {@code step_ms} or {@code slots}
   */
  public void checkGeometry(long stepMillis, long slots) {
    checkStep(stepMillis);
    checkGeometryField("slots", slots, maxSlots);
  }

  private void checkStep(long stepMillis) {
    if (Times.isWholeSecond(stepMillis)) {
      checkGeometryField("step", stepMillis / Times.PER_SECOND, maxStep);
    } else if (stepMillis < 1 || stepMillis > Times.millis(maxStep)) {
      throw new InvalidSampleException(
          "step_ms", "must be between 1 and " + Times.millis(maxStep) + ", got " + stepMillis);
    }
  }

  private static @Nullable String finerUnit(long ts, long latest) {
    if (isPlausible(ts / 1_000, latest)) {
      return "milliseconds";
    }
    if (isPlausible(ts / 1_000_000, latest)) {
      return "microseconds";
    }
    return isPlausible(ts / 1_000_000_000, latest) ? "nanoseconds" : null;
  }

  private static boolean isPlausible(long seconds, long latest) {
    return seconds >= PLAUSIBLE_SINCE && seconds <= latest;
  }

  private static void checkGeometryField(String field, @Nullable Number value, int max) {
    if (value != null && (value.longValue() < 1 || value.longValue() > max)) {
      throw new InvalidSampleException(field, "must be between 1 and " + max + ", got " + value);
    }
  }

  private void checkKey(SeriesKey key) {
    int total = checkName("name", key.name(), maxNameBytes, "ingest.max-name-bytes");
    if (key.tags().size() > maxTags) {
      throw new InvalidSampleException(
          "tags",
          "at most %d are allowed (ingest.max-tags), got %d".formatted(maxTags, key.tags().size()));
    }
    for (Tag tag : key.tags()) {
      total += TAG_OVERHEAD;
      total += checkName("tags", tag.key(), maxTagKeyBytes, "ingest.max-tag-key-bytes");
      total +=
          checkText(
              "tags." + tag.key(), tag.value(), 0, maxTagValueBytes, "ingest.max-tag-value-bytes");
    }
    if (total > maxSeriesBytes) {
      throw new InvalidSampleException(
          "tags",
          "together with the name must have at most %d bytes, counting four more per tag"
                  .formatted(maxSeriesBytes)
              + " (ingest.max-series-bytes), got "
              + total);
    }
  }

  /** Validates a name and returns its UTF-8 length in bytes. */
  private static int checkName(String field, String text, int max, String setting) {
    int bytes = checkText(field, text, 1, max, setting);
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw new InvalidSampleException(field, "must not contain control characters");
    }
    return bytes;
  }

  /** Validates any text and returns its UTF-8 length in bytes. */
  private static int checkText(String field, String text, int min, int max, String setting) {
    int bytes = SeriesKey.utf8Bytes(text);
    if (bytes < min) {
      throw new InvalidSampleException(field, "must not be empty");
    }
    if (bytes > max) {
      throw new InvalidSampleException(
          field, "may have at most %d bytes in UTF-8 (%s), got %d".formatted(max, setting, bytes));
    }
    for (int i = 0; i < text.length(); i++) {
      // NUL takes two bytes in a key.
      if (text.charAt(i) == 0 || isUnpairedSurrogate(text, i)) {
        throw new InvalidSampleException(field, "must not contain NUL or unpaired surrogates");
      }
    }
    return bytes;
  }

  private static boolean isUnpairedSurrogate(String text, int i) {
    char c = text.charAt(i);
    if (Character.isHighSurrogate(c)) {
      return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
    }
    return Character.isLowSurrogate(c)
        && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
  }
}
