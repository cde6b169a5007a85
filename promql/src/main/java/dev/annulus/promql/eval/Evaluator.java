package dev.annulus.promql.eval;

import dev.annulus.promql.parser.Expr;
import dev.annulus.promql.parser.Expr.AggregateExpr;
import dev.annulus.promql.parser.Expr.BinaryExpr;
import dev.annulus.promql.parser.Expr.Call;
import dev.annulus.promql.parser.Expr.NumberLiteral;
import dev.annulus.promql.parser.Expr.ParenExpr;
import dev.annulus.promql.parser.Expr.UnaryExpr;
import dev.annulus.promql.parser.Expr.VectorSelector;
import dev.annulus.promql.parser.ValueType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Walks the tree: each node's value for all steps, from those of its children. When a node has been
 * evaluated, only its result still counts as held.
 */
final class Evaluator {
  private final QueryContext context;
  private final Selectors selectors;
  private final StepInvariance invariance = new StepInvariance();
  private final Names names;
  private final BinaryOperations binaryOperations;
  private final Aggregations aggregations;
  private final InstantFunctions instantFunctions;
  private final RangeFunctions rangeFunctions;

  Evaluator(QueryContext context) {
    this.context = context;
    this.selectors = new Selectors(context);
    this.names = new Names(context);
    this.binaryOperations = new BinaryOperations(context, this, names);
    this.aggregations = new Aggregations(context, this);
    this.instantFunctions = new InstantFunctions(context, this, selectors, names);
    this.rangeFunctions = new RangeFunctions(context, this, selectors, names);
  }

  Names names() {
    return names;
  }

  Selectors selectors() {
    return selectors;
  }

  RangeFunctions rangeFunctions() {
    return rangeFunctions;
  }

  /** Of an expression that is an instant vector. */
  List<StepSeries> vector(Expr expr, StepGrid grid, Surrounding around) {
    context.checkNow();
    long before = context.held();
    List<StepSeries> series;
    if (grid.steps() > 1 && invariance.isInvariant(expr)) {
      series = spread(node(expr, grid.first(), around), grid);
    } else {
      series = node(expr, grid, around);
    }
    long bytes = 0;
    for (StepSeries one : series) {
      bytes += one.bytes();
    }
    context.settle(before + bytes);
    return series;
  }

  /** The one value of each series at all steps. */
  private List<StepSeries> spread(List<StepSeries> first, StepGrid grid) {
    List<StepSeries> result = new ArrayList<>(first.size());
    for (StepSeries series : first) {
      double[] values = context.row(grid);
      Arrays.fill(values, series.values[0]);
      context.work(values.length);
      result.add(StepSeries.of(series.labels, series.dropName, 0, values));
    }
    return result;
  }

  private List<StepSeries> node(Expr expr, StepGrid grid, Surrounding around) {
    if (expr instanceof VectorSelector selector) {
      return selectors.instant(selector, grid, around);
    } else if (expr instanceof ParenExpr paren) {
      return vector(paren.expr(), grid, around.nested());
    } else if (expr instanceof UnaryExpr unary) {
      List<StepSeries> operand = vector(unary.expr(), grid, around.nested());
      return unary.negative() ? instantFunctions.negated(operand, grid) : operand;
    } else if (expr instanceof BinaryExpr binary) {
      return binaryOperations.vectors(binary, grid);
    } else if (expr instanceof AggregateExpr aggregate) {
      return aggregations.evaluate(aggregate, grid);
    } else if (expr instanceof Call call) {
      boolean ofRange = call.args().stream().anyMatch(arg -> arg.type() == ValueType.MATRIX);
      return ofRange ? rangeFunctions.evaluate(call, grid) : instantFunctions.evaluate(call, grid);
    }
    throw new IllegalArgumentException("no instant vector: " + expr.getClass());
  }

  /** Of an expression that is a scalar; one value for each step. */
  double[] scalar(Expr expr, StepGrid grid) {
    long before = context.held();
    double[] values = scalarNode(expr, grid);
    context.work(values.length);
    context.settle(before + 8L * values.length);
    return values;
  }

  private double[] scalarNode(Expr expr, StepGrid grid) {
    if (expr instanceof ParenExpr paren) {
      return scalar(paren.expr(), grid);
    } else if (expr instanceof BinaryExpr binary) {
      return binaryOperations.scalars(binary, grid);
    } else if (expr instanceof UnaryExpr unary) {
      double[] values = scalar(unary.expr(), grid);
      for (int i = 0; unary.negative() && i < values.length; i++) {
        values[i] = -values[i];
      }
      return values;
    }
    double[] values = context.row(grid);
    if (expr instanceof NumberLiteral number) {
      Arrays.fill(values, number.value());
    } else if (expr instanceof Call call) {
      switch (call.function()) {
        case PI -> Arrays.fill(values, Math.PI);
        case TIME -> Arrays.setAll(values, step -> grid.time(step) / 1000.0);
        case SCALAR_OF ->
            only(
                vector(call.args().get(0).unwrapped(), grid, Surrounding.function("scalar")),
                values);
        default -> throw new IllegalArgumentException("no scalar: " + call.function());
      }
    } else {
      throw new IllegalArgumentException("no scalar: " + expr.getClass());
    }
    return values;
  }

  /** At each step the vector's value if there is exactly one; else NaN. */
  private static void only(List<StepSeries> vector, double[] values) {
    boolean[] several = new boolean[values.length];
    Arrays.fill(values, StepSeries.ABSENT);
    for (StepSeries series : vector) {
      for (int i = 0; i < series.values.length; i++) {
        int step = series.from + i;
        if (StepSeries.isAbsent(series.values[i])) {
          continue;
        }
        several[step] |= !StepSeries.isAbsent(values[step]);
        values[step] = series.values[i];
      }
    }
    for (int step = 0; step < values.length; step++) {
      if (several[step] || StepSeries.isAbsent(values[step])) {
        values[step] = Double.NaN;
      }
    }
  }
}
