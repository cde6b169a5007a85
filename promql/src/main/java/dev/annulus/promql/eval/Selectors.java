package dev.annulus.promql.eval;

import dev.annulus.promql.parser.AtModifier;
import dev.annulus.promql.parser.Expr.MatrixSelector;
import dev.annulus.promql.parser.Expr.VectorSelector;
import dev.annulus.promql.series.Selection;
import dev.annulus.promql.series.SeriesCursor;
import dev.annulus.promql.series.Staleness;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the selectors of a query from the source, each once. */
final class Selectors {
  private final QueryContext context;

  Selectors(QueryContext context) {
    this.context = context;
  }

  /** For each step the last sample before it that is not older than the look-back. */
  List<StepSeries> instant(VectorSelector selector, StepGrid grid, Surrounding around) {
    return instant(selector, grid, around, false);
  }

  /** As {@link #instant}, with the samples' times in seconds as values. */
  List<StepSeries> timestamps(VectorSelector selector, StepGrid grid, Surrounding around) {
    return instant(selector, grid, around, true);
  }

  private List<StepSeries> instant(
      VectorSelector selector, StepGrid grid, Surrounding around, boolean timestamps) {
    long lookback = context.options.lookbackMillis();
    Reference reference = reference(selector.at(), selector.offsetMillis());
    QueryContext.SeriesList result = context.list();
    StepBuffer buffer = context.buffer(grid);
    Selection selection = selection(selector, grid, around, 0, lookback);
    try (SeriesCursor cursor = context.source.select(selection)) {
      while (cursor.next()) {
        context.read(cursor.size());
        int next = 0;
        for (int step = 0; step < grid.steps(); step++) {
          long time = reference.time(grid, step);
          next = after(cursor, next, time);
          int last = next - 1;
          if (last >= 0
              && cursor.times()[last] >= context.options.version().first(time, lookback)
              && !Staleness.isStale(cursor.values()[last])) {
            buffer.set(step, timestamps ? cursor.times()[last] / 1000.0 : cursor.values()[last]);
          }
        }
        result.add(buffer.take(cursor.labels(), false));
      }
    }
    return result.series();
  }

  /** The index of the first sample after {@code time}. */
  private static int after(SeriesCursor cursor, int from, long time) {
    long[] times = cursor.times();
    int size = cursor.size();
    int next = from;
    while (next < size && times[next] <= time) {
      next++;
    }
    return next;
  }

  /** The samples that the windows of a matrix selector can need. */
  RangeInput range(MatrixSelector matrix, StepGrid grid, Surrounding around) {
    long range = matrix.rangeMillis();
    return new StoredInput(context, selection(matrix.selector(), grid, around, range, range));
  }

  Reference reference(@Nullable AtModifier at, long offsetMillis) {
    return new Reference(at != null, at == null ? 0 : context.millis(at), offsetMillis);
  }

  private Selection selection(
      VectorSelector selector, StepGrid grid, Surrounding around, long range, long reach) {
    Reference reference = reference(selector.at(), selector.offsetMillis());
    return new Selection(
        selector.matchers(),
        context.options.version().first(reference.time(grid, 0), reach),
        reference.time(grid, grid.steps() - 1),
        new Selection.Hints(
            grid.interval(), range, around.function(), around.by(), around.grouping()));
  }

  /**
   * Where a selector looks at a step: at the step's time or, with {@code @}, always at the same.
   *
   * @param atMillis the time of {@code @} if it is {@code fixed}
   */
  record Reference(boolean fixed, long atMillis, long offsetMillis) {
    long time(StepGrid grid, int step) {
      return (fixed ? atMillis : grid.time(step)) - offsetMillis;
    }
  }
}
