package dev.annulus.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.annulus.model.InvalidSampleException;
import dev.annulus.model.SampleRules;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.SeriesSpec;
import dev.annulus.model.Temporality;
import dev.annulus.model.Times;
import dev.annulus.wire.Decoded.Entry;
import dev.annulus.wire.Decoded.Unusable;
import dev.annulus.wire.SpecInterner.Interned;
import dev.annulus.wire.proto.SampleBatch;
import dev.annulus.wire.proto.Series;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decodes a {@code SampleBatch} field by field, directly into columns. The generated classes would
 * allocate objects for every series and tag of every record, which would dominate the cost; here a
 * known series costs a hash of its bytes. Not thread-safe.
 */
final class BatchReader {
  private static final long[] NONE = {};

  private final SpecInterner specs;
  private final SampleRules rules;
  private long[] timestamps = new long[64];
  private double[] values = new double[64];
  private int timestampCount;
  private int valueCount;

  /** The previous series of this record and its timestamps; null before the first. */
  private @Nullable Interned before;

  private long @Nullable [] timesBefore;

  /** Whether {@link #timesBefore} are nanoseconds; otherwise they are milliseconds. */
  private boolean nanosBefore;

  /** What a number of {@link #timesBefore} was multiplied by. */
  private long factorBefore = 1;

  private boolean inMillis;
  private boolean mixed;
  private long version;

  BatchReader(SpecInterner specs, SampleRules rules) {
    this.specs = specs;
    this.rules = rules;
  }

