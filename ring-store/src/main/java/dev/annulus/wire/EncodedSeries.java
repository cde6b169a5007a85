package dev.annulus.wire;

import dev.annulus.model.MetricType;
import dev.annulus.model.SeriesSpec;
import dev.annulus.model.Tag;
import dev.annulus.model.Temporality;
import dev.annulus.model.Times;
import dev.annulus.wire.proto.Series;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A series encoded for records, computed once: a producer that keeps it pays neither for its text
 * nor for its hash again. Compared by identity. Immutable.
 */
public final class EncodedSeries {
  /** Of the object and its arrays, and of what points to it. */
  private static final long OBJECT_BYTES = 160;

  private final byte[] name;
  private final byte[] rest;
  private final int restHash;
  private final boolean numbered;
  private final boolean fine;
  private final boolean nanos;
  private final byte[] key;
  private final int hash;

  private EncodedSeries(SeriesSpec series, byte[] name, byte[] rest, byte[] key) {
    this.name = name;
    this.rest = rest;
    this.restHash = Arrays.hashCode(rest);
    this.numbered = series.metricId() != null;
    this.fine = series.stepMillis() != null && !Times.isWholeSecond(series.stepMillis());
    this.nanos = series.temporality() == Temporality.DELTA_NANOS;
    this.key = key;
    this.hash = Partitions.hash(key);
  }

  /** Encodes a series. */
  public static EncodedSeries of(SeriesSpec series) {
    return of(series, null);
  }

  /**
   * Encodes a series, sharing memory with one that differs only by name.
   *
   * @param like a series that may have the same tags; null if none
   */
  public static EncodedSeries of(SeriesSpec series, @Nullable EncodedSeries like) {
    byte[] rest = allButTheName(series).toByteArray();
    return new EncodedSeries(
        series,
        series.key() == null ? new byte[0] : series.key().name().getBytes(StandardCharsets.UTF_8),
        like != null && Arrays.equals(rest, like.rest) ? like.rest : rest,
        series.partitionKey().getBytes(StandardCharsets.UTF_8));
  }

  /** The partition of the series in a topic with {@code partitions} partitions. */
  public int partition(int partitions) {
    return hash % partitions;
  }

  /** The canonical name in UTF-8: the key of a record that holds only this series. */
  public byte[] recordKey() {
    return key.clone();
  }

  /** The heap it takes, by an estimate that lies rather above. */
  public long heapBytes() {
    return OBJECT_BYTES + name.length + rest.length + key.length;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof EncodedSeries that
            && hash == that.hash
            && Arrays.equals(name, that.name)
            && hasSameRest(that));
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** The name in UTF-8; empty for a series with only an id; must not change. */
  byte[] name() {
    return name;
  }

  /** Its {@code annulus.v1.Series} message without the name; must not change. */
  byte[] rest() {
    return rest;
  }

  /** Whether its step is not a number of whole seconds. */
  boolean isFine() {
    return fine;
  }

  /** Whether its timestamps are nanoseconds. */
  boolean hasNanos() {
    return nanos;
  }

  /** Whether both have names and differ in nothing else. */
  boolean isSiblingOf(EncodedSeries other) {
    return !numbered && !other.numbered && hasSameRest(other);
  }

  private boolean hasSameRest(EncodedSeries that) {
    return rest == that.rest || (restHash == that.restHash && Arrays.equals(rest, that.rest));
  }

  private static dev.annulus.wire.proto.MetricType type(SeriesSpec series) {
    return switch (series.temporality()) {
      case DELTA -> dev.annulus.wire.proto.MetricType.METRIC_TYPE_COUNTER_DELTA;
      case DELTA_NANOS -> dev.annulus.wire.proto.MetricType.METRIC_TYPE_COUNTER_DELTA_NANOS;
      case ABSOLUTE ->
          series.type() == MetricType.COUNTER
              ? dev.annulus.wire.proto.MetricType.METRIC_TYPE_COUNTER
              : dev.annulus.wire.proto.MetricType.METRIC_TYPE_GAUGE;
    };
  }

  private static Series allButTheName(SeriesSpec series) {
    Series.Builder message =
        Series.newBuilder().setType(type(series)).setTypeInferred(series.inferred());
    if (series.metricId() != null) {
      message.setMetricId(series.metricId().intValue());
    }
    if (series.stepMillis() != null) {
      setStep(message, series.stepMillis());
    }
    if (series.slots() != null) {
      message.setSlots(series.slots());
    }
    if (series.key() != null) {
      for (Tag tag : series.key().tags()) {
        message.addTags(
            dev.annulus.wire.proto.Tag.newBuilder().setKey(tag.key()).setValue(tag.value()));
      }
    }
    return message.build();
  }

  private static void setStep(Series.Builder message, long stepMillis) {
    if (Times.isWholeSecond(stepMillis)) {
      message.setStep((int) Times.seconds(stepMillis));
    } else {
      message.setStepMs(stepMillis);
    }
  }
}
