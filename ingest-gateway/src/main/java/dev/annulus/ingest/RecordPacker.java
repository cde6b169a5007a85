package dev.annulus.ingest;

import dev.annulus.wire.EncodedSeries;
import dev.annulus.wire.RecordEncoder;
import dev.annulus.wire.RecordWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Packs the samples for one partition into as few records as their limits allow. */
final class RecordPacker {
  private final int partition;
  private final int maxRecordBytes;
  private final RecordWriter writer;
  private final List<Packed> records = new ArrayList<>(1);
  private @Nullable EncodedSeries only;

  /**
   * @param expectedBytes of all records together
   */
  RecordPacker(int partition, int maxRecordBytes, int expectedBytes) {
    this.partition = partition;
    this.maxRecordBytes = maxRecordBytes;
    this.writer = new RecordWriter(Math.min(expectedBytes, maxRecordBytes));
  }

  /**
   * A record ready to be sent.
   *
   * @param key the canonical name of its series; null if it has several
   */
  @SuppressWarnings("ArrayRecordComponent") // carried, never compared
  record Packed(int partition, byte @Nullable [] key, byte[] value) {}

  void add(EncodedSeries series, long[] timestamps, double[] values, int from, int to) {
    for (int start = from; start < to; ) {
      int end = Math.min(to, start + RecordEncoder.MAX_SAMPLES);
      while (end - start > 1 && RecordWriter.bound(series, end - start) > maxRecordBytes) {
        end = start + (end - start) / 2;
      }
      int count = end - start;
      if (writer.bytes() + RecordWriter.bound(series, count) > maxRecordBytes
          || writer.samples() + count > RecordEncoder.MAX_SAMPLES) {
        cut();
      }
      only = writer.samples() == 0 || series.equals(only) ? series : null;
      writer.add(series, timestamps, values, start, end);
      start = end;
    }
  }

  /** All records. */
  List<Packed> finish() {
    cut();
    return records;
  }

  private void cut() {
    if (writer.samples() > 0) {
      byte[] key = only == null ? null : only.recordKey();
      records.add(new Packed(partition, key, writer.toByteArray()));
      writer.clear();
    }
  }
}
