package dev.annulus.query.sql.run;

import dev.annulus.store.RingSlice;
import java.util.Arrays;

/** Counts samples. */
final class CountOf implements Aggregate {
  private long[] counts = new long[64];

  @Override
  public void begin(int group) {
    if (group == counts.length) {
      counts = Arrays.copyOf(counts, 2 * group);
    }
    counts[group] = 0;
  }

  @Override
  public void add(int group, RingSlice samples, int from, int to) {
    counts[group] += to - from;
  }

  @Override
  public Long result(int group) {
    return counts[group];
  }
}
