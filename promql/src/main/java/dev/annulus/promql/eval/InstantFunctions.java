package dev.annulus.promql.eval;

import dev.annulus.promql.parser.Expr;
import dev.annulus.promql.parser.Expr.Call;
import dev.annulus.promql.parser.Expr.VectorSelector;
import dev.annulus.promql.parser.PromqlFunction;
import dev.annulus.promql.series.Labels;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** Functions that take an instant vector, or none, and return one. */
final class InstantFunctions {
  private final QueryContext context;
  private final Evaluator evaluator;
  private final Selectors selectors;
  private final Names names;
  private final LabelFunctions labelFunctions;
  private final HistogramFunctions histograms;

  InstantFunctions(QueryContext context, Evaluator evaluator, Selectors selectors, Names names) {
    this.context = context;
    this.evaluator = evaluator;
    this.selectors = selectors;
    this.names = names;
    this.labelFunctions = new LabelFunctions(context, names);
    this.histograms = new HistogramFunctions(context, evaluator, names);
  }

  List<StepSeries> evaluate(Call call, StepGrid grid) {
    return switch (call.function()) {
      case VECTOR_OF -> single(evaluator.scalar(arg(call, 0), grid));
      case ABSENT -> Absence.of(context, vector(call, grid), grid, AbsentLabels.of(arg(call, 0)));
      case LABEL_REPLACE -> labelFunctions.replace(call, vector(call, grid));
      case LABEL_JOIN -> labelFunctions.join(call, vector(call, grid));
      case HISTOGRAM_QUANTILE, HISTOGRAM_FRACTION -> histograms.evaluate(call, grid);
      case SORT, SORT_DESC -> sorted(call, grid);
      case TIMESTAMP -> timestamps(call, grid);
      case CLAMP, CLAMP_MIN, CLAMP_MAX -> clamped(call, grid);
      case ROUND -> rounded(call, grid);
      default -> elements(call, grid);
    };
  }

  private List<StepSeries> vector(Call call, StepGrid grid) {
    Surrounding around = Surrounding.function(call.function().functionName());
    return evaluator.vector(arg(call, 0), grid, around);
  }

  private static Expr arg(Call call, int i) {
    return call.args().get(i).unwrapped();
  }

  private List<StepSeries> single(double[] values) {
    QueryContext.SeriesList result = context.list();
    result.add(StepSeries.of(Labels.EMPTY, false, 0, values.clone()));
    return result.series();
  }

  private List<StepSeries> elements(Call call, StepGrid grid) {
    DoubleUnaryOperator date = DateFunctions.of(call.function());
    if (date != null && call.args().isEmpty()) {
      double[] values = context.row(grid);
      for (int step = 0; step < values.length; step++) {
        values[step] = date.applyAsDouble((double) Math.floorDiv(grid.time(step), 1000L));
      }
      return single(values);
    }
    DoubleUnaryOperator function = date != null ? date : ElementFunctions.of(call.function());
    if (function == null) {
      throw new IllegalStateException(call.function() + " is not evaluated");
    }
    return map(vector(call, grid), grid, (step, value) -> function.applyAsDouble(value));
  }

  /** What becomes of a value. */
  private interface StepFunction {
    double apply(int step, double value);
  }

  private List<StepSeries> map(List<StepSeries> vector, StepGrid grid, StepFunction function) {
    QueryContext.SeriesList result = context.list();
    for (StepSeries series : vector) {
      double[] values = new double[series.values.length];
      for (int i = 0; i < values.length; i++) {
        double value = series.values[i];
        values[i] = StepSeries.isAbsent(value) ? value : function.apply(series.from + i, value);
      }
      result.add(names.dropped(StepSeries.of(series.labels, series.dropName, series.from, values)));
    }
    return names.unique(result.series(), grid);
  }

  List<StepSeries> negated(List<StepSeries> vector, StepGrid grid) {
    return map(vector, grid, (step, value) -> -value);
  }

  private List<StepSeries> rounded(Call call, StepGrid grid) {
    double[] to = call.args().size() > 1 ? evaluator.scalar(arg(call, 1), grid) : null;
    return map(
        vector(call, grid),
        grid,
        (step, value) -> {
          // Dividing by the inverse is more exact than multiplying, for 0.1 and the like.
          double inverse = 1 / (to == null ? 1 : to[step]);
          return Math.floor(value * inverse + 0.5) / inverse;
        });
  }

  private List<StepSeries> clamped(Call call, StepGrid grid) {
    boolean hasMin = call.function() != PromqlFunction.CLAMP_MAX;
    boolean hasMax = call.function() != PromqlFunction.CLAMP_MIN;
    double[] min = hasMin ? evaluator.scalar(arg(call, 1), grid) : null;
    double[] max = hasMax ? evaluator.scalar(arg(call, hasMin ? 2 : 1), grid) : null;
    QueryContext.SeriesList result = context.list();
    StepBuffer buffer = context.buffer(grid);
    for (StepSeries series : vector(call, grid)) {
      for (int i = 0; i < series.values.length; i++) {
        int step = series.from + i;
        double low = min == null ? Double.NEGATIVE_INFINITY : min[step];
        double high = max == null ? Double.POSITIVE_INFINITY : max[step];
        if (!StepSeries.isAbsent(series.values[i]) && !(high < low)) {
          buffer.set(step, Math.max(low, Math.min(high, series.values[i])));
        }
      }
      StepSeries made = buffer.take(series.labels, series.dropName);
      result.add(made == null ? null : names.dropped(made));
    }
    return names.unique(result.series(), grid);
  }

  private List<StepSeries> timestamps(Call call, StepGrid grid) {
    if (!(arg(call, 0) instanceof VectorSelector selector)) {
      return map(vector(call, grid), grid, (step, value) -> grid.time(step) / 1000.0);
    }
    List<StepSeries> times =
        selectors.timestamps(selector, grid, Surrounding.function("timestamp"));
    return map(times, grid, (step, value) -> value);
  }

  private List<StepSeries> sorted(Call call, StepGrid grid) {
    List<StepSeries> vector = vector(call, grid);
    if (grid.steps() > 1) {
      context.annotations.sortInRangeQuery(call);
      return vector;
    }
    List<StepSeries> sorted = new ArrayList<>(vector);
    boolean descending = call.function() == PromqlFunction.SORT_DESC;
    Comparator<StepSeries> byValue =
        Comparator.comparing((StepSeries series) -> Double.isNaN(series.values[0]))
            .thenComparing(series -> descending ? -series.values[0] : series.values[0]);
    sorted.sort(byValue);
    return sorted;
  }
}
