package dev.annulus.promql.eval;

import dev.annulus.promql.eval.QueryValue.MatrixSeries;
import dev.annulus.promql.eval.QueryValue.MatrixValue;
import dev.annulus.promql.eval.QueryValue.PointConsumer;
import dev.annulus.promql.parser.Expr;
import dev.annulus.promql.parser.Expr.MatrixSelector;
import dev.annulus.promql.parser.Expr.SubqueryExpr;
import dev.annulus.promql.series.Labels;
import dev.annulus.promql.window.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Results with several points a series. */
final class MatrixResults {
  private final QueryContext context;
  private final Evaluator evaluator;

  MatrixResults(QueryContext context, Evaluator evaluator) {
    this.context = context;
    this.evaluator = evaluator;
  }

  static MatrixValue ofSteps(List<StepSeries> series, StepGrid grid) {
    List<MatrixSeries> result = new ArrayList<>(series.size());
    for (StepSeries one : series) {
      result.add(new OnGrid(one, grid, one.count()));
    }
    return sorted(result);
  }

  private static MatrixValue sorted(List<MatrixSeries> series) {
    series.sort(Comparator.comparing(MatrixSeries::labels));
    return new MatrixValue(series);
  }

  /** A series of an evaluation. */
  private record OnGrid(StepSeries series, StepGrid grid, int size) implements MatrixSeries {
    @Override
    public Labels labels() {
      return series.labels;
    }

    @Override
    public void forEach(PointConsumer consumer) {
      for (int i = 0; i < series.values.length; i++) {
        if (!StepSeries.isAbsent(series.values[i])) {
          consumer.accept(grid.time(series.from + i), series.values[i]);
        }
      }
    }
  }

  /** Samples as they are stored. */
  private static final class Raw implements MatrixSeries {
    private final Labels labels;
    private final long[] times;
    private final double[] values;

    Raw(Labels labels, Window window) {
      this.labels = labels;
      this.times = Arrays.copyOf(window.times, window.size);
      this.values = Arrays.copyOf(window.values, window.size);
    }

    @Override
    public Labels labels() {
      return labels;
    }

    @Override
    public int size() {
      return times.length;
    }

    @Override
    public void forEach(PointConsumer consumer) {
      for (int i = 0; i < times.length; i++) {
        consumer.accept(times[i], values[i]);
      }
    }
  }

  /** A range vector at one time. */
  MatrixValue range(Expr expr, StepGrid grid) {
    if (expr instanceof SubqueryExpr subquery) {
      StepGrid inner = evaluator.rangeFunctions().innerGrid(subquery, grid);
      if (inner.steps() == 0) {
        return new MatrixValue(List.of());
      }
      List<StepSeries> series = evaluator.vector(subquery.expr(), inner, Surrounding.NONE);
      return ofSteps(evaluator.names().finish(series), inner);
    }
    MatrixSelector selector = (MatrixSelector) expr;
    List<MatrixSeries> result = new ArrayList<>();
    Window window = new Window();
    try (RangeInput input = evaluator.selectors().range(selector, grid, Surrounding.NONE)) {
      while (input.next(window)) {
        if (window.size > 0) {
          context.hold(16L * window.size + input.labels().bytes());
          result.add(new Raw(input.labels(), window));
        }
      }
    }
    return sorted(result);
  }
}
