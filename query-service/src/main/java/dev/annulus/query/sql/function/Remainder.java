package dev.annulus.query.sql.function;

import java.util.List;
import java.util.stream.Stream;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperatorBinding;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.InferTypes;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.apache.calcite.sql2rel.SqlRexContext;

/**
 * {@code mod(a, b)} and {@code a % b}. Of numbers with fractions it is a double; Calcite's own
 * takes both for decimals of 19 digits, which large doubles, infinities and NaN do not fit.
 */
public final class Remainder extends SqlFunction {
  /** The function. */
  public static final Remainder INSTANCE = new Remainder();

  private Remainder() {
    super(
        "MOD",
        SqlKind.MOD,
        Remainder::result,
        InferTypes.FIRST_KNOWN,
        OperandTypes.NUMERIC_NUMERIC,
        SqlFunctionCategory.NUMERIC);
  }

  private static RelDataType result(SqlOperatorBinding binding) {
    RelDataTypeFactory types = binding.getTypeFactory();
    List<RelDataType> operands = binding.collectOperandTypes();
    RelDataType whole =
        operands.stream().allMatch(Remainder::isWhole) ? types.leastRestrictive(operands) : null;
    return types.createTypeWithNullability(
        whole == null ? types.createSqlType(SqlTypeName.DOUBLE) : typed(types, whole),
        operands.stream().anyMatch(RelDataType::isNullable));
  }

  private static RelDataType typed(RelDataTypeFactory types, RelDataType whole) {
    return SqlTypeUtil.isIntType(whole) ? whole : types.createSqlType(SqlTypeName.BIGINT);
  }

  private static boolean isWhole(RelDataType type) {
    return SqlTypeUtil.isIntType(type) || type.getSqlTypeName() == SqlTypeName.NULL;
  }

  /** Of whole numbers it is Calcite's. */
  RexNode convert(SqlRexContext context, SqlCall call) {
    RexBuilder rex = context.getRexBuilder();
    RelDataType type = context.getValidator().getValidatedNodeType(call);
    boolean real = SqlTypeUtil.isApproximateNumeric(type);
    List<RexNode> operands =
        Stream.of(0, 1)
            .map(i -> context.convertExpression(call.operand(i)))
            .map(operand -> real ? rex.ensureType(ofDouble(rex, operand), operand, true) : operand)
            .toList();
    return rex.ensureType(
        type,
        real
            ? rex.makeCall(MethodOperator.REMAINDER, operands)
            : rex.makeCall(SqlStdOperatorTable.MOD, operands),
        true);
  }

  private static RelDataType ofDouble(RexBuilder rex, RexNode operand) {
    return rex.getTypeFactory()
        .createTypeWithNullability(
            rex.getTypeFactory().createSqlType(SqlTypeName.DOUBLE), operand.getType().isNullable());
  }
}
