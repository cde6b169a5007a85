package dev.annulus.promql.eval;

import dev.annulus.promql.PromqlException;
import dev.annulus.promql.eval.QueryValue.ScalarValue;
import dev.annulus.promql.eval.QueryValue.StringValue;
import dev.annulus.promql.eval.QueryValue.VectorSample;
import dev.annulus.promql.eval.QueryValue.VectorValue;
import dev.annulus.promql.parser.Expr;
import dev.annulus.promql.parser.Expr.StringLiteral;
import dev.annulus.promql.parser.Parser;
import dev.annulus.promql.parser.ValueType;
import dev.annulus.promql.series.Labels;
import java.util.ArrayList;
import java.util.List;

/**
 * Evaluates PromQL. Has no state; each query runs on the thread that calls, which may run any
 * number of them.
 */
public final class PromqlEngine {
  private final EvaluationOptions options;
  private final QueryLimits limits;

  public PromqlEngine(EvaluationOptions options, QueryLimits limits) {
    this.options = options;
    this.limits = limits;
  }

  /**
   * The value of {@code query} at one time.
   *
   * @return to be closed by the caller
   * @throws PromqlException if there is none
   */
  public QueryResult instant(String query, long timeMillis, QueryEnvironment environment) {
    Expr expr = parse(query);
    QueryContext context = context(environment, timeMillis, timeMillis);
    StepGrid grid = new StepGrid(timeMillis, 1, 1);
    return run(query, context, () -> instant(expr.unwrapped(), grid, context));
  }

  private Expr parse(String query) {
    boolean numbersAreDurations = options.version() == PrometheusVersion.V3;
    return Parser.parse(query, limits.maxDepth(), numbersAreDurations);
  }

  private static QueryValue instant(Expr expr, StepGrid grid, QueryContext context) {
    Evaluator evaluator = new Evaluator(context);
    return switch (expr.type()) {
      case SCALAR -> new ScalarValue(grid.start(), evaluator.scalar(expr, grid)[0]);
      case STRING -> new StringValue(grid.start(), ((StringLiteral) expr).value());
      case VECTOR -> {
        List<VectorSample> samples = new ArrayList<>();
        for (StepSeries series :
            evaluator.names().finish(evaluator.vector(expr, grid, Surrounding.NONE))) {
          samples.add(new VectorSample(series.labels, series.values[0]));
        }
        yield new VectorValue(grid.start(), samples);
      }
      case MATRIX -> new MatrixResults(context, evaluator).range(expr, grid);
    };
  }

  /**
   * The values of {@code query} from {@code startMillis} to {@code endMillis} (both inclusive), at
   * each multiple of {@code stepMillis} after the start.
   *
   * @return a matrix, to be closed by the caller
   * @throws PromqlException if there is none
   */
  public QueryResult range(
      String query,
      long startMillis,
      long endMillis,
      long stepMillis,
      QueryEnvironment environment) {
    if (stepMillis <= 0) {
      throw new IllegalArgumentException("the step has to be positive");
    }
    Expr expr = parse(query);
    if (expr.type() != ValueType.SCALAR && expr.type() != ValueType.VECTOR) {
      throw PromqlException.badData(
          query,
          expr.position(),
          "invalid expression type \""
              + expr.type().resultType()
              + "\" for range query, must be scalar or instant vector");
    }
    QueryContext context = context(environment, startMillis, endMillis);
    StepGrid grid = context.grid(startMillis, endMillis, stepMillis);
    return run(query, context, () -> range(expr.unwrapped(), grid, context));
  }

  private static QueryValue range(Expr expr, StepGrid grid, QueryContext context) {
    if (grid.steps() == 0) {
      return new QueryValue.MatrixValue(List.of());
    }
    Evaluator evaluator = new Evaluator(context);
    if (expr.type() == ValueType.SCALAR) {
      double[] values = evaluator.scalar(expr, grid);
      return MatrixResults.ofSteps(List.of(StepSeries.of(Labels.EMPTY, false, 0, values)), grid);
    }
    List<StepSeries> series = evaluator.vector(expr, grid, Surrounding.NONE);
    return MatrixResults.ofSteps(evaluator.names().finish(series), grid);
  }

  private QueryContext context(QueryEnvironment environment, long start, long end) {
    return new QueryContext(
        environment.source(),
        options,
        limits,
        environment.budget(),
        environment.check(),
        start,
        end);
  }

  /** An evaluation that may be given up. */
  private interface Evaluation {
    QueryValue evaluate();
  }

  private static QueryResult run(String query, QueryContext context, Evaluation evaluation) {
    boolean done = false;
    try {
      QueryValue value = evaluation.evaluate();
      context.checkNow();
      QueryResult result =
          new QueryResult(
              value,
              context.annotations.warnings(query),
              context.annotations.infos(query),
              context.samplesRead(),
              context::close);
      done = true;
      return result;
    } finally {
      if (!done) {
        context.close();
      }
    }
  }
}
