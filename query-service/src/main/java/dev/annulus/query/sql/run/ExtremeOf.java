package dev.annulus.query.sql.run;

import dev.annulus.store.RingSlice;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Finds the smallest or largest value; NaN is the largest, as when sorting. */
final class ExtremeOf implements Aggregate {
  private final boolean largest;
  private double[] extremes = new double[64];
  private boolean[] known = new boolean[64];

  ExtremeOf(boolean largest) {
    this.largest = largest;
  }

  @Override
  public void begin(int group) {
    if (group == extremes.length) {
      extremes = Arrays.copyOf(extremes, 2 * group);
      known = Arrays.copyOf(known, 2 * group);
    }
    known[group] = false;
  }

  @Override
  public void add(int group, RingSlice samples, int from, int to) {
    double[] values = samples.values();
    double extreme = known[group] ? extremes[group] : values[from];
    if (largest) {
      for (int i = from; i < to; i++) {
        extreme = values[i] > extreme || Double.isNaN(values[i]) ? values[i] : extreme;
      }
    } else {
      for (int i = from; i < to; i++) {
        extreme = values[i] < extreme || Double.isNaN(extreme) ? values[i] : extreme;
      }
    }
    extremes[group] = extreme;
    known[group] = true;
  }

  @Override
  public @Nullable Double result(int group) {
    return known[group] ? extremes[group] : null;
  }
}
