package dev.annulus.store;

import dev.annulus.model.StaleMarker;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Samples of one ring in a time range, in columns, by ascending and distinct times. Only the first
 * {@code size} elements of the arrays count. The arrays are not copied and must not change.
 *
 * @param tsMillis epoch milliseconds
 * @param values as many, with the bits that they were written with
 * @param size number of samples
 */
@SuppressWarnings("ArrayRecordComponent") // columns for scanning, never compared
public record RingSlice(long[] tsMillis, double[] values, int size) {
  /** No samples. */
  public static final RingSlice EMPTY = new RingSlice(new long[0], new double[0], 0);

  /** Collects samples in slot order and sorts them by time. */
  static final class Builder {
    private final long from;
    private final long to;
    private final boolean markers;
    private long[] timestamps = new long[0];
    private double[] values = new double[0];
    private int size;

    /**
     * @param from epoch milliseconds, inclusive
     * @param to epoch milliseconds, inclusive
     * @param markers whether staleness markers are samples too
     */
    Builder(long from, long to, boolean markers) {
      this.from = from;
      this.to = to;
      this.markers = markers;
    }

    /** Adds the samples in range; the ts filter drops those of earlier laps. */
    void add(SlotPage page) {
      if (size + page.size() > timestamps.length) {
        // Exact for a ring read in one step, doubled for one read in several.
        int length = Math.max(size + page.size(), 2 * timestamps.length);
        timestamps = Arrays.copyOf(timestamps, length);
        values = Arrays.copyOf(values, length);
      }
      for (int i = 0; i < page.size(); i++) {
        long ts = page.tsMillis(i);
        double value = page.value(i);
        if (ts >= from && ts <= to && (markers || !StaleMarker.is(value))) {
          timestamps[size] = ts;
          values[size++] = value;
        }
      }
    }

    RingSlice build() {
      int descents = 0;
      int descent = 0;
      for (int i = 1; i < size; i++) {
        if (timestamps[i] <= timestamps[i - 1]) {
          descents++;
          descent = i;
        }
      }
      if (descents == 0) {
        return new RingSlice(timestamps, values, size);
      }
      return descents == 1 && timestamps[size - 1] < timestamps[0] ? rotated(descent) : sorted();
    }

    /** The usual case: the newest lap starts in the middle of the ring. */
    private RingSlice rotated(int start) {
      long[] ts = new long[size];
      double[] v = new double[size];
      System.arraycopy(timestamps, start, ts, 0, size - start);
      System.arraycopy(timestamps, 0, ts, size - start, start);
      System.arraycopy(values, start, v, 0, size - start);
      System.arraycopy(values, 0, v, size - start, start);
      return new RingSlice(ts, v, size);
    }

    /** A ring with gaps, where slots of several laps mix. */
    private RingSlice sorted() {
      int[] order =
          IntStream.range(0, size)
              .boxed()
              .sorted(Comparator.comparingLong(i -> timestamps[i]))
              .mapToInt(i -> i)
              .toArray();
      long[] ts = new long[size];
      double[] v = new double[size];
      for (int i = 0; i < size; i++) {
        ts[i] = timestamps[order[i]];
        v[i] = values[order[i]];
      }
      return new RingSlice(ts, v, size);
    }
  }
}
