package dev.annulus.query.sql.group;

import dev.annulus.store.RingSlice;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Finds the earliest or latest sample; of samples with the same ts, the largest. */
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
    int end = latest ? to - 1 : from;
    long ts = samples.timestamps()[end];
    if (!known[group]
        || (latest ? ts > timestamps[group] : ts < timestamps[group])
        || (ts == timestamps[group] && Double.compare(samples.values()[end], values[group]) > 0)) {
      timestamps[group] = ts;
      values[group] = samples.values()[end];
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
