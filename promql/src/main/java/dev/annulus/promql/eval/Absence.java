package dev.annulus.promql.eval;

import dev.annulus.promql.series.Labels;
import java.util.BitSet;
import java.util.List;

/** {@code absent} and {@code absent_over_time}: 1 where no series has a value. */
final class Absence {
  private Absence() {}

  static List<StepSeries> of(
      QueryContext context, List<StepSeries> series, StepGrid grid, Labels labels) {
    BitSet present = Presence.of(series, grid);
    QueryContext.SeriesList result = context.list();
    StepBuffer buffer = context.buffer(grid);
    for (int step = present.nextClearBit(0);
        step < grid.steps();
        step = present.nextClearBit(step + 1)) {
      buffer.set(step, 1);
    }
    result.add(buffer.take(labels, context.options.delayedNameRemoval()));
    return result.series();
  }
}
