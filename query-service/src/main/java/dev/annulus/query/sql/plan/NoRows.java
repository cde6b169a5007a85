package dev.annulus.query.sql.plan;

import dev.annulus.query.sql.rel.Trees;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.plan.RelOptPredicateList;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.Values;
import org.apache.calcite.rel.core.Window;
import org.apache.calcite.rel.logical.LogicalUnion;
import org.apache.calcite.rel.logical.LogicalValues;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSimplify;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.rex.RexVisitorImpl;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * Prunes what returns no rows, such as {@code WHERE 1 = 0} and {@code LIMIT 0}, by which tools ask
 * for the columns of a query: nothing is read below. Comparisons with a literal null are null, and
 * Calcite's inference of predicates asserts that there are none.
 */
final class NoRows {
  private NoRows() {}

  static RelNode prune(RelNode rel) {
    if (rel instanceof Filter filter) {
      RexNode condition = folded(rel.getCluster().getRexBuilder(), filter.getCondition());
      if (isNever(condition)) {
        return empty(rel);
      }
      RelNode input = prune(filter.getInput());
      return condition.isAlwaysTrue() || isEmpty(input)
          ? input
          : filter.copy(rel.getTraitSet(), input, condition);
    }
    if (rel instanceof Join join) {
      return prune(join);
    }
    if (rel instanceof Sort sort
        && sort.fetch instanceof RexLiteral rows
        && RexLiteral.intValue(rows) == 0) {
      return empty(rel);
    }
    RelNode pruned = Trees.mapInputs(rel, NoRows::prune);
    boolean passesOn =
        rel instanceof Project || rel instanceof Sort || rel instanceof Window || isGrouped(rel);
    return passesOn && isEmpty(pruned.getInput(0)) ? empty(rel) : pruned;
  }

  /** Whether a relation gives a row for each group, and none of nothing. */
  private static boolean isGrouped(RelNode rel) {
    return rel instanceof Aggregate groups
        && groups.getGroupSets().stream().noneMatch(ImmutableBitSet::isEmpty);
  }

  private static boolean isEmpty(RelNode rel) {
    return rel instanceof Values values && values.getTuples().isEmpty();
  }

  private static RelNode prune(Join join) {
    RexBuilder rex = join.getCluster().getRexBuilder();
    RexNode folded = folded(rex, join.getCondition());
    JoinRelType type = join.getJoinType();
    if (isNever(folded)) {
      return withoutPairs(join);
    }
    RelNode pruned = Trees.mapInputs(join, NoRows::prune);
    boolean keepsRight = type == JoinRelType.RIGHT || type == JoinRelType.FULL;
    boolean needsRight =
        type == JoinRelType.INNER || type == JoinRelType.RIGHT || type == JoinRelType.SEMI;
    if ((!keepsRight && isEmpty(pruned.getInput(0)))
        || (needsRight && isEmpty(pruned.getInput(1)))) {
      return empty(join);
    }
    return folded.equals(join.getCondition())
        ? pruned
        : join.copy(
            join.getTraitSet(),
            folded,
            pruned.getInput(0),
            pruned.getInput(1),
            join.getJoinType(),
            join.isSemiJoinDone());
  }

  /** A join whose condition never holds: the rows that it keeps in any case. */
  private static RelNode withoutPairs(Join join) {
    return switch (join.getJoinType()) {
      case INNER, SEMI -> empty(join);
      case ANTI -> prune(join.getLeft());
      case LEFT -> padded(join, true);
      case RIGHT -> padded(join, false);
      case FULL -> LogicalUnion.create(List.of(padded(join, true), padded(join, false)), true);
      default -> join;
    };
  }

  /** The rows of one side, with nulls for the columns of the other. */
  private static RelNode padded(Join join, boolean ofLeft) {
    RexBuilder rex = join.getCluster().getRexBuilder();
    int first = ofLeft ? 0 : join.getLeft().getRowType().getFieldCount();
    RelNode side = prune(ofLeft ? join.getLeft() : join.getRight());
    List<RelDataTypeField> fields = join.getRowType().getFieldList();
    List<RexNode> columns = new ArrayList<>();
    for (int i = 0; i < fields.size(); i++) {
      boolean own = i >= first && i < first + side.getRowType().getFieldCount();
      columns.add(
          own ? rex.makeInputRef(side, i - first) : rex.makeNullLiteral(fields.get(i).getType()));
    }
    return Trees.project(side, columns, join.getRowType().getFieldNames());
  }

  private static boolean isNever(RexNode condition) {
    return condition.isAlwaysFalse() || RexUtil.isNullLiteral(condition, true);
  }

  private static RelNode empty(RelNode rel) {
    return LogicalValues.createEmpty(rel.getCluster(), rel.getRowType());
  }

  /** The condition without comparisons of literals and with nulls. */
  static RexNode folded(RexBuilder rex, RexNode condition) {
    RexSimplify simplify = new RexSimplify(rex, RelOptPredicateList.EMPTY, RexUtil.EXECUTOR);
    RexNode folded = folded(rex, simplify, condition);
    return holdsNull(folded)
        ? folded(rex, simplify, simplify.simplifyUnknownAsFalse(folded))
        : folded;
  }

  /** Whether a null stands anywhere, as it does in {@code NULLIF}. */
  static boolean holdsNull(RexNode condition) {
    boolean[] found = {false};
    condition.accept(
        new RexVisitorImpl<Void>(true) {
          @Override
          @SuppressWarnings("NullAway") // Void has no other value
          public Void visitLiteral(RexLiteral literal) {
            found[0] |= literal.isNull();
            return null;
          }
        });
    return found[0];
  }

  private static RexNode folded(RexBuilder rex, RexSimplify simplify, RexNode condition) {
    return condition.accept(
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
              case EQUALS,
                  NOT_EQUALS,
                  LESS_THAN,
                  LESS_THAN_OR_EQUAL,
                  GREATER_THAN,
                  GREATER_THAN_OR_EQUAL ->
                  comparison(rex, simplify, folded);
              default -> folded;
            };
          }
        });
  }

  private static RexNode comparison(RexBuilder rex, RexSimplify simplify, RexCall comparison) {
    List<RexNode> operands = comparison.getOperands();
    if (operands.stream().anyMatch(operand -> RexUtil.isNullLiteral(operand, true))) {
      return rex.makeNullLiteral(comparison.getType());
    }
    return operands.stream().allMatch(RexLiteral.class::isInstance)
        ? simplify.simplifyPreservingType(comparison)
        : comparison;
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
