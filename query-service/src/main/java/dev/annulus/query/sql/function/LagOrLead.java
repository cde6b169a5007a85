package dev.annulus.query.sql.function;

import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.SqlAggFunction;
import org.apache.calcite.sql.SqlCallBinding;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperandCountRange;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlOperatorBinding;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.SqlOperandCountRanges;
import org.apache.calcite.sql.type.SqlOperandTypeChecker;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.apache.calcite.util.Optionality;
import org.jspecify.annotations.Nullable;

/**
 * {@code LAG} or {@code LEAD} whose value and default may be of different types: both become what
 * they have in common.
 */
final class LagOrLead extends SqlAggFunction {
  static final LagOrLead LAG = new LagOrLead(SqlKind.LAG, SqlStdOperatorTable.LAG);
  static final LagOrLead LEAD = new LagOrLead(SqlKind.LEAD, SqlStdOperatorTable.LEAD);

  private final SqlAggFunction computed;

  private LagOrLead(SqlKind kind, SqlAggFunction computed) {
    super(
        kind.name(),
        null,
        kind,
        LagOrLead::result,
        null,
        new Arguments(),
        SqlFunctionCategory.NUMERIC,
        false,
        true,
        Optionality.FORBIDDEN);
    this.computed = computed;
  }

  /** The function that computes the same for a default of the value's type. */
  SqlAggFunction computed() {
    return computed;
  }

  @Override
  public boolean allowsFraming() {
    return false;
  }

  @Override
  public boolean allowsNullTreatment() {
    return true;
  }

  private static RelDataType result(SqlOperatorBinding binding) {
    RelDataType common = common(binding);
    RelDataType type = common == null ? binding.getOperandType(0) : common;
    RelDataTypeFactory types = binding.getTypeFactory();
    return types.createTypeWithNullability(
        SqlTypeUtil.inCharFamily(type) ? types.createSqlType(SqlTypeName.VARCHAR) : type, true);
  }

  /** The type of value and default; null if they have none in common. */
  private static @Nullable RelDataType common(SqlOperatorBinding binding) {
    return binding.getOperandCount() < 3
        ? binding.getOperandType(0)
        : binding
            .getTypeFactory()
            .leastRestrictive(List.of(binding.getOperandType(0), binding.getOperandType(2)));
  }

  private static final class Arguments implements SqlOperandTypeChecker {
    @Override
    public boolean checkOperandTypes(SqlCallBinding binding, boolean throwOnFailure) {
      boolean right =
          (binding.getOperandCount() < 2 || SqlTypeUtil.isIntType(binding.getOperandType(1)))
              && common(binding) != null;
      if (!right && throwOnFailure) {
        throw binding.newValidationSignatureError();
      }
      return right;
    }

    @Override
    public SqlOperandCountRange getOperandCountRange() {
      return SqlOperandCountRanges.between(1, 3);
    }

    @Override
    public String getAllowedSignatures(SqlOperator operator, String name) {
      return name + "(x [, rows [, default of x's type]])";
    }
  }
}
