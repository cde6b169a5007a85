package dev.annulus.wire;

import dev.annulus.model.MetricType;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.SeriesSpec;
import dev.annulus.model.Tag;
import dev.annulus.wire.proto.SampleBatch;
import dev.annulus.wire.proto.Series;
import java.util.List;

/** Packs samples into the value of one {@code samples} record, as Protocol Buffers. */
public final class RecordEncoder {
  /** The most samples one record may hold; the position in the record is part of the sequence. */
  public static final int MAX_SAMPLES = 65_536;

  static final int FORMAT_VERSION = 1;

  private RecordEncoder() {}

  /**
   * Encodes a batch.
   *
   * @throws IllegalArgumentException beyond {@link #MAX_SAMPLES} samples
   */
  public static byte[] encode(List<SeriesSamples> batch) {
    SampleBatch.Builder message = SampleBatch.newBuilder().setFormatVersion(FORMAT_VERSION);
    int samples = 0;
    for (SeriesSamples entry : batch) {
      samples += entry.size();
      message.addSeries(encodeSeries(entry));
    }
    if (samples > MAX_SAMPLES) {
      throw new IllegalArgumentException(
          "a record holds at most " + MAX_SAMPLES + " samples, got " + samples);
    }
    return message.build().toByteArray();
  }

  private static dev.annulus.wire.proto.SeriesSamples encodeSeries(SeriesSamples entry) {
    var message = dev.annulus.wire.proto.SeriesSamples.newBuilder().setSeries(spec(entry.series()));
    for (int i = 0; i < entry.size(); i++) {
      message.addTimestamps(entry.timestamps()[i]);
      message.addValues(entry.values()[i]);
    }
    return message.build();
  }

  private static Series spec(SeriesSpec series) {
    Series.Builder message =
        Series.newBuilder()
            .setType(
                series.type() == MetricType.COUNTER
                    ? dev.annulus.wire.proto.MetricType.METRIC_TYPE_COUNTER
                    : dev.annulus.wire.proto.MetricType.METRIC_TYPE_GAUGE);
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
