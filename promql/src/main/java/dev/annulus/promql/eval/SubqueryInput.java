package dev.annulus.promql.eval;

import dev.annulus.promql.series.Labels;
import dev.annulus.promql.window.Window;
import java.util.Iterator;
import java.util.List;

/** The series of an evaluated sub-query as samples. */
final class SubqueryInput implements RangeInput {
  private final StepGrid grid;
  private final Iterator<StepSeries> series;
  private final long[] times;
  private final double[] values;
  private StepSeries current = StepSeries.of(Labels.EMPTY, false, 0, new double[0]);

  SubqueryInput(QueryContext context, StepGrid grid, List<StepSeries> series) {
    context.hold(16L * grid.steps());
    this.grid = grid;
    this.series = series.iterator();
    this.times = new long[grid.steps()];
    this.values = new double[grid.steps()];
  }

  @Override
  public boolean next(Window window) {
    if (!series.hasNext()) {
      return false;
    }
    current = series.next();
    int n = 0;
    for (int i = 0; i < current.values.length; i++) {
      if (!StepSeries.isAbsent(current.values[i])) {
        times[n] = grid.time(current.from + i);
        values[n++] = current.values[i];
      }
    }
    window.times = times;
    window.values = values;
    window.size = n;
    return true;
  }

  @Override
  public Labels labels() {
    return current.labels;
  }

  @Override
  public boolean dropName() {
    return current.dropName;
  }
}
