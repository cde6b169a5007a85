package dev.annulus.query.sql.plan;

import dev.annulus.query.sql.api.SqlErrorCode;
import dev.annulus.query.sql.api.SqlException;
import dev.annulus.query.sql.function.AllowedOperators;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.sql.SqlOperator;

/**
 * Refuses plans with an operator that is not allowed: the parser knows many by itself, without
 * looking them up.
 */
final class OperatorCheck {
  private final AllowedOperators allowed;

  OperatorCheck(AllowedOperators allowed) {
    this.allowed = allowed;
  }

  void check(RelNode rel) {
    rel.accept(new Expressions());
    if (rel instanceof Aggregate aggregate) {
      aggregate.getAggCallList().forEach(call -> check(call.getAggregation()));
    }
    rel.getInputs().forEach(this::check);
  }

  private void check(SqlOperator operator) {
    if (!allowed.allows(operator) && !(operator instanceof Concatenation)) {
      throw new SqlException(SqlErrorCode.UNSUPPORTED, operator.getName() + " is not supported");
    }
  }

  private final class Expressions extends RexShuttle {
    @Override
    public RexNode visitCall(RexCall call) {
      check(call.getOperator());
      return super.visitCall(call);
    }

    @Override
    public RexNode visitOver(RexOver over) {
      check(over.getAggOperator());
      return super.visitOver(over);
    }

    @Override
    public RexNode visitSubQuery(RexSubQuery query) {
      OperatorCheck.this.check(query.rel);
      return super.visitSubQuery(query);
    }
  }
}
