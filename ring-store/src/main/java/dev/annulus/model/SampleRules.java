package dev.annulus.model;

import java.io.Serializable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The rules every sample obeys, whether it came over HTTP or straight from a Kafka producer.
 *
 * @param allowedSkew how far beyond "now" a ts may lie; the newest ts wins its slot, so a sample
 *     from the far future would block it
 * @param maxStep largest step of a new series, seconds
 * @param maxSlots largest ring of a new series
 * @param maxNameBytes longest name, UTF-8 bytes
 * @param maxTags most tags of a series
 * @param maxTagKeyBytes longest tag key, UTF-8 bytes
 * @param maxTagValueBytes longest tag value, UTF-8 bytes
 * @param maxSeriesBytes longest name and tags together as the rules count them, at most {@link
 *     #MAX_SERIES_BYTES}: a key of the store must hold them
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
   * The most that {@code maxSeriesBytes} may be. A key of the store holds 10,000 bytes: these, the
   * 15 bytes around them, and a key prefix of up to 512.
   */
  public static final int MAX_SERIES_BYTES = 9_472;

  /** What a tag takes in a key beside its text. */
  private static final int TAG_OVERHEAD = 4;

  /** The rules unless configured otherwise. */
  public static final SampleRules DEFAULT =
      new SampleRules(
          Duration.ofMinutes(10), 366 * 86_400, 10_000_000, 512, 64, 256, 2_048, MAX_SERIES_BYTES);

  /** 2001-09-09: a ts that reads as a date between then and now in a finer unit is in that unit. */
  private static final long PLAUSIBLE_SINCE = 1_000_000_000L;

  /** Where configured limits come from. */
  public interface Limits {
    /** The setting {@code key}, a whole number in {@code [min, max]}. */
    int number(String key, int defaultValue, int min, int max);
  }

  /** Reads the limits of a series, {@code ingest.max-…}. */
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
   * Checks everything a sample says about its series.
   *
   * @throws InvalidSampleException naming the field and the rule
   */
  public void checkSeries(SeriesSpec series) {
    if (series.metricId() != null && !MetricIds.isValid(series.metricId())) {
      throw new InvalidSampleException(
          "metric_id", "must be between 0 and " + MetricIds.MAX + ", got " + series.metricId());
    }
    checkGeometryField("step", series.step(), maxStep);
    checkGeometryField("slots", series.slots(), maxSlots);
    if (series.key() != null) {
      checkKey(series.key());
    }
  }

  /**
   * Checks a timestamp.
   *
   * @param ts epoch seconds
   * @param now epoch seconds
   * @throws InvalidSampleException naming the rule
   */
  public void checkTimestamp(long ts, long now) {
    if (ts < 0) {
      throw new InvalidSampleException("ts", "must not be negative, got " + ts);
    }
    long latest = now + allowedSkew.toSeconds();
    if (ts <= latest) {
      return;
    }
    String unit = finerUnit(ts, latest);
    if (unit != null) {
      throw new InvalidSampleException("ts", "must be in seconds; " + ts + " looks like " + unit);
    }
    throw new InvalidSampleException(
        "ts",
        "lies %d s in the future; at most %d s are allowed (now is %d)"
            .formatted(ts - now, allowedSkew.toSeconds(), now));
  }

  /**
   * Checks a value.
   *
   * @throws InvalidSampleException if it is NaN or infinite, or a negative increment
   */
  public void checkValue(SeriesSpec series, double value) {
    if (!Double.isFinite(value)) {
      throw new InvalidSampleException(
          series.valueField(), "must be a finite number, got " + value);
    }
    if (series.delta() && value < 0) {
      throw new InvalidSampleException(
          series.valueField(),
          "must not be negative, got %s: a counter only grows".formatted(value));
    }
  }

  /**
   * Checks a geometry asked for explicitly, as a retention change does.
   *
   * @throws InvalidSampleException naming {@code step} or {@code slots}
   */
  public void checkGeometry(long step, long slots) {
    checkGeometryField("step", step, maxStep);
    checkGeometryField("slots", slots, maxSlots);
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
    int total = checkText("name", key.name(), 1, maxNameBytes, "ingest.max-name-bytes");
    if (key.tags().size() > maxTags) {
      throw new InvalidSampleException(
          "tags",
          "at most %d are allowed (ingest.max-tags), got %d".formatted(maxTags, key.tags().size()));
    }
    for (Tag tag : key.tags()) {
      total += TAG_OVERHEAD;
      total += checkText("tags", tag.key(), 1, maxTagKeyBytes, "ingest.max-tag-key-bytes");
      total +=
          checkText(
              "tags." + tag.key(), tag.value(), 0, maxTagValueBytes, "ingest.max-tag-value-bytes");
    }
    if (total > maxSeriesBytes) {
      throw new InvalidSampleException(
          "tags",
          "name and tags together may have %d bytes, four more counted for each tag"
                  .formatted(maxSeriesBytes)
              + " (ingest.max-series-bytes), got "
              + total);
    }
  }

  /** How many bytes a text has in UTF-8, as the store counts. */
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
      if (Character.isISOControl(text.charAt(i)) || isUnpairedSurrogate(text, i)) {
        throw new InvalidSampleException(
            field, "must not contain control characters or broken Unicode");
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
