package dev.annulus.query.sql.plan;

import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import dev.annulus.query.sql.function.AllowedOperators;
import java.util.EnumSet;
import java.util.Set;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.type.SqlTypeName;

/**
 * Refuses plans with an operator that is not allowed, as the parser knows many by itself without
 * looking them up, and plans that order what has no order.
 */
final class OperatorCheck {
  /** What compares by order. */
  private static final Set<SqlKind> ORDERED =
      EnumSet.of(
          SqlKind.MIN,
          SqlKind.MAX,
          SqlKind.LESS_THAN,
          SqlKind.LESS_THAN_OR_EQUAL,
          SqlKind.GREATER_THAN,
          SqlKind.GREATER_THAN_OR_EQUAL);

  private final AllowedOperators allowed;

  OperatorCheck(AllowedOperators allowed) {
    this.allowed = allowed;
  }

  void check(RelNode rel) {
    rel.accept(new Expressions());
    if (rel instanceof Aggregate aggregate) {
      aggregate.getAggCallList().forEach(call -> check(call.getAggregation()));
      aggregate.getAggCallList().stream()
          .filter(call -> ORDERED.contains(call.getAggregation().getKind()))
          .flatMap(call -> call.getArgList().stream())
          .forEach(column -> hasOrder(column, aggregate.getInput()));
    }
    if (rel instanceof Sort sort) {
      sort.getCollation().getFieldCollations().forEach(key -> hasOrder(key.getFieldIndex(), sort));
    }
    rel.getInputs().forEach(this::check);
  }

  private void check(SqlOperator operator) {
    if (!allowed.allows(operator) && !(operator instanceof Concatenation)) {
      throw new SqlException(SqlErrorCode.UNSUPPORTED, operator.getName() + " is not supported");
    }
  }

  private static void hasOrder(int column, RelNode rel) {
    hasOrder(rel.getRowType().getFieldList().get(column).getType());
  }

  private static void hasOrder(RelDataType type) {
    if (type.getSqlTypeName() == SqlTypeName.MAP) {
      throw new SqlException(
          SqlErrorCode.UNSUPPORTED,
          "maps have no order",
          null,
          "order by one of its values, such as labels['name']",
          null);
    }
  }

  private final class Expressions extends RexShuttle {
    @Override
    public RexNode visitCall(RexCall call) {
      check(call.getOperator());
      if (ORDERED.contains(call.getKind())) {
        call.getOperands().forEach(operand -> hasOrder(operand.getType()));
      }
      return super.visitCall(call);
    }

    @Override
    public RexNode visitOver(RexOver over) {
      check(over.getAggOperator());
      over.getWindow().orderKeys.forEach(key -> hasOrder(key.left.getType()));
      if (ORDERED.contains(over.getAggOperator().getKind())) {
        over.getOperands().forEach(operand -> hasOrder(operand.getType()));
      }
      return super.visitOver(over);
    }

    @Override
    public RexNode visitSubQuery(RexSubQuery query) {
      OperatorCheck.this.check(query.rel);
      return super.visitSubQuery(query);
    }
  }
}
