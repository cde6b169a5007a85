package dev.annulus.model;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a sample says about its series. At least one of {@code metricId} and {@code key} is there.
 * Tags with an empty value are dropped from the key.
 *
 * @param metricId the id the client chose or looked up; null when it gave a name only
 * @param key name and tags; null when the client gave an id only
 * @param type the type the client sent the sample as, or that was inferred
 * @param step seconds per slot wanted for a new series; null for the default
 * @param slots slots wanted for a new series; null for the default
 * @param temporality whether the values are what a counter grew by since the sample before, not
 *     what it reads (the store adds them up), and the unit of their times
 * @param inferred whether the type was inferred by a protocol's mapping; such a sample never
 *     contradicts the stored type: it is kept under it
 */
public record SeriesSpec(
    @Nullable Long metricId,
    @Nullable SeriesKey key,
    MetricType type,
    @Nullable Integer step,
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

  /** A series whose values are what they are. */
  public SeriesSpec(
      @Nullable Long metricId,
      @Nullable SeriesKey key,
      MetricType type,
      @Nullable Integer step,
      @Nullable Integer slots) {
    this(metricId, key, type, step, slots, Temporality.ABSOLUTE, false);
  }

  /** A series named by its key, with default geometry. */
  public static SeriesSpec of(SeriesKey key, MetricType type) {
    return new SeriesSpec(null, key, type, null, null);
  }

  /** A counter named by its key, with default geometry, of which increments by second are sent. */
  public static SeriesSpec deltasOf(SeriesKey key) {
    return new SeriesSpec(null, key, MetricType.COUNTER, null, null, Temporality.DELTA, false);
  }

  /** The same series, its type inferred. */
  public SeriesSpec asInferred() {
    return new SeriesSpec(metricId, key, type, step, slots, temporality, true);
  }

  /** Whether the values are increments of a counter. */
  public boolean delta() {
    return temporality != Temporality.ABSOLUTE;
  }

  /** The key's, which is computed once; a writer looks its series up for every record. */
  @Override
  public int hashCode() {
    return key != null ? key.hashCode() : Objects.hashCode(metricId);
  }

  /** The name of the field that holds the value in JSON. */
  public String valueField() {
    if (delta()) {
      return "delta_value";
    }
    return type == MetricType.COUNTER ? "raw_value" : "value";
  }

  /** The series' key; an id without a name stands for the series {@code metric_<id>}. */
  public SeriesKey keyOrDefault() {
    return key != null ? key : SeriesKey.of("metric_" + metricId);
  }

  /** The geometry a new series of this spec gets. */
  public RingGeometry geometryOr(RingGeometry defaults) {
    return new RingGeometry(
        step != null ? step : defaults.step(), slots != null ? slots : defaults.slots());
  }

  /** The text that chooses the Kafka partition: a series always has the same. */
  public String partitionKey() {
    return keyOrDefault().canonical();
  }
}
