package dev.annulus.promql.eval;

import dev.annulus.promql.parser.BinaryOperator;
import dev.annulus.promql.parser.Expr.BinaryExpr;
import dev.annulus.promql.parser.ValueType;
import dev.annulus.promql.parser.VectorMatching;
import java.util.List;
import java.util.Objects;

/** Binary operators, by the types of their sides. */
final class BinaryOperations {
  private final QueryContext context;
  private final Evaluator evaluator;
  private final Names names;

  BinaryOperations(QueryContext context, Evaluator evaluator, Names names) {
    this.context = context;
    this.evaluator = evaluator;
    this.names = names;
  }

  double[] scalars(BinaryExpr expr, StepGrid grid) {
    double[] left = evaluator.scalar(expr.left(), grid);
    double[] right = evaluator.scalar(expr.right(), grid);
    double[] result = context.row(grid);
    for (int i = 0; i < result.length; i++) {
      result[i] = expr.operator().apply(left[i], right[i]);
    }
    return result;
  }

  List<StepSeries> vectors(BinaryExpr expr, StepGrid grid) {
    if (expr.left().type() == ValueType.SCALAR) {
      double[] scalar = evaluator.scalar(expr.left(), grid);
      return withScalar(
          expr, scalar, evaluator.vector(expr.right(), grid, Surrounding.NONE), true, grid);
    }
    List<StepSeries> left = evaluator.vector(expr.left(), grid, Surrounding.NONE);
    if (expr.right().type() == ValueType.SCALAR) {
      return withScalar(expr, evaluator.scalar(expr.right(), grid), left, false, grid);
    }
    List<StepSeries> right = evaluator.vector(expr.right(), grid, Surrounding.NONE);
    VectorMatching matching = Objects.requireNonNull(expr.matching());
    if (expr.operator().isSetOperator()) {
      return new SetOperations(context, names).apply(expr.operator(), matching, left, right, grid);
    }
    return new VectorMatcher(context, names, expr, matching, grid).apply(left, right);
  }

  private List<StepSeries> withScalar(
      BinaryExpr expr,
      double[] scalar,
      List<StepSeries> vector,
      boolean scalarFirst,
      StepGrid grid) {
    BinaryOperator operator = expr.operator();
    boolean filter = operator.isComparison() && !expr.returnBool();
    boolean changes = names.changesMetric(operator) || expr.returnBool();
    QueryContext.SeriesList result = context.list();
    StepBuffer buffer = context.buffer(grid);
    for (StepSeries series : vector) {
      for (int i = 0; i < series.values.length; i++) {
        double value = series.values[i];
        if (StepSeries.isAbsent(value)) {
          continue;
        }
        int step = series.from + i;
        double left = scalarFirst ? scalar[step] : value;
        double right = scalarFirst ? value : scalar[step];
        if (!filter) {
          buffer.set(step, operator.apply(left, right));
        } else if (operator.holds(left, right)) {
          buffer.set(step, value);
        }
      }
      StepSeries made = buffer.take(series.labels, series.dropName);
      result.add(made == null || !changes ? made : names.dropped(made));
    }
    return filter ? result.series() : names.unique(result.series(), grid);
  }
}
