package dev.annulus.query.sql.function;

import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.SqlCallBinding;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperandCountRange;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.type.SqlOperandCountRanges;
import org.apache.calcite.sql.type.SqlOperandTypeChecker;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;

/**
 * {@code date_trunc(unit, time [, zone])}. A number is epoch seconds and gives epoch seconds; a
 * timestamp or date gives a timestamp.
 */
final class DateTrunc extends SqlFunction {
  static final DateTrunc INSTANCE = new DateTrunc();

  private DateTrunc() {
    super(
        "date_trunc",
        SqlKind.OTHER_FUNCTION,
        binding -> result(binding.getTypeFactory(), binding.getOperandType(1), nullable(binding)),
        null,
        new Arguments(),
        SqlFunctionCategory.TIMEDATE);
  }

  private static boolean nullable(org.apache.calcite.sql.SqlOperatorBinding binding) {
    return binding.collectOperandTypes().stream().anyMatch(RelDataType::isNullable);
  }

  private static RelDataType result(RelDataTypeFactory types, RelDataType time, boolean nullable) {
    RelDataType type =
        types.createSqlType(
            SqlTypeUtil.isNumeric(time) ? SqlTypeName.BIGINT : SqlTypeName.TIMESTAMP);
    return types.createTypeWithNullability(type, nullable);
  }

  private static final class Arguments implements SqlOperandTypeChecker {
    @Override
    public boolean checkOperandTypes(SqlCallBinding binding, boolean throwOnFailure) {
      RelDataType time = binding.getOperandType(1);
      boolean right =
          SqlTypeUtil.inCharFamily(binding.getOperandType(0))
              && (SqlTypeUtil.isNumeric(time)
                  || SqlTypeUtil.isTimestamp(time)
                  || SqlTypeUtil.isDate(time))
              && (binding.getOperandCount() == 2
                  || SqlTypeUtil.inCharFamily(binding.getOperandType(2)));
      if (!right && throwOnFailure) {
        throw binding.newValidationSignatureError();
      }
      return right;
    }

    @Override
    public SqlOperandCountRange getOperandCountRange() {
      return SqlOperandCountRanges.between(2, 3);
    }

    @Override
    public String getAllowedSignatures(SqlOperator operator, String name) {
      return "date_trunc(unit, ts or timestamp [, zone])";
    }
  }
}
