package dev.annulus.promql.eval;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The cumulative buckets of a classic histogram at one step. Reused from step to step. */
final class ClassicHistogram {
  /** Relative differences between buckets below this are floating-point noise. */
  private static final double NOISE = 1e-12;

  private double[] bounds = new double[16];
  private double[] counts = new double[16];
  private int size;

  /**
   * Counts that had to be raised so that they never decrease.
   *
   * @param largestDecrease the largest decrease from one bucket to the next
   */
  record Fix(double lowestBound, double highestBound, double largestDecrease) {}

  void clear() {
    size = 0;
  }

  boolean isEmpty() {
    return size == 0;
  }

  void add(double upperBound, double count) {
    if (size == bounds.length) {
      bounds = Arrays.copyOf(bounds, 2 * size);
      counts = Arrays.copyOf(counts, 2 * size);
    }
    // Buckets mostly come in order; insertion keeps equal bounds in it.
    int at = size;
    while (at > 0 && bounds[at - 1] > upperBound) {
      bounds[at] = bounds[at - 1];
      counts[at] = counts[at - 1];
      at--;
    }
    bounds[at] = upperBound;
    counts[at] = count;
    size++;
  }

  private boolean hasInfinity() {
    return bounds[size - 1] == Double.POSITIVE_INFINITY;
  }

  /** Buckets with the same bound become one. */
  private void coalesce() {
    int last = 0;
    for (int i = 1; i < size; i++) {
      if (bounds[i] == bounds[last]) {
        counts[last] += counts[i];
      } else {
        last++;
        bounds[last] = bounds[i];
        counts[last] = counts[i];
      }
    }
    size = last + 1;
  }

  /** Makes the counts never decrease; null if that changed no more than noise. */
  private @Nullable Fix makeMonotonic() {
    double lowest = Double.POSITIVE_INFINITY;
    double highest = Double.NEGATIVE_INFINITY;
    double decrease = 0;
    double previous = counts[0];
    for (int i = 1; i < size; i++) {
      double count = counts[i];
      if (count == previous) {
        continue;
      }
      if (isNoise(previous, count)) {
        counts[i] = previous;
      } else if (count < previous) {
        counts[i] = previous;
        lowest = Math.min(lowest, bounds[i]);
        highest = Math.max(highest, bounds[i]);
        decrease = Math.max(decrease, previous - count);
      } else {
        previous = count;
      }
    }
    return lowest <= highest ? new Fix(lowest, highest, decrease) : null;
  }

  private static boolean isNoise(double a, double b) {
    double difference = Math.abs(a - b);
    double magnitude = Math.abs(a) + Math.abs(b);
    if (a == 0 || b == 0 || magnitude < Double.MIN_NORMAL) {
      return difference < NOISE * Double.MIN_NORMAL;
    }
    return difference / Math.min(magnitude, Double.MAX_VALUE) < NOISE;
  }

  /** A quantile, interpolated within its bucket, and what had to be fixed for it. */
  record Quantile(double value, @Nullable Fix fix) {}

  /** Sorts and merges the buckets. There is at least one. */
  Quantile quantile(double q) {
    if (Double.isNaN(q)) {
      return new Quantile(Double.NaN, null);
    }
    if (q < 0 || q > 1) {
      double infinite = q < 0 ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
      return new Quantile(infinite, null);
    }
    if (!hasInfinity()) {
      return new Quantile(Double.NaN, null);
    }
    coalesce();
    Fix fix = makeMonotonic();
    double observations = counts[size - 1];
    if (size < 2 || observations == 0) {
      return new Quantile(Double.NaN, fix);
    }
    return new Quantile(interpolate(q * observations), fix);
  }

  private double interpolate(double rank) {
    int bucket = 0;
    int above = size - 1;
    while (bucket < above) {
      int middle = (bucket + above) >>> 1;
      if (counts[middle] >= rank) {
        above = middle;
      } else {
        bucket = middle + 1;
      }
    }
    if (bucket == size - 1) {
      return bounds[size - 2];
    }
    if (bucket == 0) {
      double end = bounds[0];
      return end <= 0 ? end : end * (rank / counts[0]);
    }
    double start = bounds[bucket - 1];
    double below = counts[bucket - 1];
    return start + (bounds[bucket] - start) * ((rank - below) / (counts[bucket] - below));
  }

  /** The share of observations between two values. There is at least one bucket. */
  double fraction(double lower, double upper) {
    if (!hasInfinity()) {
      return Double.NaN;
    }
    coalesce();
    double all = counts[size - 1];
    if (all == 0 || Double.isNaN(lower) || Double.isNaN(upper)) {
      return Double.NaN;
    }
    return lower >= upper ? 0 : (rank(upper, all) - rank(lower, all)) / all;
  }

  /** How many observations are below {@code value}. */
  private double rank(double value, double all) {
    double start = bounds[0] <= 0 ? Double.NEGATIVE_INFINITY : 0;
    double below = 0;
    for (int i = 0; i < size; i++) {
      double end = bounds[i];
      if (start >= value) {
        return Math.min(below, all);
      }
      if (end > value) {
        double rank =
            start == Double.NEGATIVE_INFINITY
                ? counts[i]
                : below + (counts[i] - below) * (value - start) / (end - start);
        return rank > all ? all : rank;
      }
      below = counts[i];
      start = end;
    }
    return all;
  }
}
