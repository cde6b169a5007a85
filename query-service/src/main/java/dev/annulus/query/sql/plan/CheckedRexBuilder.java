package dev.annulus.query.sql.plan;

import com.google.common.collect.ImmutableList;
import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCallBinding;
import org.apache.calcite.rex.RexFieldCollation;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexWindowBound;
import org.apache.calcite.rex.RexWindowExclusion;
import org.apache.calcite.sql.SqlAggFunction;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.parser.SqlParserPos;

/**
 * Builds expressions, asking before each whether planning may go on. A frame from which rows are
 * excluded may be empty, which Calcite tells from its bounds alone.
 */
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

  @Override
  public RexNode makeOver(
      SqlParserPos pos,
      RelDataType type,
      SqlAggFunction function,
      List<RexNode> operands,
      List<RexNode> partition,
      ImmutableList<RexFieldCollation> order,
      RexWindowBound lower,
      RexWindowBound upper,
      RexWindowExclusion exclusion,
      boolean rows,
      boolean allowPartial,
      boolean nullWhenCountZero,
      boolean distinct,
      boolean ignoreNulls) {
    return super.makeOver(
        pos,
        exclusion == RexWindowExclusion.EXCLUDE_NO_OTHER
            ? type
            : ofNoRows(type, function, operands),
        function,
        operands,
        partition,
        order,
        lower,
        upper,
        exclusion,
        rows,
        allowPartial,
        nullWhenCountZero,
        distinct,
        ignoreNulls);
  }

  private RelDataType ofNoRows(RelDataType type, SqlAggFunction function, List<RexNode> operands) {
    boolean isNull =
        function
            .inferReturnType(
                new RexCallBinding(getTypeFactory(), function, operands, List.of()) {
                  @Override
                  public boolean hasEmptyGroup() {
                    return true;
                  }
                })
            .isNullable();
    return getTypeFactory().createTypeWithNullability(type, type.isNullable() || isNull);
  }
}
