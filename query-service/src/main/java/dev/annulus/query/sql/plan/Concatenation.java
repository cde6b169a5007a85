package dev.annulus.query.sql.plan;

import dev.annulus.query.sql.run.Guard;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import org.apache.calcite.DataContext;
import org.apache.calcite.adapter.enumerable.CallImplementor;
import org.apache.calcite.adapter.enumerable.NullPolicy;
import org.apache.calcite.adapter.enumerable.RexImpTable;
import org.apache.calcite.linq4j.tree.Expressions;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.schema.FunctionParameter;
import org.apache.calcite.schema.ImplementableFunction;
import org.apache.calcite.schema.ScalarFunction;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.InferTypes;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.SqlTypeFamily;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.validate.SqlUserDefinedFunction;
import org.apache.calcite.sql2rel.SqlRexContext;

/**
 * {@code ||} by a method that knows the run, so that a text is counted before it is made; and never
 * at planning, as Calcite does with constants.
 */
final class Concatenation extends SqlUserDefinedFunction {
  static final Concatenation INSTANCE = new Concatenation();

  private static final Method CONCAT =
      Arrays.stream(Guard.class.getMethods())
          .filter(method -> method.getName().equals("concat"))
          .findFirst()
          .orElseThrow();

  private Concatenation() {
    super(
        new SqlIdentifier("$CONCAT", SqlParserPos.ZERO),
        SqlKind.OTHER_FUNCTION,
        SqlStdOperatorTable.CONCAT.getReturnTypeInference(),
        InferTypes.FIRST_KNOWN,
        OperandTypes.operandMetadata(
            List.of(SqlTypeFamily.CHARACTER, SqlTypeFamily.CHARACTER),
            types ->
                List.of(
                    types.createSqlType(SqlTypeName.VARCHAR),
                    types.createSqlType(SqlTypeName.VARCHAR)),
            operand -> operand == 0 ? "a" : "b",
            operand -> false),
        new Definition());
  }

  /** Translates a call of {@code ||}. */
  static RexNode convert(SqlRexContext context, SqlCall call) {
    RexBuilder rex = context.getRexBuilder();
    List<RexNode> operands =
        call.getOperandList().stream().map(context::convertExpression).toList();
    RelDataType type = rex.deriveReturnType(SqlStdOperatorTable.CONCAT, operands);
    return rex.makeCall(type, INSTANCE, operands);
  }

  private static final class Definition implements ScalarFunction, ImplementableFunction {
    @Override
    public CallImplementor getImplementor() {
      return RexImpTable.createImplementor(
          (translator, call, operands) ->
              Expressions.call(CONCAT, DataContext.ROOT, operands.get(0), operands.get(1)),
          NullPolicy.STRICT,
          false);
    }

    @Override
    public RelDataType getReturnType(RelDataTypeFactory types) {
      return types.createSqlType(SqlTypeName.VARCHAR);
    }

    @Override
    public List<FunctionParameter> getParameters() {
      return List.of();
    }
  }
}
