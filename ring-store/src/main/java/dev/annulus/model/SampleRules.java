package dev.annulus.model;

import java.nio.charset.StandardCharsets;
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
 * @param maxSeriesBytes longest name and tags together, UTF-8 bytes: a key of the store must fit
 */
public record SampleRules(
    Duration allowedSkew,
    int maxStep,
    int maxSlots,
    int maxNameBytes,
    int maxTags,
    int maxTagKeyBytes,
    int maxTagValueBytes,
    int maxSeriesBytes) {

  /** The rules unless configured otherwise. */
  public static final SampleRules DEFAULT =
      new SampleRules(Duration.ofMinutes(10), 366 * 86_400, 10_000_000, 256, 32, 128, 512, 4096);

  /** 2001-09-09: a ts that reads as a date between then and now in a finer unit is in that unit. */
  private static final long PLAUSIBLE_SINCE = 1_000_000_000L;

  /** The same rules with another skew. */
  public SampleRules withAllowedSkew(Duration skew) {
    return new SampleRules(
        skew,
        maxStep,
        maxSlots,
        maxNameBytes,
        maxTags,
        maxTagKeyBytes,
        maxTagValueBytes,
        maxSeriesBytes);
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
    int total = checkText("name", key.name(), 1, maxNameBytes);
    if (key.tags().size() > maxTags) {
      throw new InvalidSampleException(
          "tags", "at most %d are allowed, got %d".formatted(maxTags, key.tags().size()));
    }
    for (Tag tag : key.tags()) {
      total += checkText("tags", tag.key(), 1, maxTagKeyBytes);
      total += checkText("tags." + tag.key(), tag.value(), 0, maxTagValueBytes);
    }
    if (total > maxSeriesBytes) {
      throw new InvalidSampleException(
          "tags",
          "name and tags together may have %d bytes, got %d".formatted(maxSeriesBytes, total));
    }
  }

  private static int checkText(String field, String text, int min, int max) {
    int bytes = text.length() * 3 <= max ? text.length() : utf8Length(text);
    if (bytes < min) {
      throw new InvalidSampleException(field, "must not be empty");
    }
    if (bytes > max) {
      throw new InvalidSampleException(
          field, "may have at most %d bytes, got %d".formatted(max, bytes));
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c) || isUnpairedSurrogate(text, i)) {
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

  private static int utf8Length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
