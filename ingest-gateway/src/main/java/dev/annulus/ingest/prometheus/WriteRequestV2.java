package dev.annulus.ingest.prometheus;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.annulus.ingest.IngestMemory;
import dev.annulus.ingest.SeriesCache;
import dev.annulus.ingest.SeriesIntake;
import dev.annulus.model.InvalidSampleException;
import dev.annulus.model.MetricType;
import dev.annulus.wire.EncodedSeries;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * {@code io.prometheus.write.v2.Request}: a symbol table holds each string once, and series refer
 * to it and carry their type.
 *
 * <pre>
 * Request      4: symbols…   5: TimeSeries…
 * TimeSeries   1: references to name and value in turn   2: Sample…   3: native histograms
 *              4: exemplars, not read   5: Metadata
 * Metadata     1: type
 * </pre>
 */
final class WriteRequestV2 extends WriteRequest {
  private static final int SYMBOLS = 4;
  private static final int TIME_SERIES = 5;
  private static final int LABEL_REFS = 1;
  private static final int TIME_SERIES_OF_V1 = 1;
  private static final int SAMPLES = 2;
  private static final int HISTOGRAMS = 3;
  private static final int METADATA = 5;
  private static final int METADATA_TYPE = 1;

  private static final int COUNTER = 1;
  private static final int HISTOGRAM = 3;
  private static final int SUMMARY = 5;

  /** Offset and length. */
  private static final long SYMBOL_BYTES = 8;

  /** Lengths of symbols, and labels without a value. */
  private static final int MOST_BESIDE_TEXT = 4 << 10;

  private final SeriesCache<EncodedSeries> known;
  private int[] symbolFrom = new int[64];
  private int[] symbolLength = new int[64];
  private int symbols;
  private int[] refs = new int[32];
  private int refCount;
  private byte[] key = new byte[512];

  WriteRequestV2(
      SeriesIntake intake,
      IngestMemory.Allowance allowance,
      long nowMillis,
      SeriesCache<EncodedSeries> known) {
    super(intake, allowance, nowMillis);
    this.known = known;
  }

  @Override
  void read(byte[] array, int length) throws IOException {
    readSymbols(CodedInputStream.newInstance(array, 0, length));
    CodedInputStream in = CodedInputStream.newInstance(array, 0, length);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case TIME_SERIES -> {
          int limit = in.pushLimit(in.readRawVarint32());
          readSeries(in, array);
          in.popLimit(limit);
        }
        case TIME_SERIES_OF_V1 -> throw otherVersion("1.0", PrometheusRoutes.V1);
        default -> in.skipField(tag);
      }
    }
  }

  private void readSymbols(CodedInputStream in) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) != SYMBOLS) {
        in.skipField(tag);
        continue;
      }
      if (symbols == symbolFrom.length) {
        allowance().take(SYMBOL_BYTES * symbols);
        symbolFrom = Arrays.copyOf(symbolFrom, 2 * symbols);
        symbolLength = Arrays.copyOf(symbolLength, 2 * symbols);
      }
      int length = in.readRawVarint32();
      symbolFrom[symbols] = in.getTotalBytesRead();
      symbolLength[symbols++] = length;
      in.skipRawBytes(length);
    }
  }

  private void readSeries(CodedInputStream in, byte[] array) throws IOException {
    startSeries();
    refCount = 0;
    int type = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case LABEL_REFS -> readRefs(in, tag);
        case SAMPLES -> readSample(in);
        case HISTOGRAMS -> skipHistogram(in, tag);
        case METADATA -> type = readType(in);
        default -> in.skipField(tag);
      }
    }
    int declared = type;
    endSeries(intake -> series(intake, array, declared));
  }

  private void readRefs(CodedInputStream in, int tag) throws IOException {
    if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
      addRef(in.readUInt32());
      return;
    }
    int limit = in.pushLimit(in.readRawVarint32());
    while (in.getBytesUntilLimit() > 0) {
      addRef(in.readUInt32());
    }
    in.popLimit(limit);
  }

  private void addRef(int ref) {
    if (refCount == refs.length) {
      allowance().take((long) Integer.BYTES * refCount);
      refs = Arrays.copyOf(refs, 2 * refCount);
    }
    refs[refCount++] = ref;
  }

  private static int readType(CodedInputStream in) throws IOException {
    int type = 0;
    int limit = in.pushLimit(in.readRawVarint32());
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == METADATA_TYPE) {
        type = in.readEnum();
      } else {
        in.skipField(tag);
      }
    }
    in.popLimit(limit);
    return type;
  }

  private EncodedSeries series(SeriesIntake intake, byte[] array, int type) {
    requireRefs();
    int length = key(array, type, 2 * intake.rules().maxSeriesBytes() + MOST_BESIDE_TEXT);
    long hash = SeriesCache.hash(key, 0, length);
    EncodedSeries before = known.find(hash, key, 0, length);
    if (before != null) {
      return before;
    }
    SeriesLabels labels = new SeriesLabels(intake.rules().maxTags());
    for (int i = 0; i < refCount; i += 2) {
      labels.add(text(array, refs[i]), text(array, refs[i + 1]));
    }
    EncodedSeries made = labels.series(intake, metricType(type));
    known.put(hash, key, 0, length, made, made.heapBytes());
    return made;
  }

  private void requireRefs() {
    if (refCount % 2 != 0) {
      throw new InvalidSampleException("labels_refs", "must be pairs of name and value");
    }
    for (int i = 0; i < refCount; i++) {
      if (refs[i] < 0 || refs[i] >= symbols) {
        throw new InvalidSampleException(
            "labels_refs",
            "refer to symbol %s of %d".formatted(Integer.toUnsignedString(refs[i]), symbols));
      }
    }
  }

  /**
   * Type and labels concatenated: references differ between requests, the strings do not. A
   * reference of one byte may stand for a string of megabytes, so their length is checked first.
   */
  private int key(byte[] array, int type, int most) {
    int size = 1;
    for (int i = 0; i < refCount; i++) {
      size += 4 + Math.min(symbolLength[refs[i]], most);
      if (size > most) {
        throw new InvalidSampleException("labels", "are longer than %d bytes".formatted(most));
      }
    }
    if (key.length < size) {
      key = new byte[2 * size];
    }
    key[0] = (byte) type;
    int at = 1;
    for (int i = 0; i < refCount; i++) {
      int length = symbolLength[refs[i]];
      key[at] = (byte) (length >>> 24);
      key[at + 1] = (byte) (length >>> 16);
      key[at + 2] = (byte) (length >>> 8);
      key[at + 3] = (byte) length;
      System.arraycopy(array, symbolFrom[refs[i]], key, at + 4, length);
      at += 4 + length;
    }
    return size;
  }

  private String text(byte[] array, int ref) {
    return SeriesLabels.utf8(array, symbolFrom[ref], symbolLength[ref]);
  }

  /** Null if the name decides: the series of histograms and summaries are counters. */
  private static @Nullable MetricType metricType(int type) {
    return switch (type) {
      case 0, HISTOGRAM, SUMMARY -> null;
      case COUNTER -> MetricType.COUNTER;
      default -> MetricType.GAUGE;
    };
  }
}
