package dev.annulus.query.sql.plan;

import dev.annulus.query.sql.rel.Trees;
import java.math.BigDecimal;
import java.util.List;
import org.apache.calcite.plan.RelOptPredicateList;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.logical.LogicalValues;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSimplify;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;

/**
 * Cuts off what can give no rows, such as {@code WHERE 1 = 0} and {@code LIMIT 0}, by which tools
 * ask for the columns of a query: nothing is read below.
 */
final class NoRows {
  private NoRows() {}

  static RelNode prune(RelNode rel) {
    if (rel instanceof Filter filter) {
      RexNode condition = folded(filter);
      if (condition.isAlwaysFalse() || RexUtil.isNullLiteral(condition, true)) {
        return empty(rel);
      }
      RelNode input = prune(filter.getInput());
      return condition.isAlwaysTrue() ? input : filter.copy(rel.getTraitSet(), input, condition);
    }
    return rel instanceof Sort sort
            && sort.fetch instanceof RexLiteral rows
            && RexLiteral.intValue(rows) == 0
        ? empty(rel)
        : Trees.mapInputs(rel, NoRows::prune);
  }

  private static RelNode empty(RelNode rel) {
    return LogicalValues.createEmpty(rel.getCluster(), rel.getRowType());
  }

  /** The condition without comparisons of literals. */
  private static RexNode folded(Filter filter) {
    RexBuilder rex = filter.getCluster().getRexBuilder();
    RexSimplify simplify = new RexSimplify(rex, RelOptPredicateList.EMPTY, RexUtil.EXECUTOR);
    return filter
        .getCondition()
        .accept(
            new RexShuttle() {
              @Override
              public RexNode visitCall(RexCall call) {
                RexNode inner = super.visitCall(call);
                if (!(inner instanceof RexCall folded)) {
                  return inner;
                }
                List<RexNode> operands = folded.getOperands();
                return switch (folded.getKind()) {
                  case AND -> RexUtil.composeConjunction(rex, operands);
                  case OR -> RexUtil.composeDisjunction(rex, operands);
                  case CAST -> asDouble(rex, folded);
                  case NOT ->
                      operands.get(0) instanceof RexLiteral
                          ? simplify.simplifyPreservingType(folded)
                          : folded;
                  default ->
                      SqlKind.BINARY_COMPARISON.contains(folded.getKind())
                              && operands.stream().allMatch(RexLiteral.class::isInstance)
                          ? simplify.simplifyPreservingType(folded)
                          : folded;
                };
              }
            });
  }

  /** A number, which the validator made a double, as one. */
  private static RexNode asDouble(RexBuilder rex, RexCall cast) {
    BigDecimal number =
        cast.getType().getSqlTypeName() == SqlTypeName.DOUBLE
                && cast.getOperands().get(0) instanceof RexLiteral literal
                && SqlTypeUtil.isNumeric(literal.getType())
            ? literal.getValueAs(BigDecimal.class)
            : null;
    return number == null ? cast : rex.makeApproxLiteral(number);
  }
}
