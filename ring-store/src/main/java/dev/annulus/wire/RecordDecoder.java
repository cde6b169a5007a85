package dev.annulus.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.annulus.model.InvalidSampleException;
import dev.annulus.model.MetricType;
import dev.annulus.model.Sample;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.SeriesSpec;
import dev.annulus.model.Tag;
import dev.annulus.wire.Decoded.Entry;
import dev.annulus.wire.Decoded.Unusable;
import dev.annulus.wire.proto.SampleBatch;
import dev.annulus.wire.proto.Series;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the value of a {@code samples} record in either form. Values are not checked against the
 * rules of a sample here, only against the shape of the format. Thread-safe.
 */
public final class RecordDecoder {
  private RecordDecoder() {}

  /**
   * Decodes a record.
   *
   * @param contentType the text of the {@code content-type} header, null if there is none
   * @param value the record's value; null for a tombstone
   * @throws MalformedRecordException if the record as a whole cannot be read
   */
  public static Decoded decode(@Nullable String contentType, byte @Nullable [] value) {
    if (value == null || value.length == 0) {
      throw new MalformedRecordException("the record has no value");
    }
    return switch (ContentType.of(contentType, value)) {
      case JSON -> decodeJson(value);
      case PROTOBUF -> decodeProtobuf(value);
    };
  }

  private static Decoded decodeJson(byte[] value) {
    List<Entry> usable = new ArrayList<>();
    List<Unusable> unusable = new ArrayList<>();
    SampleJson.read(
        value,
        null,
        new SampleJson.Handler() {
          @Override
          public void sample(int index, Sample sample) {
            requireRoom(index + 1L);
            usable.add(new Entry(SeriesSamples.of(sample), index));
          }

          @Override
          public void invalid(int index, InvalidSampleException problem) {
            requireRoom(index + 1L);
            // The first carries the record, so that a producer finds what it sent.
            byte[] payload = unusable.isEmpty() ? value : new byte[0];
            unusable.add(
                new Unusable(
                    RejectReason.INVALID, "sample " + index + ": " + problem.describe(), payload));
          }
        });
    return new Decoded(usable, unusable);
  }

  private static Decoded decodeProtobuf(byte[] value) {
    SampleBatch batch;
    try {
      batch = SampleBatch.parseFrom(value);
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedRecordException("broken Protocol Buffers: " + e.getMessage());
    }
    if (batch.getFormatVersion() != RecordEncoder.FORMAT_VERSION) {
      throw new MalformedRecordException(
          "unknown format_version %d; this reader knows %d"
              .formatted(batch.getFormatVersion(), RecordEncoder.FORMAT_VERSION));
    }
    List<Entry> usable = new ArrayList<>(batch.getSeriesCount());
    List<Unusable> unusable = new ArrayList<>();
    long index = 0;
    for (dev.annulus.wire.proto.SeriesSamples message : batch.getSeriesList()) {
      requireRoom(index + message.getTimestampsCount());
      try {
        usable.add(new Entry(samples(message), (int) index));
      } catch (InvalidSampleException e) {
        unusable.add(
            new Unusable(RejectReason.INVALID, e.describe(), SampleJson.utf8(message.toString())));
      }
      index += message.getTimestampsCount();
    }
    return new Decoded(usable, unusable);
  }

  private static SeriesSamples samples(dev.annulus.wire.proto.SeriesSamples message) {
    int size = message.getTimestampsCount();
    if (message.getValuesCount() != size) {
      throw new InvalidSampleException(
          "values", "%d values for %d timestamps".formatted(message.getValuesCount(), size));
    }
    long[] timestamps = new long[size];
    double[] values = new double[size];
    for (int i = 0; i < size; i++) {
      timestamps[i] = message.getTimestamps(i);
      values[i] = message.getValues(i);
    }
    return new SeriesSamples(spec(message.getSeries()), timestamps, values);
  }

  private static SeriesSpec spec(Series message) {
    return new SeriesSpec(
        metricId(message),
        key(message),
        type(message),
        message.hasStep() ? boundedInt("step", message.getStep()) : null,
        message.hasSlots() ? boundedInt("slots", message.getSlots()) : null);
  }

  private static @Nullable Long metricId(Series message) {
    if (message.hasMetricId()) {
      return Integer.toUnsignedLong(message.getMetricId());
    }
    if (message.getName().isEmpty()) {
      throw new InvalidSampleException("name", "is missing; a series needs a name or metric_id");
    }
    return null;
  }

  private static @Nullable SeriesKey key(Series message) {
    if (message.getName().isEmpty()) {
      if (message.getTagsCount() > 0) {
        throw new InvalidSampleException("tags", "need a name beside them");
      }
      return null;
    }
    List<Tag> tags = new ArrayList<>(message.getTagsCount());
    for (dev.annulus.wire.proto.Tag tag : message.getTagsList()) {
      tags.add(new Tag(tag.getKey(), tag.getValue()));
    }
    try {
      return new SeriesKey(message.getName(), tags);
    } catch (IllegalArgumentException e) {
      throw new InvalidSampleException("tags", "a key is given twice");
    }
  }

  private static MetricType type(Series message) {
    return switch (message.getType()) {
      case METRIC_TYPE_GAUGE -> MetricType.GAUGE;
      case METRIC_TYPE_COUNTER -> MetricType.COUNTER;
      case UNRECOGNIZED ->
          throw new InvalidSampleException("type", "is unknown: " + message.getTypeValue());
    };
  }

  private static int boundedInt(String field, int unsigned) {
    if (unsigned < 0) {
      throw new InvalidSampleException(field, "is out of range");
    }
    return unsigned;
  }

  private static void requireRoom(long samples) {
    if (samples > RecordEncoder.MAX_SAMPLES) {
      throw new MalformedRecordException(
          "a record holds at most " + RecordEncoder.MAX_SAMPLES + " samples");
    }
  }
}
