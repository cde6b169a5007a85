package dev.annulus.model;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a sample says about its series. At least one of {@code metricId} and {@code key} is present.
 * Tags with an empty value are dropped from the key.
 *
 * @param metricId the id that the client chose or looked up; null if it sent only a name
 * @param key name and tags; null if the client sent only an id
 * @param type the declared or inferred type
 * @param stepMillis milliseconds per slot requested for a new series; null for the default
 * @param slots slots requested for a new series; null for the default
 * @param temporality whether values are increments, which the store adds up, instead of readings;
 *     and the unit of their timestamps
 * @param inferred whether a protocol mapping inferred the type; such a sample never conflicts with
 *     the stored type
 */
public record SeriesSpec(
    @Nullable Long metricId,
    @Nullable SeriesKey key,
    MetricType type,
    @Nullable Long stepMillis,
    @Nullable Integer slots,
    Temporality temporality,
    boolean inferred) {

  public SeriesSpec {
    if (metricId == null && key == null) {
      throw new IllegalArgumentException("a series needs a metric_id or a name");
    }
    if (temporality != Temporality.ABSOLUTE && type != MetricType.COUNTER) {
      throw new IllegalArgumentException("only a counter has deltas");
    }
    key = key == null ? null : key.withoutEmptyTags();
  }

  /** A series whose values are readings. */
  public SeriesSpec(
      @Nullable Long metricId,
      @Nullable SeriesKey key,
      MetricType type,
      @Nullable Long stepMillis,
      @Nullable Integer slots) {
    this(metricId, key, type, stepMillis, slots, Temporality.ABSOLUTE, false);
  }

  /** A series named by its key, with default geometry. */
  public static SeriesSpec of(SeriesKey key, MetricType type) {
    return new SeriesSpec(null, key, type, null, null);
  }

  /** A counter named by its key, with default geometry, sent as increments in milliseconds. */
  public static SeriesSpec deltasOf(SeriesKey key) {
    return new SeriesSpec(null, key, MetricType.COUNTER, null, null, Temporality.DELTA, false);
  }

  /** A copy with an inferred type. */
  public SeriesSpec asInferred() {
    return new SeriesSpec(metricId, key, type, stepMillis, slots, temporality, true);
  }

  /** Whether the values are increments of a counter. */
  public boolean delta() {
    return temporality != Temporality.ABSOLUTE;
  }

  /** The key's cached hash: writers look up a series per record. */
  @Override
  public int hashCode() {
    return key != null ? key.hashCode() : Objects.hashCode(metricId);
  }

  /** The JSON field that holds the value. */
  public String valueField() {
    if (delta()) {
      return "delta_value";
    }
    return type == MetricType.COUNTER ? "raw_value" : "value";
  }

  /** The series key; an id without a name means the series {@code metric_<id>}. */
  public SeriesKey keyOrDefault() {
    return key != null ? key : SeriesKey.of("metric_" + metricId);
  }

  /** The geometry of a new series with this spec. */
  public RingGeometry geometryOr(RingGeometry defaults) {
    return new RingGeometry(
        stepMillis != null ? stepMillis : defaults.stepMillis(),
        slots != null ? slots : defaults.slots());
  }

  /** The Kafka partition key, always the same for a series. */
  public String partitionKey() {
    return keyOrDefault().canonical();
  }
}
