package dev.annulus.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Writes an {@code annulus.v1.SampleBatch} series by series, without the generated classes: they
 * would build an object for every series and tag of every record. Not thread-safe.
 *
 * <pre>
 * 08 01 | (12 length | 0a length Series | 12 length varint ts… | 1a length double value…)…
 * </pre>
 */
public final class RecordWriter {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int VERSION_TAG = 0x08;
  private static final int SERIES_TAG = 0x12;
  private static final int SPEC_TAG = 0x0a;
  private static final int TIMESTAMPS_TAG = 0x12;
  private static final int VALUES_TAG = 0x1a;
  private static final int MAX_VARINT32 = 5;

  private byte[] buffer;
  private int size;
  private int samples;

  /**
   * @param capacity bytes at first; it grows
   */
  public RecordWriter(int capacity) {
    this.buffer = new byte[Math.max(64, capacity)];
    clear();
  }

  /** How many bytes samples of a series take at most, beside what is written already. */
  public static long bound(EncodedSeries series, int samples) {
    return 4L * (1 + MAX_VARINT32) + series.length() + 18L * samples;
  }

  /** Starts an empty record. */
  public void clear() {
    size = 0;
    samples = 0;
    buffer[size++] = VERSION_TAG;
    buffer[size++] = RecordEncoder.FORMAT_VERSION;
  }

  /** Samples written so far. */
  public int samples() {
    return samples;
  }

  /** Bytes written so far. */
  public int bytes() {
    return size;
  }

  /**
   * Adds the samples {@code [from, to)} of one series.
   *
   * @throws IllegalArgumentException beyond {@link RecordEncoder#MAX_SAMPLES} samples; the record
   *     is as it was
   */
  public void add(EncodedSeries series, long[] timestamps, double[] values, int from, int to) {
    int count = to - from;
    if (samples + count > RecordEncoder.MAX_SAMPLES) {
      throw new IllegalArgumentException(
          "a record holds at most "
              + RecordEncoder.MAX_SAMPLES
              + " samples, got "
              + (samples + count));
    }
    ensure(bound(series, count));
    int timestampBytes = 0;
    for (int i = from; i < to; i++) {
      timestampBytes += varintLength(timestamps[i]);
    }
    byte[] spec = series.bytes();
    buffer[size++] = SERIES_TAG;
    varint(packed(spec.length) + packed(timestampBytes) + packed(8 * count));
    buffer[size++] = SPEC_TAG;
    varint(spec.length);
    System.arraycopy(spec, 0, buffer, size, spec.length);
    size += spec.length;
    if (count > 0) {
      columns(timestamps, values, from, to, timestampBytes);
    }
    samples += count;
  }

  /** The record. */
  public byte[] toByteArray() {
    return Arrays.copyOf(buffer, size);
  }

  private void columns(long[] timestamps, double[] values, int from, int to, int timestampBytes) {
    buffer[size++] = TIMESTAMPS_TAG;
    varint(timestampBytes);
    for (int i = from; i < to; i++) {
      varint(timestamps[i]);
    }
    buffer[size++] = VALUES_TAG;
    varint(8L * (to - from));
    for (int i = from; i < to; i++) {
      LONG.set(buffer, size, Double.doubleToRawLongBits(values[i]));
      size += 8;
    }
  }

  private void ensure(long more) {
    if (size + more > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.toIntExact(Math.max(size + more, 2L * buffer.length)));
    }
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      buffer[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    buffer[size++] = (byte) rest;
  }

  /** Bytes of a field with tag, length and contents; an empty one is left out. */
  private static int packed(int length) {
    return length == 0 ? 0 : 1 + varintLength(length) + length;
  }

  private static int varintLength(long value) {
    return Math.max(1, (70 - Long.numberOfLeadingZeros(value)) / 7);
  }
}
