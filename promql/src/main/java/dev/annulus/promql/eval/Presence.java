package dev.annulus.promql.eval;

import java.util.BitSet;
import java.util.List;

/** At which steps there are values. */
final class Presence {
  private Presence() {}

  static BitSet of(List<StepSeries> series, StepGrid grid) {
    BitSet present = new BitSet(grid.steps());
    for (StepSeries one : series) {
      add(present, one);
    }
    return present;
  }

  static void add(BitSet present, StepSeries series) {
    for (int i = 0; i < series.values.length; i++) {
      if (!StepSeries.isAbsent(series.values[i])) {
        present.set(series.from + i);
      }
    }
  }
}
