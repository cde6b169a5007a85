package dev.annulus.wire;

import dev.annulus.model.InvalidSampleException;
import dev.annulus.model.MetricType;
import dev.annulus.model.Sample;
import dev.annulus.model.SampleRules;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.SeriesSpec;
import dev.annulus.model.Tag;
import dev.annulus.model.Temporality;
import dev.annulus.model.Times;
import dev.annulus.wire.Decoded.Entry;
import dev.annulus.wire.Decoded.Unusable;
import dev.annulus.wire.proto.Series;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the value of a {@code samples} record in either encoding. Validates series, but not
 * timestamps and values. Recurring series are interned, so each is decoded and validated once: the
 * same bytes yield the same {@link SeriesSpec} object. Not thread-safe.
 */
public final class RecordDecoder {
  /** About 64 MB when full of typical series. */
  private static final int REMEMBERED_SERIES = 1 << 18;

  /** A sink has a decoder for each of its tasks. */
  private static final long REMEMBERED_BYTES = rememberedBytes(Runtime.getRuntime().maxMemory());

  private final SampleRules rules;
  private final BatchReader batches;

  /** A sixteenth of a large heap and half of that of a small one. */
  private static long rememberedBytes(long heap) {
    return Math.max(heap / 32, heap / 16 - (16L << 20));
  }

  /** A decoder that validates series by these rules. */
  public RecordDecoder(SampleRules rules) {
    this.rules = rules;
    this.batches = new BatchReader(new SpecInterner(REMEMBERED_SERIES, REMEMBERED_BYTES), rules);
  }

  /**
   * Decodes a record.
   *
   * @param contentType the {@code content-type} header; null if absent
   * @param value the record's value; null for a tombstone
   * @throws MalformedRecordException if the whole record cannot be decoded
   */
  public Decoded decode(@Nullable String contentType, byte @Nullable [] value) {
    if (value == null || value.length == 0) {
      throw new MalformedRecordException("the record value is missing");
    }
    return switch (ContentType.of(contentType, value)) {
      case JSON -> decodeJson(value);
      case PROTOBUF -> batches.read(value);
    };
  }

  private Decoded decodeJson(byte[] value) {
    List<Entry> usable = new ArrayList<>();
    List<Unusable> unusable = new ArrayList<>();
    SampleJson.read(
        value,
        null,
        new SampleJson.Handler() {
          @Override
          public int maxTags() {
            return rules.maxTags();
          }

          @Override
          public void sample(int index, Sample sample) {
            requireRoom(index + 1L);
            try {
              rules.checkSeries(sample.series());
              rules.checkFinite(sample.series(), sample.value());
            } catch (InvalidSampleException e) {
              invalid(index, e);
              return;
            }
            usable.add(new Entry(SeriesSamples.of(sample), index));
          }

          @Override
          public void invalid(int index, InvalidSampleException problem) {
            requireRoom(index + 1L);
            // The first one carries the record, so a producer finds what it sent.
            byte[] payload = unusable.isEmpty() ? value : new byte[0];
            unusable.add(
                new Unusable(
                    RejectReason.INVALID, "sample " + index + ": " + problem.describe(), payload));
          }
        });
    return new Decoded(usable, unusable);
  }

  static SeriesSpec spec(Series message) {
    return new SeriesSpec(
        metricId(message),
        key(message),
        type(message),
        stepMillis(message),
        message.hasSlots() ? boundedInt("slots", message.getSlots()) : null,
        temporality(message),
        message.getTypeInferred());
  }

  private static @Nullable Long stepMillis(Series message) {
    if (!message.hasStepMs()) {
      return message.hasStep() ? Times.millis(boundedInt("step", message.getStep())) : null;
    }
    if (message.hasStep()) {
      throw new InvalidSampleException("step_ms", "must not be set together with step");
    }
    return message.getStepMs();
  }

  /** A series that differs from another only by name. */
  static SeriesSpec sibling(SeriesSpec first, String name) {
    if (first.metricId() != null) {
      throw new InvalidSampleException("sibling", "must not follow a series with a metric_id");
    }
    if (name.isEmpty()) {
      throw new InvalidSampleException("sibling", "must not be empty");
    }
    return new SeriesSpec(
        null,
        new SeriesKey(name, first.keyOrDefault().tags()),
        first.type(),
        first.stepMillis(),
        first.slots(),
        first.temporality(),
        first.inferred());
  }

  private static @Nullable Long metricId(Series message) {
    if (message.hasMetricId()) {
      return Integer.toUnsignedLong(message.getMetricId());
    }
    if (message.getName().isEmpty()) {
      throw new InvalidSampleException("name", "is missing; a series needs a name or a metric_id");
    }
    return null;
  }

  private static @Nullable SeriesKey key(Series message) {
    if (message.getName().isEmpty()) {
      if (message.getTagsCount() > 0) {
        throw new InvalidSampleException("tags", "require a name");
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
      case METRIC_TYPE_COUNTER, METRIC_TYPE_COUNTER_DELTA, METRIC_TYPE_COUNTER_DELTA_NANOS ->
          MetricType.COUNTER;
      case UNRECOGNIZED ->
          throw new InvalidSampleException(
              "type", "must be a known type, got " + message.getTypeValue());
    };
  }

  private static Temporality temporality(Series message) {
    return switch (message.getType()) {
      case METRIC_TYPE_COUNTER_DELTA -> Temporality.DELTA;
      case METRIC_TYPE_COUNTER_DELTA_NANOS -> Temporality.DELTA_NANOS;
      default -> Temporality.ABSOLUTE;
    };
  }

  private static int boundedInt(String field, int unsigned) {
    if (unsigned < 0) {
      throw new InvalidSampleException(field, "must be at most " + Integer.MAX_VALUE);
    }
    return unsigned;
  }

  static void requireRoom(long samples) {
    if (samples > RecordEncoder.MAX_SAMPLES) {
      throw new MalformedRecordException(
          "a record must hold at most " + RecordEncoder.MAX_SAMPLES + " samples");
    }
  }
}
