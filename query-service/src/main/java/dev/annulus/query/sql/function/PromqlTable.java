package dev.annulus.query.sql.function;

import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlTableFunction;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlOperandTypeChecker;
import org.apache.calcite.sql.type.SqlReturnTypeInference;
import org.apache.calcite.sql.type.SqlTypeFamily;
import org.apache.calcite.sql.type.SqlTypeName;

/**
 * {@code promql(query, start, end, step)}: the points of a PromQL range query, with the columns
 * {@code ts}, {@code value} and {@code labels}.
 */
public final class PromqlTable extends SqlFunction implements SqlTableFunction {
  /** The function. */
  public static final PromqlTable INSTANCE = new PromqlTable();

  private PromqlTable() {
    super(
        "promql",
        SqlKind.OTHER_FUNCTION,
        ReturnTypes.CURSOR,
        null,
        operands(),
        SqlFunctionCategory.USER_DEFINED_TABLE_FUNCTION);
  }

  private static SqlOperandTypeChecker operands() {
    List<SqlTypeFamily> times = List.of(SqlTypeFamily.NUMERIC, SqlTypeFamily.TIMESTAMP);
    List<SqlTypeFamily> steps = List.of(SqlTypeFamily.NUMERIC, SqlTypeFamily.DATETIME_INTERVAL);
    SqlOperandTypeChecker any = operands(times.get(0), times.get(0), steps.get(0));
    for (SqlTypeFamily start : times) {
      for (SqlTypeFamily end : times) {
        for (SqlTypeFamily step : steps) {
          any = any.or(operands(start, end, step));
        }
      }
    }
    return any;
  }

  private static SqlOperandTypeChecker operands(
      SqlTypeFamily start, SqlTypeFamily end, SqlTypeFamily step) {
    return OperandTypes.family(SqlTypeFamily.CHARACTER, start, end, step);
  }

  @Override
  public SqlReturnTypeInference getRowTypeInference() {
    return call -> {
      RelDataTypeFactory types = call.getTypeFactory();
      RelDataType text = types.createSqlType(SqlTypeName.VARCHAR);
      return types
          .builder()
          .add("ts", SqlTypeName.BIGINT)
          .add("value", SqlTypeName.DOUBLE)
          .add("labels", types.createMapType(text, text))
          .build();
    };
  }
}
