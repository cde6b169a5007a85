package dev.annulus.query.sql.function;

import java.util.Locale;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlTableFunction;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlReturnTypeInference;
import org.apache.calcite.sql.type.SqlTypeFamily;
import org.apache.calcite.sql.type.SqlTypeName;

/** {@code generate_series(start, stop, step)}: a table of one column, such as a grid of buckets. */
public final class SeriesGenerator extends SqlFunction implements SqlTableFunction {
  /** The function. */
  public static final SeriesGenerator INSTANCE = new SeriesGenerator();

  private SeriesGenerator() {
    super(
        "generate_series",
        SqlKind.OTHER_FUNCTION,
        ReturnTypes.CURSOR,
        null,
        OperandTypes.NUMERIC_NUMERIC.or(
            OperandTypes.family(
                SqlTypeFamily.NUMERIC, SqlTypeFamily.NUMERIC, SqlTypeFamily.NUMERIC)),
        SqlFunctionCategory.USER_DEFINED_TABLE_FUNCTION);
  }

  @Override
  public SqlReturnTypeInference getRowTypeInference() {
    return call ->
        call.getTypeFactory()
            .builder()
            .add(getName().toLowerCase(Locale.ROOT), SqlTypeName.BIGINT)
            .build();
  }
}
