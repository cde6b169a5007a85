package dev.annulus.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.annulus.model.InvalidSampleException;
import dev.annulus.model.SampleRules;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.SeriesSpec;
import dev.annulus.wire.Decoded.Entry;
import dev.annulus.wire.Decoded.Unusable;
import dev.annulus.wire.proto.SampleBatch;
import dev.annulus.wire.proto.Series;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads a {@code SampleBatch} field by field, straight into columns. The generated classes would
 * build objects for every series and tag of every record, which cost more than all the rest; here a
 * series already seen costs a hash of its bytes. Not thread-safe.
 */
final class BatchReader {
  private final SpecInterner specs;
  private final SampleRules rules;
  private long[] timestamps = new long[64];
  private double[] values = new double[64];
  private int timestampCount;
  private int valueCount;

  BatchReader(SpecInterner specs, SampleRules rules) {
    this.specs = specs;
    this.rules = rules;
  }

  /**
   * Reads a batch.
   *
   * @throws MalformedRecordException if it is none, has an unknown version or too many samples
   */
  Decoded read(byte[] record) {
    List<Entry> usable = new ArrayList<>();
    List<Unusable> unusable = new ArrayList<>();
    try {
      long version = 0;
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
      throw new MalformedRecordException("broken Protocol Buffers: " + e.getMessage());
    } catch (IOException e) {
      throw new MalformedRecordException("unreadable: " + e.getMessage());
    }
    return new Decoded(usable, unusable);
  }

  private static void requireVersion(long version) {
    if (version != RecordEncoder.FORMAT_VERSION) {
      throw new MalformedRecordException(
          "unknown format_version %d; this reader knows %d"
              .formatted(version, RecordEncoder.FORMAT_VERSION));
    }
  }

  /** Reads one series up to the stream's limit; gives how many samples it has. */
  private int readSeries(
      CodedInputStream in, byte[] record, int index, List<Entry> usable, List<Unusable> unusable)
      throws IOException {
    timestampCount = 0;
    valueCount = 0;
    int specFrom = 0;
    int specTo = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case dev.annulus.wire.proto.SeriesSamples.SERIES_FIELD_NUMBER -> {
          int length = in.readRawVarint32();
          specFrom = in.getTotalBytesRead();
          in.skipRawBytes(length);
          specTo = specFrom + length;
        }
        case dev.annulus.wire.proto.SeriesSamples.TIMESTAMPS_FIELD_NUMBER ->
            readTimestamps(in, tag);
        case dev.annulus.wire.proto.SeriesSamples.VALUES_FIELD_NUMBER -> readValues(in, tag);
        default -> in.skipField(tag);
      }
    }
    RecordDecoder.requireRoom((long) index + Math.max(timestampCount, valueCount));
    try {
      SeriesSpec spec = spec(record, specFrom, specTo);
      usable.add(new Entry(samples(spec), index));
    } catch (InvalidSampleException e) {
      unusable.add(
          new Unusable(
              RejectReason.INVALID, e.describe(), Arrays.copyOfRange(record, specFrom, specTo)));
    }
    return timestampCount;
  }

  private SeriesSpec spec(byte[] record, int from, int to) throws IOException {
    SeriesSpec known = specs.find(record, from, to);
    if (known != null) {
      return known;
    }
    Series message =
        Series.parser().parseFrom(CodedInputStream.newInstance(record, from, to - from));
    SeriesSpec spec = RecordDecoder.spec(message);
    rules.checkSeries(spec);
    specs.put(record, from, to, spec);
    return spec;
  }

  private SeriesSamples samples(SeriesSpec spec) {
    if (timestampCount != valueCount) {
      throw new InvalidSampleException(
          "values", "%d values for %d timestamps".formatted(valueCount, timestampCount));
    }
    return new SeriesSamples(
        spec, Arrays.copyOf(timestamps, timestampCount), Arrays.copyOf(values, valueCount));
  }

  private void readTimestamps(CodedInputStream in, int tag) throws IOException {
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
