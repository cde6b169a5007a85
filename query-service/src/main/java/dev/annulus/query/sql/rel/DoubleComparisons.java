package dev.annulus.query.sql.rel;

import dev.annulus.query.sql.function.DoubleOrder;
import dev.annulus.query.sql.function.MethodOperator;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinInfo;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.jspecify.annotations.Nullable;

/**
 * Compares doubles that may be NaN by {@link DoubleOrder}, as sorting, groups and joins do. The
 * last step of planning: nothing before it has to know these operators.
 */
public final class DoubleComparisons extends RexShuttle {
  private final RexBuilder rex;

  private DoubleComparisons(RexBuilder rex) {
    this.rex = rex;
  }

  /** A plan that compares so. */
  public static RelNode apply(RelNode rel) {
    RelNode below = Trees.mapInputs(rel, DoubleComparisons::apply);
    DoubleComparisons comparisons = new DoubleComparisons(rel.getCluster().getRexBuilder());
    return below instanceof Join join ? comparisons.join(join) : below.accept(comparisons);
  }

  /** An expression that compares so. */
  static RexNode apply(RexNode expression, RexBuilder rex) {
    return expression.accept(new DoubleComparisons(rex));
  }

  /** Equalities of columns are looked up by hash, which finds NaN, too. */
  private RelNode join(Join join) {
    List<RexNode> conditions = new ArrayList<>();
    for (RexNode condition : RelOptUtil.conjunctions(join.getCondition())) {
      boolean isKey = JoinInfo.of(join.getLeft(), join.getRight(), condition).isEqui();
      conditions.add(isKey ? condition : condition.accept(this));
    }
    return join.copy(
        join.getTraitSet(),
        RexUtil.composeConjunction(rex, conditions),
        join.getLeft(),
        join.getRight(),
        join.getJoinType(),
        join.isSemiJoinDone());
  }

  @Override
  public RexNode visitCall(RexCall call) {
    if (call.isA(SqlKind.SEARCH) && mayBeNan(call.getOperands().get(0))) {
      return RexUtil.expandSearch(rex, null, call).accept(this);
    }
    RexNode changed = super.visitCall(call);
    MethodOperator operator = operator(call.getKind());
    return operator != null
            && call.getOperands().size() == 2
            && call.getOperands().stream().anyMatch(DoubleComparisons::mayBeNan)
        ? rex.makeCall(call.getType(), operator, ((RexCall) changed).getOperands())
        : changed;
  }

  private static @Nullable MethodOperator operator(SqlKind comparison) {
    return switch (comparison) {
      case EQUALS -> MethodOperator.EQUAL;
      case NOT_EQUALS -> MethodOperator.NOT_EQUAL;
      case GREATER_THAN -> MethodOperator.ABOVE;
      case GREATER_THAN_OR_EQUAL -> MethodOperator.AT_LEAST;
      case LESS_THAN -> MethodOperator.BELOW;
      case LESS_THAN_OR_EQUAL -> MethodOperator.AT_MOST;
      default -> null;
    };
  }

  private static boolean mayBeNan(RexNode node) {
    if (node.isA(SqlKind.CAST)) {
      RexNode operand = ((RexCall) node).getOperands().get(0);
      return SqlTypeUtil.isApproximateNumeric(node.getType())
          && !SqlTypeUtil.isExactNumeric(operand.getType());
    }
    return SqlTypeUtil.isApproximateNumeric(node.getType()) && !(node instanceof RexLiteral);
  }
}
