package dev.annulus.wire;

import dev.annulus.model.Times;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Encodes an {@code annulus.v1.SampleBatch} series by series, without the generated classes, which
 * would allocate an object for every series and tag of every record. Not thread-safe.
 *
 * <pre>
 * 08 version | (12 length | series | times | 1a length double value…)…
 *
 * series: 0a length Series, or 22 length name
 * times:  12 length varint ts…, or 2a length varint ts_ms…, or nothing
 * </pre>
 *
 * <p>A series that differs from the previous one only by name is written as that name, and repeated
 * timestamps are omitted, since an agent sends many metrics with the same tags and times. A record
 * that uses neither is version 1, which older readers support.
 */
public final class RecordWriter {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int VERSION_TAG = 0x08;
  private static final int SERIES_TAG = 0x12;
  private static final int SPEC_TAG = 0x0a;
  private static final int TIMESTAMPS_TAG = 0x12;
  private static final int VALUES_TAG = 0x1a;
  private static final int SIBLING_TAG = 0x22;
  private static final int TIMESTAMPS_MS_TAG = 0x2a;
  private static final int NAME_TAG = 0x0a;
  private static final int VERSION_PLACE = 1;
  private static final int MAX_VARINT32 = 5;

  private byte[] buffer;
  private int size;
  private int samples;
  private @Nullable EncodedSeries before;
  private long[] timesBefore = new long[16];
  private int timesBeforeCount;
  private boolean nanosBefore;

  /**
   * @param capacity initial bytes; grows
   */
  public RecordWriter(int capacity) {
    this.buffer = new byte[Math.max(64, capacity)];
    clear();
  }

  /** Upper bound of the bytes that samples of a series add. */
  public static long bound(EncodedSeries series, int samples) {
    return 5L * (1 + MAX_VARINT32) + series.name().length + series.rest().length + 18L * samples;
  }

  /** Starts a new record. */
  public void clear() {
    size = 0;
    samples = 0;
    before = null;
    timesBeforeCount = 0;
    buffer[size++] = VERSION_TAG;
    buffer[size++] = RecordEncoder.FIRST_VERSION;
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
   * @param timestamps in the unit of the series' {@link dev.annulus.model.Temporality}
   * @throws IllegalArgumentException beyond {@link RecordEncoder#MAX_SAMPLES} samples; the record
   *     is unchanged
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
    boolean sibling = before != null && series.isSiblingOf(before);
    boolean sameTimes = count > 0 && isTimesBefore(series, timestamps, from, to);
    long unit = series.hasNanos() || !areWholeSeconds(timestamps, from, to) ? 1 : Times.PER_SECOND;
    if ((unit == 1 && !series.hasNanos()) || series.isFine()) {
      buffer[VERSION_PLACE] = RecordEncoder.FORMAT_VERSION;
    } else if (sibling || sameTimes) {
      needsVersion(RecordEncoder.SHARING_VERSION);
    }
    int nameBytes = series.name().length;
    int specBytes = sibling ? nameBytes : packed(nameBytes) + series.rest().length;
    int timestampBytes = sameTimes ? 0 : varintLength(timestamps, from, to, unit);
    buffer[size++] = SERIES_TAG;
    varint(1 + Varints.length(specBytes) + specBytes + packed(timestampBytes) + packed(8 * count));
    buffer[size++] = (byte) (sibling ? SIBLING_TAG : SPEC_TAG);
    varint(specBytes);
    if (sibling) {
      bytes(series.name());
    } else {
      if (nameBytes > 0) {
        buffer[size++] = NAME_TAG;
        varint(nameBytes);
        bytes(series.name());
      }
      bytes(series.rest());
    }
    if (count > 0) {
      if (!sameTimes) {
        buffer[size++] =
            (byte) (unit == 1 && !series.hasNanos() ? TIMESTAMPS_MS_TAG : TIMESTAMPS_TAG);
        varint(timestampBytes);
        timestamps(timestamps, from, to, unit);
        nanosBefore = series.hasNanos();
      }
      values(values, from, to);
    }
    samples += count;
    before = series;
  }

  /** The record. */
  public byte[] toByteArray() {
    return Arrays.copyOf(buffer, size);
  }

  private void needsVersion(int version) {
    buffer[VERSION_PLACE] = (byte) Math.max(version, buffer[VERSION_PLACE]);
  }

  private boolean isTimesBefore(EncodedSeries series, long[] timestamps, int from, int to) {
    return nanosBefore == series.hasNanos()
        && Arrays.equals(timesBefore, 0, timesBeforeCount, timestamps, from, to);
  }

  private static boolean areWholeSeconds(long[] timestamps, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!Times.isWholeSecond(timestamps[i])) {
        return false;
      }
    }
    return true;
  }

  private void timestamps(long[] timestamps, int from, int to, long unit) {
    for (int i = from; i < to; i++) {
      varint(timestamps[i] / unit);
    }
    timesBeforeCount = to - from;
    if (timesBeforeCount > timesBefore.length) {
      timesBefore = new long[Math.max(timesBeforeCount, 2 * timesBefore.length)];
    }
    System.arraycopy(timestamps, from, timesBefore, 0, timesBeforeCount);
  }

  private void values(double[] values, int from, int to) {
    buffer[size++] = VALUES_TAG;
    varint(8L * (to - from));
    for (int i = from; i < to; i++) {
      LONG.set(buffer, size, Double.doubleToRawLongBits(values[i]));
      size += 8;
    }
  }

  private void bytes(byte[] source) {
    System.arraycopy(source, 0, buffer, size, source.length);
    size += source.length;
  }

  private void ensure(long more) {
    if (size + more > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.toIntExact(Math.max(size + more, 2L * buffer.length)));
    }
  }

  private void varint(long value) {
    size = Varints.write(buffer, size, value);
  }

  /** Size of a field with tag, length and contents; an empty field is omitted. */
  private static int packed(int length) {
    return length == 0 ? 0 : 1 + Varints.length(length) + length;
  }

  private static int varintLength(long[] values, int from, int to, long unit) {
    int length = 0;
    for (int i = from; i < to; i++) {
      length += Varints.length(values[i] / unit);
    }
    return length;
  }
}
