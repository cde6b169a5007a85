package dev.annulus.query.sql.plan;

import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.parser.SqlParserPos;

/** Builds expressions, asking before each whether planning may go on. */
final class CheckedRexBuilder extends RexBuilder {
  private final Runnable check;

  CheckedRexBuilder(RelDataTypeFactory types, Runnable check) {
    super(types);
    this.check = check;
  }

  @Override
  public RexNode makeCall(
      SqlParserPos pos, RelDataType type, SqlOperator operator, List<RexNode> operands) {
    check.run();
    return super.makeCall(pos, type, operator, operands);
  }

  @Override
  public RexNode makeCall(
      SqlParserPos pos, SqlOperator operator, List<? extends RexNode> operands) {
    check.run();
    return super.makeCall(pos, operator, operands);
  }
}
