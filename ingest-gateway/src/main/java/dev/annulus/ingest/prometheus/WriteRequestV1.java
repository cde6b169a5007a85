package dev.annulus.ingest.prometheus;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.annulus.ingest.IngestMemory;
import dev.annulus.ingest.SeriesCache;
import dev.annulus.ingest.SeriesIntake;
import dev.annulus.wire.EncodedSeries;
import java.io.IOException;

/**
 * {@code prometheus.WriteRequest}: series with labels as strings. Metadata arrives in separate
 * requests, after the samples and through any gateway, so it cannot decide a type: the name does.
 *
 * <pre>
 * WriteRequest  1: TimeSeries…   3: metadata, not read
 * TimeSeries    1: Label…   2: Sample…   3: exemplars, not read   4: native histograms
 * Label         1: name   2: value
 * </pre>
 */
final class WriteRequestV1 extends WriteRequest {
  private static final int TIME_SERIES = 1;
  private static final int SYMBOLS_OF_V2 = 4;
  private static final int TIME_SERIES_OF_V2 = 5;
  private static final int LABELS = 1;
  private static final int SAMPLES = 2;
  private static final int HISTOGRAMS = 4;
  private static final int LABEL_NAME = 1;
  private static final int LABEL_VALUE = 2;

  private final SeriesCache<EncodedSeries> known;

  WriteRequestV1(
      SeriesIntake intake,
      IngestMemory.Allowance allowance,
      long nowMillis,
      SeriesCache<EncodedSeries> known) {
    super(intake, allowance, nowMillis);
    this.known = known;
  }

  @Override
  void read(byte[] array, int length) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(array, 0, length);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case TIME_SERIES -> {
          int limit = in.pushLimit(in.readRawVarint32());
          readSeries(in, array);
          in.popLimit(limit);
        }
        case SYMBOLS_OF_V2, TIME_SERIES_OF_V2 -> throw otherVersion("2.0", PrometheusRoutes.V2);
        default -> in.skipField(tag);
      }
    }
  }

  private void readSeries(CodedInputStream in, byte[] array) throws IOException {
    startSeries();
    int from = in.getTotalBytesRead();
    int labelsFrom = from;
    int labelsTo = from;
    int start = from;
    boolean together = true;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case LABELS -> {
          together &= labelsTo == labelsFrom || labelsTo == start;
          labelsFrom = labelsTo == labelsFrom ? start : labelsFrom;
          in.skipField(tag);
          labelsTo = in.getTotalBytesRead();
        }
        case SAMPLES -> readSample(in);
        case HISTOGRAMS -> skipHistogram(in, tag);
        default -> in.skipField(tag);
      }
      start = in.getTotalBytesRead();
    }
    int keyFrom = together ? labelsFrom : from;
    int keyTo = together ? labelsTo : start;
    endSeries(intake -> series(intake, array, keyFrom, keyTo));
  }

  private EncodedSeries series(SeriesIntake intake, byte[] array, int from, int to)
      throws IOException {
    long hash = SeriesCache.hash(array, from, to);
    EncodedSeries before = known.find(hash, array, from, to);
    if (before != null) {
      return before;
    }
    SeriesLabels labels = new SeriesLabels(intake.rules().maxTags());
    read(labels, array, from, to);
    EncodedSeries made = labels.series(intake, null);
    known.put(hash, array, from, to, made, made.heapBytes());
    return made;
  }

  private static void read(SeriesLabels labels, byte[] array, int from, int to) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(array, from, to - from);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == LABELS) {
        int limit = in.pushLimit(in.readRawVarint32());
        readLabel(in, labels);
        in.popLimit(limit);
      } else {
        in.skipField(tag);
      }
    }
  }

  private static void readLabel(CodedInputStream in, SeriesLabels labels) throws IOException {
    byte[] name = {};
    byte[] value = {};
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case LABEL_NAME -> name = in.readByteArray();
        case LABEL_VALUE -> value = in.readByteArray();
        default -> in.skipField(tag);
      }
    }
    labels.add(SeriesLabels.utf8(name, 0, name.length), SeriesLabels.utf8(value, 0, value.length));
  }
}
