package dev.annulus.query.sql.plan;

import dev.annulus.query.sql.rel.Trees;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.calcite.plan.Strong;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.jspecify.annotations.Nullable;

/**
 * Makes whole numbers that do not fit their type an error; they would wrap round otherwise. What is
 * computed of a null without a type is null.
 */
final class CheckedArithmetic extends RexShuttle {
  private static final Set<SqlKind> CHOICES =
      EnumSet.of(SqlKind.COALESCE, SqlKind.NULLIF, SqlKind.NVL);

  private final RexBuilder rex;

  private CheckedArithmetic(RexBuilder rex) {
    this.rex = rex;
  }

  static RelNode apply(RelNode rel) {
    return Trees.mapInputs(rel, CheckedArithmetic::apply)
        .accept(new CheckedArithmetic(rel.getCluster().getRexBuilder()));
  }

  @Override
  public RexNode visitSubQuery(RexSubQuery query) {
    RexSubQuery changed = (RexSubQuery) super.visitSubQuery(query);
    return changed.clone(apply(changed.rel));
  }

  @Override
  public RexNode visitCall(RexCall call) {
    RexCall changed = (RexCall) super.visitCall(call);
    if (isNull(changed)) {
      return rex.makeNullLiteral(call.getType());
    }
    if (!SqlTypeUtil.isIntType(call.getType())) {
      return changed;
    }
    List<RexNode> operands = changed.getOperands();
    if (call.getOperator().equals(SqlStdOperatorTable.ABS)) {
      RexNode x = operands.get(0);
      return rex.makeCall(
          SqlStdOperatorTable.CASE,
          rex.makeCall(SqlStdOperatorTable.LESS_THAN, x, rex.makeZeroLiteral(x.getType())),
          rex.makeCall(call.getType(), SqlStdOperatorTable.CHECKED_UNARY_MINUS, operands),
          x);
    }
    SqlOperator checked = checked(call);
    return checked == null ? changed : rex.makeCall(call.getType(), checked, operands);
  }

  /** Whether an operand is a null without a type, which no code can be made of. */
  private static boolean isNull(RexCall call) {
    boolean strict =
        Strong.policy(call) == Strong.Policy.ANY
            || (call.getOperator() instanceof SqlFunction && !CHOICES.contains(call.getKind()));
    return strict
        && call.getType().isNullable()
        && call.getOperands().stream()
            .anyMatch(operand -> operand.getType().getSqlTypeName() == SqlTypeName.NULL);
  }

  private static @Nullable SqlOperator checked(RexCall call) {
    return switch (call.getKind()) {
      case PLUS -> SqlStdOperatorTable.CHECKED_PLUS;
      case MINUS -> SqlStdOperatorTable.CHECKED_MINUS;
      case TIMES -> SqlStdOperatorTable.CHECKED_MULTIPLY;
      case DIVIDE -> SqlStdOperatorTable.CHECKED_DIVIDE;
      case MINUS_PREFIX -> SqlStdOperatorTable.CHECKED_UNARY_MINUS;
      default -> null;
    };
  }
}