  /**
   * Decodes a batch.
   *
   * @throws MalformedRecordException if it is malformed, has an unknown version or too many samples
   */
  Decoded read(byte[] record) {
    List<Entry> usable = new ArrayList<>();
    List<Unusable> unusable = new ArrayList<>();
    before = null;
    timesBefore = null;
    version = 0;
    try {
      int index = 0;
      CodedInputStream in = CodedInputStream.newInstance(record);
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        switch (WireFormat.getTagFieldNumber(tag)) {
          case SampleBatch.FORMAT_VERSION_FIELD_NUMBER -> version = in.readUInt32();
          case SampleBatch.SERIES_FIELD_NUMBER -> {
            int limit = in.pushLimit(in.readRawVarint32());
            index += readSeries(in, record, index, usable, unusable);
            in.popLimit(limit);
          }
          default -> in.skipField(tag);
        }
      }
      requireVersion(version);
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedRecordException("malformed Protocol Buffers: " + e.getMessage());
    } catch (IOException e) {
      throw new MalformedRecordException("malformed record: " + e.getMessage());
    }
    return new Decoded(usable, unusable);
  }

  private static void requireVersion(long version) {
    if (version < RecordEncoder.FIRST_VERSION || version > RecordEncoder.FORMAT_VERSION) {
      throw new MalformedRecordException(
          "unknown format_version %d; supported are %d to %d"
              .formatted(version, RecordEncoder.FIRST_VERSION, RecordEncoder.FORMAT_VERSION));
    }
  }

  /** Reads one series up to the stream's limit; returns its number of samples. */
  private int readSeries(
      CodedInputStream in, byte[] record, int index, List<Entry> usable, List<Unusable> unusable)
      throws IOException {
    timestampCount = 0;
    valueCount = 0;
    inMillis = false;
    mixed = false;
    int from = 0;
    int to = 0;
    boolean sibling = false;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      int field = WireFormat.getTagFieldNumber(tag);
      switch (field) {
        case dev.annulus.wire.proto.SeriesSamples.SERIES_FIELD_NUMBER,
            dev.annulus.wire.proto.SeriesSamples.SIBLING_FIELD_NUMBER -> {
          int length = in.readRawVarint32();
          from = in.getTotalBytesRead();
          in.skipRawBytes(length);
          to = from + length;
          sibling = field == dev.annulus.wire.proto.SeriesSamples.SIBLING_FIELD_NUMBER;
        }
        case dev.annulus.wire.proto.SeriesSamples.TIMESTAMPS_FIELD_NUMBER ->
            readTimestamps(in, tag, false);
        case dev.annulus.wire.proto.SeriesSamples.TIMESTAMPS_MS_FIELD_NUMBER ->
            readTimestamps(in, tag, true);
        case dev.annulus.wire.proto.SeriesSamples.VALUES_FIELD_NUMBER -> readValues(in, tag);
        default -> in.skipField(tag);
      }
    }
    int count = timestampCount == 0 && sharesTimes() ? sharedCount() : timestampCount;
    RecordDecoder.requireRoom((long) index + Math.max(count, valueCount));
    boolean timed = false;
    try {
      SeriesSpec spec = sibling ? sibling(record, from, to) : series(record, from, to);
      boolean nanos = spec.temporality() == Temporality.DELTA_NANOS;
      timed = true;
      long[] times = times(nanos);
      requireTimes(nanos);
      usable.add(new Entry(samples(spec, times), index));
    } catch (InvalidSampleException e) {
      if (!timed) {
        times(false); // a later series may share them
      }
      unusable.add(
          new Unusable(RejectReason.INVALID, e.describe(), Arrays.copyOfRange(record, from, to)));
    }
    return count;
  }

  private boolean sharesTimes() {
    return version >= RecordEncoder.SHARING_VERSION && valueCount > 0 && timesBefore != null;
  }

  private int sharedCount() {
    return timesBefore == null ? 0 : timesBefore.length;
  }

  /** The times of the current series in milliseconds, or in nanoseconds. */
  private long[] times(boolean nanos) {
    if (timestampCount == 0) {
      return sharesTimes() ? sharedTimes(nanos) : NONE;
    }
    long factor = nanos || inMillis ? 1 : Times.PER_SECOND;
    long[] times = Arrays.copyOf(timestamps, timestampCount);
    scale(times, factor);
    timesBefore = times;
    nanosBefore = nanos;
    factorBefore = inMillis ? 1 : Times.PER_SECOND;
    return times;
  }

  /** Series of seconds and series of nanoseconds share the same numbers, not the same times. */
  private long[] sharedTimes(boolean nanos) {
    long[] before = timesBefore == null ? NONE : timesBefore;
    if (nanos == nanosBefore || factorBefore == 1) {
      return before;
    }
    long[] times = before.clone();
    if (nanos) {
      for (int i = 0; i < times.length; i++) {
        times[i] /= factorBefore;
      }
    } else {
      scale(times, factorBefore);
    }
    return times;
  }

  private static void scale(long[] times, long factor) {
    if (factor == 1) {
      return;
    }
    for (int i = 0; i < times.length; i++) {
      times[i] = Times.millis(times[i]);
    }
  }

  private void requireTimes(boolean nanos) {
    if (inMillis && version < RecordEncoder.FORMAT_VERSION) {
      throw new InvalidSampleException(
          "timestamps_ms", "requires format_version 3, which must come first");
    }
    if (inMillis && nanos) {
      throw new InvalidSampleException(
          "timestamps_ms", "must not be set for increments in nanoseconds");
    }
    if (mixed) {
      throw new InvalidSampleException("timestamps_ms", "must not be set together with timestamps");
    }
  }

  private SeriesSpec series(byte[] record, int from, int to) throws IOException {
    Interned last = before;
    before = null;
    Interned known = specs.find(record, from, to, null, last);
    if (known == null) {
      Series message =
          Series.parser().parseFrom(CodedInputStream.newInstance(record, from, to - from));
      known = added(record, from, to, null, RecordDecoder.spec(message));
    }
    before = known;
    return known.spec();
  }

  private SeriesSpec sibling(byte[] record, int from, int to) {
    if (version < RecordEncoder.SHARING_VERSION) {
      throw new InvalidSampleException(
          "sibling", "requires format_version 2, which must come first");
    }
    if (before == null) {
      throw new InvalidSampleException("sibling", "must follow another series");
    }
    Interned first = before.first();
    Interned known = specs.find(record, from, to, first, before);
    if (known == null) {
      SeriesSpec spec = RecordDecoder.sibling(first.spec(), name(record, from, to));
      known = added(record, from, to, first, spec);
    }
    before = known;
    return known.spec();
  }

  private static String name(byte[] record, int from, int to) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(record, from, to - from))
          .toString();
    } catch (CharacterCodingException e) {
      throw new InvalidSampleException("sibling", "must be UTF-8");
    }
  }

  /** Interns a valid series. An invalid one may still have valid siblings. */
  private Interned added(
      byte[] record, int from, int to, @Nullable Interned first, SeriesSpec spec) {
    try {
      rules.checkSeries(spec);
    } catch (InvalidSampleException e) {
      before = first == null ? specs.unkept(record, from, to, null, spec) : before;
      throw e;
    }
    return specs.put(record, from, to, first, spec);
  }

  private SeriesSamples samples(SeriesSpec spec, long[] times) {
    if (times.length == 0 && valueCount == 0) {
      throw new InvalidSampleException("values", "must not be empty");
    }
    if (times.length != valueCount) {
      throw new InvalidSampleException(
          "values",
          "must be as many as timestamps, got %d for %d".formatted(valueCount, times.length));
    }
    return new SeriesSamples(spec, times, Arrays.copyOf(values, valueCount));
  }

  private void readTimestamps(CodedInputStream in, int tag, boolean millis) throws IOException {
    mixed |= timestampCount > 0 && millis != inMillis;
    inMillis = millis;
    if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
      addTimestamp(in.readInt64());
      return;
    }
    int limit = in.pushLimit(in.readRawVarint32());
    while (in.getBytesUntilLimit() > 0) {
      addTimestamp(in.readInt64());
    }
    in.popLimit(limit);
  }

  private void readValues(CodedInputStream in, int tag) throws IOException {
    if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
      addValue(in.readDouble());
      return;
    }
    int limit = in.pushLimit(in.readRawVarint32());
    while (in.getBytesUntilLimit() > 0) {
      addValue(in.readDouble());
    }
    in.popLimit(limit);
  }

  private void addTimestamp(long ts) {
    if (timestampCount == timestamps.length) {
      timestamps = Arrays.copyOf(timestamps, grown(timestampCount));
    }
    timestamps[timestampCount++] = ts;
  }

  private void addValue(double value) {
    if (valueCount == values.length) {
      values = Arrays.copyOf(values, grown(valueCount));
    }
    values[valueCount++] = value;
  }

  private static int grown(int size) {
    RecordDecoder.requireRoom(size);
    return 2 * size;
  }
}
