package dev.annulus.wire;

import dev.annulus.model.MetricType;
import dev.annulus.model.SeriesSpec;
import dev.annulus.model.Tag;
import dev.annulus.wire.proto.Series;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A series as records name it, worked out once: a producer that keeps it pays neither for its text
 * nor for its hash again. Two encodings of one series are different objects. Immutable.
 */
public final class EncodedSeries {
  private final byte[] bytes;
  private final byte[] key;
  private final int hash;

  private EncodedSeries(byte[] bytes, byte[] key) {
    this.bytes = bytes;
    this.key = key;
    this.hash = Partitions.hash(key);
  }

  /** Encodes a series. */
  public static EncodedSeries of(SeriesSpec series) {
    return new EncodedSeries(
        message(series).toByteArray(), series.partitionKey().getBytes(StandardCharsets.UTF_8));
  }

  /** The partition of the series in a topic with this many. */
  public int partition(int partitions) {
    return hash % partitions;
  }

  /** The canonical name in UTF-8, which is the key of a record that holds this series alone. */
  public byte[] recordKey() {
    return key.clone();
  }

  /** Bytes it takes in a record. */
  public int length() {
    return bytes.length;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof EncodedSeries that
            && hash == that.hash
            && Arrays.equals(bytes, that.bytes));
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** Its {@code annulus.v1.Series} message; not to be changed. */
  byte[] bytes() {
    return bytes;
  }

  private static dev.annulus.wire.proto.MetricType type(SeriesSpec series) {
    if (series.delta()) {
      return dev.annulus.wire.proto.MetricType.METRIC_TYPE_COUNTER_DELTA;
    }
    return series.type() == MetricType.COUNTER
        ? dev.annulus.wire.proto.MetricType.METRIC_TYPE_COUNTER
        : dev.annulus.wire.proto.MetricType.METRIC_TYPE_GAUGE;
  }

  private static Series message(SeriesSpec series) {
    Series.Builder message = Series.newBuilder().setType(type(series));
    if (series.metricId() != null) {
      message.setMetricId(series.metricId().intValue());
    }
    if (series.step() != null) {
      message.setStep(series.step());
    }
    if (series.slots() != null) {
      message.setSlots(series.slots());
    }
    if (series.key() != null) {
      message.setName(series.key().name());
      for (Tag tag : series.key().tags()) {
        message.addTags(
            dev.annulus.wire.proto.Tag.newBuilder().setKey(tag.key()).setValue(tag.value()));
      }
    }
    return message.build();
  }
}
