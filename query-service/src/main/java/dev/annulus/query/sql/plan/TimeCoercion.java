package dev.annulus.query.sql.plan;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.SqlCallBinding;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.sql.validate.implicit.TypeCoercionImpl;

/**
 * Compares numbers with timestamps as what they are everywhere, epoch seconds: {@code ts > now() -
 * INTERVAL '1' HOUR}.
 */
final class TimeCoercion extends TypeCoercionImpl {
  TimeCoercion(RelDataTypeFactory types, SqlValidator validator) {
    super(types, validator);
  }

  @Override
  public boolean binaryComparisonCoercion(SqlCallBinding binding) {
    List<RelDataType> operands =
        IntStream.range(0, binding.getOperandCount()).mapToObj(binding::getOperandType).toList();
    boolean compares =
        binding.getOperator().getKind() == SqlKind.BETWEEN
            || SqlKind.BINARY_COMPARISON.contains(binding.getOperator().getKind());
    if (!compares
        || operands.stream().noneMatch(SqlTypeUtil::isNumeric)
        || operands.stream().noneMatch(type -> type.getSqlTypeName() == SqlTypeName.TIMESTAMP)) {
      return super.binaryComparisonCoercion(binding);
    }
    boolean coerced = false;
    for (int i = 0; i < operands.size(); i++) {
      if (SqlTypeUtil.isNumeric(operands.get(i))) {
        RelDataType timestamp =
            factory.createTypeWithNullability(
                factory.createSqlType(SqlTypeName.TIMESTAMP), operands.get(i).isNullable());
        coerced |= coerceOperandType(binding.getScope(), binding.getCall(), i, timestamp);
      }
    }
    return coerced;
  }
}
