package dev.annulus.query.sql.function;

import org.apache.calcite.sql.SqlAggFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlTypeTransforms;
import org.apache.calcite.util.Optionality;

/**
 * {@code nth_value}, which is null where the frame has fewer rows. Calcite's own is said to be null
 * only if its argument is.
 */
final class NthValue extends SqlAggFunction {
  static final NthValue INSTANCE = new NthValue();

  private NthValue() {
    super(
        "NTH_VALUE",
        null,
        SqlKind.NTH_VALUE,
        ReturnTypes.ARG0.andThen(SqlTypeTransforms.FORCE_NULLABLE),
        null,
        SqlStdOperatorTable.NTH_VALUE.getOperandTypeChecker(),
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
