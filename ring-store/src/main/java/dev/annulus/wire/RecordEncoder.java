package dev.annulus.wire;

import dev.annulus.model.SeriesSamples;
import java.util.List;

/** Encodes samples as the Protocol Buffers value of one {@code samples} record. */
public final class RecordEncoder {
  /** Maximum samples per record; the index in the record is part of the sequence. */
  public static final int MAX_SAMPLES = 65_536;

  /** Without siblings and shared timestamps. */
  static final int FIRST_VERSION = 1;

  /** With siblings or shared timestamps. */
  static final int SHARING_VERSION = 2;

  /** The newest version: with times or steps that are not whole seconds. */
  static final int FORMAT_VERSION = 3;

  private RecordEncoder() {}

  /**
   * Encodes a batch.
   *
   * @throws IllegalArgumentException if it has more than {@link #MAX_SAMPLES} samples
   */
  public static byte[] encode(List<SeriesSamples> batch) {
    RecordWriter record = new RecordWriter(256);
    for (SeriesSamples entry : batch) {
      EncodedSeries series = EncodedSeries.of(entry.series());
      record.add(series, entry.timestamps(), entry.values(), 0, entry.size());
    }
    return record.toByteArray();
  }
}
