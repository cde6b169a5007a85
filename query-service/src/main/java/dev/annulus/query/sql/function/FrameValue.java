package dev.annulus.query.sql.function;

import org.apache.calcite.sql.SqlAggFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlTypeTransforms;
import org.apache.calcite.util.Optionality;

/**
 * A value of the frame, which is null where the frame has no such row. Calcite's own functions are
 * said to be null only if their argument is.
 */
final class FrameValue extends SqlAggFunction {
  static final FrameValue FIRST = new FrameValue(SqlStdOperatorTable.FIRST_VALUE);
  static final FrameValue LAST = new FrameValue(SqlStdOperatorTable.LAST_VALUE);
  static final FrameValue NTH = new FrameValue(SqlStdOperatorTable.NTH_VALUE);

  private FrameValue(SqlAggFunction standard) {
    super(
        standard.getName(),
        null,
        standard.getKind(),
        ReturnTypes.ARG0.andThen(SqlTypeTransforms.FORCE_NULLABLE),
        null,
        standard.getOperandTypeChecker(),
        SqlFunctionCategory.NUMERIC,
        false,
        true,
        Optionality.FORBIDDEN);
  }

  @Override
  public boolean allowsNullTreatment() {
    return true;
  }
}
