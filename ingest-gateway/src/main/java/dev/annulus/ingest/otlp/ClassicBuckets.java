package dev.annulus.ingest.otlp;

import dev.annulus.model.InvalidSampleException;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import java.util.Arrays;

/**
 * The buckets of an exponential histogram in classic form: cumulative, with upper bounds.
 *
 * <p>Bucket {@code i} of scale {@code s} holds the values in {@code (base^i, base^(i+1)]} with
 * {@code base = 2^(2^-s)}. If there are more than {@link #MAX_BUCKETS}, neighbours are merged until
 * there are not. This lowers the scale and is exact, because every bound of a scale is also one of
 * the next higher scale. Bounds that round to the same double are one bucket; those beyond the
 * range of doubles belong to the last one, {@code +Inf}, which is not listed.
 */
final class ClassicBuckets {
  /** The default limit of SDKs, so their histograms are kept unchanged. */
  static final int MAX_BUCKETS = 160;

  private static final int MAX_SCALE = 20;
  private static final int ALL_BITS = 63;

  private double[] bounds = new double[16];
  private double[] counts = new double[16];
  private int size;
  private double total;

  private ClassicBuckets() {}

  /**
   * Computes the buckets of a point.
   *
   * @throws InvalidSampleException if the zero threshold is negative or NaN
   */
  static ClassicBuckets of(ExponentialHistogramDataPoint point) {
    double threshold = point.getZeroThreshold();
    if (!(threshold >= 0) || Double.isInfinite(threshold)) {
      throw new InvalidSampleException("zeroThreshold", "must be a number that is not negative");
    }
    Range positive = Range.of(point.getPositive());
    Range negative = Range.of(point.getNegative());
    int shift = Math.min(ALL_BITS, Math.max(0, point.getScale() - MAX_SCALE));
    while (positive.width(shift) + negative.width(shift) > MAX_BUCKETS) {
      shift++;
    }
    long scale = (long) point.getScale() - shift;
    ClassicBuckets buckets = new ClassicBuckets();
    double[] below = negative.merged(shift);
    for (int i = below.length - 1; i >= 0; i--) {
      buckets.add(-bound((negative.first >> shift) + i, scale), below[i]);
    }
    double zeros = unsigned(point.getZeroCount());
    if (zeros > 0 || below.length > 0) {
      buckets.add(threshold, zeros);
    }
    double[] above = positive.merged(shift);
    for (int i = 0; i < above.length; i++) {
      // No positive value lies below the threshold; so neither may a bound.
      buckets.add(Math.max(threshold, bound((positive.first >> shift) + i + 1, scale)), above[i]);
    }
    return buckets;
  }

  /** The number of buckets with a finite bound. */
  int size() {
    return size;
  }

  /** An upper bound, inclusive, in ascending order. */
  double bound(int bucket) {
    return bounds[bucket];
  }

  /** The number of values up to the bucket's bound. */
  double cumulative(int bucket) {
    return counts[bucket];
  }

  /** The number of values in all buckets. */
  double total() {
    return total;
  }

  /** {@code base^index}: 0 or infinity beyond the range of doubles. */
  static double bound(long index, long scale) {
    if (index == 0 || scale > ALL_BITS - 1) {
      return 1;
    }
    if (scale <= 0) {
      // From 2^11 on even the neighbours of 0 are beyond the range.
      return power(index << Math.min(-scale, 12));
    }
    long whole = index >> scale;
    double rest = (index - (whole << scale)) / (double) (1L << scale);
    return rest == 0 ? power(whole) : Math.pow(2, rest) * power(whole);
  }

  private static double power(long exponent) {
    return Math.scalb(1.0, (int) Math.max(-2_000, Math.min(2_000, exponent)));
  }

  /** An unsigned 64-bit count. */
  static double unsigned(long count) {
    return count >= 0 ? count : ((count >>> 1) | (count & 1)) * 2.0;
  }

  private void add(double bound, double count) {
    total += count;
    if (Double.isInfinite(bound)) {
      return;
    }
    if (size > 0 && bound <= bounds[size - 1]) {
      counts[size - 1] = total;
      return;
    }
    if (size == bounds.length) {
      bounds = Arrays.copyOf(bounds, 2 * size);
      counts = Arrays.copyOf(counts, 2 * size);
    }
    bounds[size] = bound == 0 ? 0 : bound; // never -0
    counts[size++] = total;
  }

  /**
   * The buckets of one sign, without the empty ones at both ends.
   *
   * @param first index of the first; above {@code last} if all are empty
   * @param last index of the last, inclusive
   */
  private record Range(
      ExponentialHistogramDataPoint.Buckets buckets, int from, long first, long last) {

    static Range of(ExponentialHistogramDataPoint.Buckets buckets) {
      int from = 0;
      int to = buckets.getBucketCountsCount();
      while (to > 0 && buckets.getBucketCounts(to - 1) == 0) {
        to--;
      }
      while (from < to && buckets.getBucketCounts(from) == 0) {
        from++;
      }
      long offset = buckets.getOffset();
      return new Range(buckets, from, offset + from, offset + to - 1);
    }

    long width(int shift) {
      return first > last ? 0 : (last >> shift) - (first >> shift) + 1;
    }

    double[] merged(int shift) {
      double[] merged = new double[(int) width(shift)];
      for (long index = first; index <= last; index++) {
        long count = buckets.getBucketCounts(from + (int) (index - first));
        merged[(int) ((index >> shift) - (first >> shift))] += unsigned(count);
      }
      return merged;
    }
  }
}
