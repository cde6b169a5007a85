package dev.annulus.query.sql.run;

import dev.annulus.model.Times;
import dev.annulus.store.RingSlice;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Finds the earliest or latest sample; of samples of the same second, the largest. */
final class EndOf implements Aggregate {
  private final boolean latest;
  private final boolean wantsTs;
  private long[] timestamps = new long[64];
  private double[] values = new double[64];
  private boolean[] known = new boolean[64];

  EndOf(boolean latest, boolean wantsTs) {
    this.latest = latest;
    this.wantsTs = wantsTs;
  }

  @Override
  public void begin(int group) {
    if (group == timestamps.length) {
      timestamps = Arrays.copyOf(timestamps, 2 * group);
      values = Arrays.copyOf(values, 2 * group);
      known = Arrays.copyOf(known, 2 * group);
    }
    known[group] = false;
  }

  @Override
  public void add(int group, RingSlice samples, int from, int to) {
    int step = latest ? -1 : 1;
    int at = latest ? to - 1 : from;
    long ts = Times.seconds(samples.tsMillis()[at]);
    do {
      add(group, ts, samples.values()[at]);
      at += step;
    } while (at >= from && at < to && Times.seconds(samples.tsMillis()[at]) == ts);
  }

  private void add(int group, long ts, double value) {
    if (!known[group]
        || (latest ? ts > timestamps[group] : ts < timestamps[group])
        || (ts == timestamps[group] && Double.compare(value, values[group]) > 0)) {
      timestamps[group] = ts;
      values[group] = value;
      known[group] = true;
    }
  }

  @Override
  public @Nullable Object result(int group) {
    if (!known[group]) {
      return null;
    }
    return wantsTs ? (Object) timestamps[group] : values[group];
  }
}
