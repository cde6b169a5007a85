package dev.annulus.query.sql.run;

import dev.annulus.model.Times;
import dev.annulus.store.RingSlice;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a counter gained from the first to the last sample of a group, or that for each second. A
 * value below the one before is a reset: the counter started again at zero, so the value itself is
 * the gain. Null for a single sample: it takes two to see a gain.
 */
final class IncreaseOf implements Aggregate {
  private final boolean perSecond;
  private double[] gains = new double[64];
  private double[] last = new double[64];
  private long[] firstTs = new long[64];
  private long[] lastTs = new long[64];
  private long[] counts = new long[64];

  IncreaseOf(boolean perSecond) {
    this.perSecond = perSecond;
  }

  @Override
  public void begin(int group) {
    if (group == gains.length) {
      gains = Arrays.copyOf(gains, 2 * group);
      last = Arrays.copyOf(last, 2 * group);
      firstTs = Arrays.copyOf(firstTs, 2 * group);
      lastTs = Arrays.copyOf(lastTs, 2 * group);
      counts = Arrays.copyOf(counts, 2 * group);
    }
    gains[group] = 0;
    counts[group] = 0;
  }

  @Override
  public void add(int group, RingSlice samples, int from, int to) {
    double[] values = samples.values();
    int next = from;
    if (counts[group] == 0) {
      firstTs[group] = Times.seconds(samples.tsMillis()[from]);
      last[group] = values[next++];
    }
    double gain = gains[group];
    double before = last[group];
    for (; next < to; next++) {
      double value = values[next];
      gain += value < before ? value : value - before;
      before = value;
    }
    gains[group] = gain;
    last[group] = before;
    lastTs[group] = Times.seconds(samples.tsMillis()[to - 1]);
    counts[group] += to - from;
  }

  @Override
  public @Nullable Double result(int group) {
    if (counts[group] < 2) {
      return null;
    }
    if (!perSecond) {
      return gains[group];
    }
    long seconds = lastTs[group] - firstTs[group];
    return seconds > 0 ? gains[group] / seconds : null;
  }
}
