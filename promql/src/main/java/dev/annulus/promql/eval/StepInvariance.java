package dev.annulus.promql.eval;

import dev.annulus.promql.parser.Expr;
import dev.annulus.promql.parser.Expr.AggregateExpr;
import dev.annulus.promql.parser.Expr.BinaryExpr;
import dev.annulus.promql.parser.Expr.Call;
import dev.annulus.promql.parser.Expr.MatrixSelector;
import dev.annulus.promql.parser.Expr.ParenExpr;
import dev.annulus.promql.parser.Expr.SubqueryExpr;
import dev.annulus.promql.parser.Expr.UnaryExpr;
import dev.annulus.promql.parser.Expr.VectorSelector;
import dev.annulus.promql.parser.PromqlFunction;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.Set;

/** Finds expressions with {@code @} that have the same value at each step: one is enough. */
final class StepInvariance {
  /** They depend on the time of the evaluation itself. */
  private static final Set<PromqlFunction> OF_TIME =
      EnumSet.of(
          PromqlFunction.DAYS_IN_MONTH,
          PromqlFunction.DAY_OF_MONTH,
          PromqlFunction.DAY_OF_WEEK,
          PromqlFunction.DAY_OF_YEAR,
          PromqlFunction.HOUR,
          PromqlFunction.MINUTE,
          PromqlFunction.MONTH,
          PromqlFunction.YEAR,
          PromqlFunction.PREDICT_LINEAR,
          PromqlFunction.TIME,
          PromqlFunction.TIMESTAMP);

  private final IdentityHashMap<Expr, Boolean> known = new IdentityHashMap<>();

  boolean isInvariant(Expr expr) {
    Boolean invariant = known.get(expr);
    if (invariant == null) {
      invariant = find(expr);
      known.put(expr, invariant);
    }
    return invariant;
  }

  private boolean find(Expr expr) {
    if (expr instanceof VectorSelector selector) {
      return selector.at() != null;
    } else if (expr instanceof MatrixSelector matrix) {
      return matrix.selector().at() != null;
    } else if (expr instanceof SubqueryExpr subquery) {
      return subquery.at() != null;
    } else if (expr instanceof ParenExpr paren) {
      return isInvariant(paren.expr());
    } else if (expr instanceof UnaryExpr unary) {
      return isInvariant(unary.expr());
    } else if (expr instanceof BinaryExpr binary) {
      return isInvariant(binary.left()) && isInvariant(binary.right());
    } else if (expr instanceof AggregateExpr aggregate) {
      boolean param = aggregate.param() == null || isInvariant(aggregate.param());
      return param && isInvariant(aggregate.expr());
    } else if (expr instanceof Call call) {
      return find(call);
    }
    return true;
  }

  private boolean find(Call call) {
    boolean invariant = true;
    for (Expr arg : call.args()) {
      invariant &= isInvariant(arg);
    }
    // Of a selector with @, the samples' own times do not change.
    boolean ofSelector =
        call.function() == PromqlFunction.TIMESTAMP
            && call.args().get(0).unwrapped() instanceof VectorSelector;
    return invariant && (ofSelector || !OF_TIME.contains(call.function()));
  }
}
