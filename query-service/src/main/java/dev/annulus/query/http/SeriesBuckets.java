package dev.annulus.query.http;

import dev.annulus.model.MetricType;
import dev.annulus.store.RingSlice;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The pre-bucketed series of {@code GET /metrics/{id}/series}. */
final class SeriesBuckets {
  private SeriesBuckets() {}

  /**
   * One bucket.
   *
   * @param bucket epoch seconds at which it starts
   * @param value null where a counter has no rate: its first bucket, or after a reset
   */
  record Row(long bucket, @Nullable Double value) {}

  /**
   * Buckets a slice: a gauge's average, or a counter's per-second rate from the maximum of the
   * bucket before to its own.
   *
   * @param seconds of a bucket, at least 1
   */
  static List<Row> of(RingSlice slice, MetricType type, long seconds) {
    return type == MetricType.GAUGE ? averages(slice, seconds) : rates(slice, seconds);
  }

  private static List<Row> averages(RingSlice slice, long seconds) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < slice.size(); ) {
      int end = endOfBucket(slice, i, seconds);
      double sum = 0;
      for (int j = i; j < end; j++) {
        sum += slice.values()[j];
      }
      rows.add(new Row(bucketOf(slice, i, seconds), sum / (end - i)));
      i = end;
    }
    return rows;
  }

  private static List<Row> rates(RingSlice slice, long seconds) {
    List<Row> rows = new ArrayList<>();
    double previous = Double.NaN;
    for (int i = 0; i < slice.size(); ) {
      int end = endOfBucket(slice, i, seconds);
      double max = Double.NEGATIVE_INFINITY;
      for (int j = i; j < end; j++) {
        max = Math.max(max, slice.values()[j]);
      }
      // A comparison with NaN is false: the first bucket has no rate.
      Double rate = max >= previous ? (max - previous) / seconds : null;
      rows.add(new Row(bucketOf(slice, i, seconds), rate));
      previous = max;
      i = end;
    }
    return rows;
  }

  private static long bucketOf(RingSlice slice, int i, long seconds) {
    return Math.floorDiv(slice.timestamps()[i], seconds) * seconds;
  }

  private static int endOfBucket(RingSlice slice, int start, long seconds) {
    long next = bucketOf(slice, start, seconds) + seconds;
    int end = start + 1;
    while (end < slice.size() && slice.timestamps()[end] < next) {
      end++;
    }
    return end;
  }
}
