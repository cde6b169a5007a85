package dev.annulus.promql.eval;

import dev.annulus.promql.parser.Expr;
import dev.annulus.promql.parser.Expr.Call;
import dev.annulus.promql.parser.Expr.MatrixSelector;
import dev.annulus.promql.parser.Expr.SubqueryExpr;
import dev.annulus.promql.parser.PromqlFunction;
import dev.annulus.promql.parser.ValueType;
import dev.annulus.promql.series.Labels;
import dev.annulus.promql.window.Window;
import dev.annulus.promql.window.WindowFunction;
import dev.annulus.promql.window.WindowFunctions;
import java.util.ArrayList;
import java.util.List;

/** Functions of range vectors: slides a window over each series. */
final class RangeFunctions {
  private static final List<String> COUNTER_SUFFIXES =
      List.of("_total", "_sum", "_count", "_bucket");

  private final QueryContext context;
  private final Evaluator evaluator;
  private final Selectors selectors;
  private final Names names;

  RangeFunctions(QueryContext context, Evaluator evaluator, Selectors selectors, Names names) {
    this.context = context;
    this.evaluator = evaluator;
    this.selectors = selectors;
    this.names = names;
  }

  List<StepSeries> evaluate(Call call, StepGrid grid) {
    Expr matrix = matrixArgument(call);
    List<double[]> parameters = parameters(call, grid);
    Surrounding around = Surrounding.function(call.function().functionName());
    if (matrix instanceof SubqueryExpr subquery) {
      Selectors.Reference reference = selectors.reference(subquery.at(), subquery.offsetMillis());
      StepGrid inner = innerGrid(subquery, grid);
      List<StepSeries> series =
          inner.steps() == 0 ? List.of() : evaluator.vector(subquery.expr(), inner, around);
      RangeInput input = new SubqueryInput(context, inner, series);
      return slide(call, input, subquery.rangeMillis(), reference, grid, parameters);
    }
    MatrixSelector selector = (MatrixSelector) matrix;
    Selectors.Reference reference =
        selectors.reference(selector.selector().at(), selector.selector().offsetMillis());
    try (RangeInput input = selectors.range(selector, grid, around)) {
      return slide(call, input, selector.rangeMillis(), reference, grid, parameters);
    }
  }

  static Expr matrixArgument(Call call) {
    for (Expr arg : call.args()) {
      if (arg.type() == ValueType.MATRIX) {
        return arg.unwrapped();
      }
    }
    throw new IllegalArgumentException(call.function() + " takes no range vector");
  }

  private List<double[]> parameters(Call call, StepGrid grid) {
    List<double[]> parameters = new ArrayList<>();
    for (Expr arg : call.args()) {
      if (arg.type() == ValueType.SCALAR) {
        parameters.add(evaluator.scalar(arg, grid));
      }
    }
    return parameters;
  }

  /** A sub-query is evaluated at absolute multiples of its step, after the start of its range. */
  StepGrid innerGrid(SubqueryExpr subquery, StepGrid grid) {
    Selectors.Reference reference = selectors.reference(subquery.at(), subquery.offsetMillis());
    long step =
        subquery.stepMillis() > 0
            ? subquery.stepMillis()
            : context.options.defaultSubqueryStep().applyAsLong(subquery.rangeMillis());
    long interval = Math.max(1, step);
    long first = context.options.version().first(reference.time(grid, 0), subquery.rangeMillis());
    long start = Math.floorDiv(first - 1, interval) * interval + interval;
    return context.grid(start, reference.time(grid, grid.steps() - 1), interval);
  }

  private List<StepSeries> slide(
      Call call,
      RangeInput input,
      long range,
      Selectors.Reference reference,
      StepGrid grid,
      List<double[]> parameters) {
    boolean overlapping = grid.steps() > 1 && range > 2 * grid.interval();
    WindowFunction function =
        WindowFunctions.create(
            call.function(),
            overlapping,
            context.options.version() == PrometheusVersion.V2,
            context);
    QueryContext.SeriesList result = context.list();
    StepBuffer buffer = context.buffer(grid);
    Window window = new Window();
    while (input.next(window)) {
      slide(function, window, range, reference, grid, parameters, buffer);
      StepSeries series = buffer.take(input.labels(), input.dropName());
      if (series != null) {
        annotate(call, input.labels().metricName());
        result.add(keepsName(call.function()) ? series : names.dropped(series));
      }
    }
    annotateParameters(call, parameters, result.series());
    if (call.function() == PromqlFunction.ABSENT_OVER_TIME) {
      return absent(call, result.series(), grid);
    }
    names.checkUnique(result.series());
    return result.series();
  }

  private void slide(
      WindowFunction function,
      Window window,
      long range,
      Selectors.Reference reference,
      StepGrid grid,
      List<double[]> parameters,
      StepBuffer buffer) {
    function.begin(window);
    double[] first = parameters.isEmpty() ? null : parameters.get(0);
    double[] second = parameters.size() < 2 ? null : parameters.get(1);
    int lo = 0;
    int hi = 0;
    for (int step = 0; step < grid.steps(); step++) {
      long end = reference.time(grid, step);
      long earliest = context.options.version().first(end, range);
      while (hi < window.size && window.times[hi] <= end) {
        hi++;
      }
      while (lo < hi && window.times[lo] < earliest) {
        lo++;
      }
      if (lo == hi) {
        continue;
      }
      window.lo = lo;
      window.hi = hi;
      window.start = end - range;
      window.end = end;
      window.evaluation = grid.time(step);
      window.first = first == null ? 0 : first[step];
      window.second = second == null ? 0 : second[step];
      double value = function.apply(window);
      if (!StepSeries.isAbsent(value)) {
        buffer.set(step, value);
      }
      // As if the window had been read: some are, where sums could overflow.
      context.work(window.count());
    }
  }

  private static boolean keepsName(PromqlFunction function) {
    return function == PromqlFunction.LAST_OVER_TIME || function == PromqlFunction.FIRST_OVER_TIME;
  }

  private void annotate(Call call, String metric) {
    boolean counter =
        call.function() == PromqlFunction.RATE || call.function() == PromqlFunction.INCREASE;
    if (counter && !metric.isEmpty() && COUNTER_SUFFIXES.stream().noneMatch(metric::endsWith)) {
      context.annotations.possibleNonCounter(metric, call.args().get(0).unwrapped());
    }
  }

  private void annotateParameters(Call call, List<double[]> parameters, List<StepSeries> series) {
    if (call.function() == PromqlFunction.QUANTILE_OVER_TIME && !series.isEmpty()) {
      for (double quantile : parameters.get(0)) {
        if (!(quantile >= 0 && quantile <= 1)) {
          context.annotations.invalidQuantile(quantile, call.args().get(0).unwrapped());
        }
      }
    }
  }

  private List<StepSeries> absent(Call call, List<StepSeries> present, StepGrid grid) {
    Labels labels = AbsentLabels.of(matrixArgument(call));
    return Absence.of(context, present, grid, labels);
  }
}
