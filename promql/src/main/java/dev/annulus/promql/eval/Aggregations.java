package dev.annulus.promql.eval;

import dev.annulus.promql.PromqlException;
import dev.annulus.promql.parser.AggregateOperator;
import dev.annulus.promql.parser.Expr;
import dev.annulus.promql.parser.Expr.AggregateExpr;
import dev.annulus.promql.parser.Expr.StringLiteral;
import dev.annulus.promql.series.Labels;
import dev.annulus.promql.series.Quoting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Aggregations: sorts series into groups, and folds each group for all steps. */
final class Aggregations {
  private static final double TOO_LARGE = 0x1p63;

  private final QueryContext context;
  private final Evaluator evaluator;

  Aggregations(QueryContext context, Evaluator evaluator) {
    this.context = context;
    this.evaluator = evaluator;
  }

  List<StepSeries> evaluate(AggregateExpr expr, StepGrid grid) {
    Grouping grouping = new Grouping(expr.without(), new HashSet<>(expr.grouping()));
    Expr operand = expr.expr().unwrapped();
    Surrounding around = Surrounding.aggregation(expr);
    switch (expr.operator()) {
      case COUNT_VALUES -> {
        StringLiteral label = (StringLiteral) Objects.requireNonNull(expr.param()).unwrapped();
        checkLabel(label.value());
        List<StepSeries> series = evaluator.vector(operand, grid, around);
        return new CountValues(context, label.value(), grouping).evaluate(series, grid);
      }
      case TOPK, BOTTOMK -> {
        double[] k = parameter(expr, grid);
        return highest(expr, k, grouping, evaluator.vector(operand, grid, around), grid);
      }
      case QUANTILE -> {
        double[] quantiles = parameter(expr, grid);
        List<StepSeries> series = evaluator.vector(operand, grid, around);
        annotateQuantiles(expr, quantiles);
        return new GroupQuantiles(context).evaluate(groups(series, grouping), quantiles, grid);
      }
      default -> {
        return fold(expr, grouping, evaluator.vector(operand, grid, around), grid);
      }
    }
  }

  /**
   * Which labels a group's series share.
   *
   * @param labels those to keep, or to drop if {@code without}
   */
  record Grouping(boolean without, Set<String> labels) {
    Labels of(Labels series) {
      return without ? series.withoutNameAnd(labels) : series.keep(labels);
    }
  }

  private double[] parameter(AggregateExpr expr, StepGrid grid) {
    return evaluator.scalar(Objects.requireNonNull(expr.param()).unwrapped(), grid);
  }

  private void checkLabel(String name) {
    if (!evaluator.names().isLabelName(name)) {
      throw PromqlException.execution("invalid label name " + Quoting.quote(name));
    }
  }

  private List<StepSeries> fold(
      AggregateExpr expr, Grouping grouping, List<StepSeries> series, StepGrid grid) {
    Map<Labels, GroupFold> folds = new LinkedHashMap<>();
    for (StepSeries one : series) {
      Labels key = grouping.of(one.labels);
      GroupFold fold = folds.get(key);
      if (fold == null) {
        fold = GroupFold.of(expr.operator(), context, grid);
        folds.put(key, fold);
      }
      fold.add(one);
      context.work(one.values.length + 8);
    }
    QueryContext.SeriesList result = context.list();
    folds.forEach((labels, fold) -> result.add(fold.finish(labels)));
    return result.series();
  }

  private Map<Labels, List<StepSeries>> groups(List<StepSeries> series, Grouping grouping) {
    Map<Labels, List<StepSeries>> groups = new LinkedHashMap<>();
    for (StepSeries one : series) {
      context.work(8);
      groups.computeIfAbsent(grouping.of(one.labels), key -> new ArrayList<>()).add(one);
    }
    return groups;
  }

  private List<StepSeries> highest(
      AggregateExpr expr, double[] k, Grouping grouping, List<StepSeries> series, StepGrid grid) {
    if (Arrays.stream(k).allMatch(value -> value < 1)) {
      return List.of();
    }
    for (double value : k) {
      if (Double.isNaN(value)) {
        throw PromqlException.execution("Parameter value is NaN");
      }
      if (value <= -TOO_LARGE || value >= TOO_LARGE) {
        throw PromqlException.execution(
            "Scalar value " + value + (value < 0 ? " underflows" : " overflows") + " int64");
      }
    }
    boolean top = expr.operator() == AggregateOperator.TOPK;
    return new HighestK(context, top).evaluate(groups(series, grouping), k, grid);
  }

  private void annotateQuantiles(AggregateExpr expr, double[] quantiles) {
    Expr at = Objects.requireNonNull(expr.param()).unwrapped();
    double max = Double.NEGATIVE_INFINITY;
    double min = Double.POSITIVE_INFINITY;
    for (double quantile : quantiles) {
      if (Double.isNaN(quantile)) {
        context.annotations.invalidQuantile(quantile, at);
      }
      max = quantile > max ? quantile : max;
      min = quantile < min ? quantile : min;
    }
    if (max > 1) {
      context.annotations.invalidQuantile(max, at);
    }
    if (min < 0) {
      context.annotations.invalidQuantile(min, at);
    }
  }
}
