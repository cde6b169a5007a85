package dev.annulus.query.sql.function;

import java.util.List;
import java.util.function.Supplier;
import org.apache.calcite.adapter.enumerable.CallImplementor;
import org.apache.calcite.adapter.enumerable.EnumUtils;
import org.apache.calcite.adapter.enumerable.NullPolicy;
import org.apache.calcite.adapter.enumerable.RexImpTable;
import org.apache.calcite.linq4j.tree.Expression;
import org.apache.calcite.linq4j.tree.Expressions;
import org.apache.calcite.plan.Strong;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.schema.FunctionParameter;
import org.apache.calcite.schema.ImplementableFunction;
import org.apache.calcite.schema.ScalarFunction;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.InferTypes;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlTypeFamily;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.validate.SqlUserDefinedFunction;

/**
 * Whether a value is in a list of literals. The list is one operand, a {@link ValueSet}: a list of
 * thousands of ids costs no more to plan than one of two, and to check not much more. Queries
 * cannot name these operators: {@code IN} becomes one of them.
 */
public final class ListMembership extends SqlUserDefinedFunction {
  /** For lists of numbers. */
  public static final ListMembership OF_NUMBERS =
      new ListMembership("$IN_NUMBERS", SqlTypeFamily.NUMERIC, SqlTypeName.DOUBLE);

  /** For lists of texts. */
  public static final ListMembership OF_TEXTS =
      new ListMembership("$IN_TEXTS", SqlTypeFamily.CHARACTER, SqlTypeName.VARCHAR);

  private ListMembership(String name, SqlTypeFamily family, SqlTypeName type) {
    super(
        new SqlIdentifier(name, SqlParserPos.ZERO),
        SqlKind.OTHER_FUNCTION,
        ReturnTypes.BOOLEAN_NULLABLE,
        InferTypes.FIRST_KNOWN,
        OperandTypes.operandMetadata(
            List.of(family, family),
            types -> List.of(types.createSqlType(type), types.createSqlType(type)),
            operand -> operand == 0 ? "value" : "list",
            operand -> false),
        new Lookup());
  }

  /** Null of a null, so that an outer join whose other side must pass is an inner one. */
  @Override
  public Supplier<Strong.Policy> getStrongPolicyInference() {
    return () -> Strong.Policy.ANY;
  }

  private static final class Lookup implements ScalarFunction, ImplementableFunction {
    @Override
    public CallImplementor getImplementor() {
      return RexImpTable.createImplementor(
          (translator, call, operands) -> lookUp(operands.get(1), operands.get(0)),
          NullPolicy.STRICT,
          false);
    }

    private static Expression lookUp(Expression set, Expression value) {
      Class<?> type = (Class<?>) value.getType();
      boolean whole = type == long.class || type == int.class || type == short.class;
      Class<?> argument =
          type == String.class
              ? String.class
              : whole || type == byte.class ? long.class : double.class;
      return Expressions.call(ValueSet.class, "contains", set, EnumUtils.convert(value, argument));
    }

    @Override
    public RelDataType getReturnType(RelDataTypeFactory types) {
      return types.createSqlType(SqlTypeName.BOOLEAN);
    }

    @Override
    public List<FunctionParameter> getParameters() {
      return List.of();
    }
  }
}
