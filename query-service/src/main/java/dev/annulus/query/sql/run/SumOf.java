package dev.annulus.query.sql.run;

import dev.annulus.store.RingSlice;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Adds values up, one after the other, or takes their mean. */
final class SumOf implements Aggregate {
  private final boolean mean;
  private double[] sums = new double[64];
  private long[] counts = new long[64];

  SumOf(boolean mean) {
    this.mean = mean;
  }

  @Override
  public void begin(int group) {
    if (group == sums.length) {
      sums = Arrays.copyOf(sums, 2 * group);
      counts = Arrays.copyOf(counts, 2 * group);
    }
    sums[group] = 0;
    counts[group] = 0;
  }

  @Override
  public void add(int group, RingSlice samples, int from, int to) {
    double[] values = samples.values();
    double sum = sums[group];
    for (int i = from; i < to; i++) {
      sum += values[i];
    }
    sums[group] = sum;
    counts[group] += to - from;
  }

  @Override
  public @Nullable Double result(int group) {
    if (counts[group] == 0) {
      return null;
    }
    return mean ? sums[group] / counts[group] : sums[group];
  }
}
