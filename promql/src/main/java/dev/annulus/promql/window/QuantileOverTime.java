package dev.annulus.promql.window;

import java.util.Arrays;

/**
 * {@code quantile_over_time}: counts the window's samples by rank among all of the series in a
 * Fenwick tree, so that adding, dropping and finding one take logarithmic time. NaN ranks lowest.
 */
final class QuantileOverTime implements WindowFunction {
  private final Scratch scratch;
  private double[] sorted = new double[0];
  private int[] tree = new int[0];
  private int ranks;
  private int lo;
  private int hi;

  QuantileOverTime(Scratch scratch) {
    this.scratch = scratch;
  }

  @Override
  public void begin(Window series) {
    sorted = scratch.doubles(sorted, series.size);
    int numbers = 0;
    for (int i = 0; i < series.size; i++) {
      double value = series.values[i];
      if (!Double.isNaN(value)) {
        // Both zeros are equal.
        sorted[numbers++] = value + 0.0;
      }
    }
    Arrays.sort(sorted, 0, numbers);
    ranks = 0;
    for (int i = 0; i < numbers; i++) {
      if (i == 0 || sorted[i] != sorted[ranks - 1]) {
        sorted[ranks++] = sorted[i];
      }
    }
    // Rank 0 is NaN's, whether there is one or not.
    ranks++;
    tree = scratch.ints(tree, ranks + 1);
    Arrays.fill(tree, 0, ranks + 1, 0);
    lo = 0;
    hi = 0;
  }

  @Override
  public double apply(Window window) {
    for (; lo < Math.min(hi, window.lo); lo++) {
      add(window.values[lo], -1);
    }
    lo = window.lo;
    hi = Math.max(hi, lo);
    for (; hi < window.hi; hi++) {
      add(window.values[hi], 1);
    }
    return quantile(window.first, window.count());
  }

  private double quantile(double q, int count) {
    if (Double.isNaN(q)) {
      return Double.NaN;
    }
    if (q < 0) {
      return Double.NEGATIVE_INFINITY;
    }
    if (q > 1) {
      return Double.POSITIVE_INFINITY;
    }
    double rank = q * (count - 1);
    int lower = (int) Math.floor(rank);
    int upper = Math.min(count - 1, lower + 1);
    double weight = rank - lower;
    return select(lower) * (1 - weight) + select(upper) * weight;
  }

  private void add(double value, int change) {
    int rank = Double.isNaN(value) ? 0 : Arrays.binarySearch(sorted, 0, ranks - 1, value + 0.0) + 1;
    for (int i = rank + 1; i <= ranks; i += i & -i) {
      tree[i] += change;
    }
  }

  /** The {@code index}th smallest value in the window, from 0. */
  private double select(int index) {
    int position = 0;
    int rest = index;
    for (int step = Integer.highestOneBit(ranks); step > 0; step >>= 1) {
      int next = position + step;
      if (next <= ranks && tree[next] <= rest) {
        position = next;
        rest -= tree[next];
      }
    }
    return position == 0 ? Double.NaN : sorted[position - 1];
  }
}
