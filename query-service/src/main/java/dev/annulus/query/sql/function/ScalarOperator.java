package dev.annulus.query.sql.function;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperatorBinding;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.InferTypes;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.SqlTypeFamily;
import org.apache.calcite.sql.validate.SqlUserDefinedFunction;
import org.apache.calcite.sql2rel.SqlRexContext;

/**
 * A scalar function as a query names it. Any number may stand for any argument: it is cast to what
 * the function computes with when the query is translated, nulls included.
 */
public final class ScalarOperator extends SqlUserDefinedFunction {
  private final ScalarFunctionDef definition;
  private final int optional;

  private ScalarOperator(String name, ScalarFunctionDef definition, int optional) {
    super(
        new SqlIdentifier(name, SqlParserPos.ZERO),
        SqlKind.OTHER_FUNCTION,
        binding -> resultType(binding, definition, optional),
        InferTypes.FIRST_KNOWN,
        OperandTypes.operandMetadata(
            Collections.nCopies(definition.arity(), SqlTypeFamily.NUMERIC),
            factory -> argumentTypes(factory, definition),
            definition::argumentName,
            argument -> argument >= definition.arity() - optional),
        definition);
    this.definition = definition;
    this.optional = optional;
  }

  /** A function whose arguments are all required and make it null. */
  static ScalarOperator of(String name, ScalarFunctionDef definition) {
    return new ScalarOperator(name, definition, 0);
  }

  /** A function whose last argument counts as 0 when it is null or left out. */
  static ScalarOperator withLastOr0(String name, ScalarFunctionDef definition) {
    return new ScalarOperator(name, definition, 1);
  }

  /** A call as the planner sees it: with every argument, each of the right type. */
  public RexNode convert(SqlRexContext context, SqlCall call) {
    RexBuilder rex = context.getRexBuilder();
    RelDataTypeFactory types = rex.getTypeFactory();
    List<RexNode> arguments = new ArrayList<>(definition.arity());
    boolean nullable = definition.isNullByItself();
    for (int i = 0; i < definition.arity(); i++) {
      RelDataType type = types.createSqlType(definition.argument(i));
      boolean or0 = i >= definition.arity() - optional;
      RexNode argument =
          i < call.operandCount() && call.operand(i).getKind() != SqlKind.DEFAULT
              ? cast(rex, context.convertExpression(call.operand(i)), type)
              : rex.makeZeroLiteral(type);
      arguments.add(or0 ? orZero(rex, argument, type) : argument);
      nullable |= !or0 && argument.getType().isNullable();
    }
    RelDataType type =
        types.createTypeWithNullability(types.createSqlType(definition.result()), nullable);
    if (arguments.stream().anyMatch(argument -> RexUtil.isNullLiteral(argument, true))) {
      return rex.makeNullLiteral(type);
    }
    return rex.makeCall(type, this, arguments);
  }

  private static RexNode cast(RexBuilder rex, RexNode argument, RelDataType type) {
    if (RexUtil.isNullLiteral(argument, true)) {
      return rex.makeNullLiteral(type);
    }
    return rex.ensureType(
        rex.getTypeFactory().createTypeWithNullability(type, argument.getType().isNullable()),
        argument,
        true);
  }

  private static RexNode orZero(RexBuilder rex, RexNode argument, RelDataType type) {
    if (!argument.getType().isNullable()) {
      return argument;
    }
    RexNode zero = rex.makeZeroLiteral(type);
    return RexUtil.isNullLiteral(argument, true)
        ? zero
        : rex.makeCall(
            SqlStdOperatorTable.CASE,
            rex.makeCall(SqlStdOperatorTable.IS_NULL, argument),
            zero,
            rex.makeNotNull(argument));
  }

  private static List<RelDataType> argumentTypes(
      RelDataTypeFactory factory, ScalarFunctionDef definition) {
    List<RelDataType> types = new ArrayList<>(definition.arity());
    for (int i = 0; i < definition.arity(); i++) {
      types.add(
          factory.createTypeWithNullability(factory.createSqlType(definition.argument(i)), true));
    }
    return types;
  }

  private static RelDataType resultType(
      SqlOperatorBinding call, ScalarFunctionDef definition, int optional) {
    boolean nullable = definition.isNullByItself();
    for (int i = 0; i < definition.arity() - optional && i < call.getOperandCount(); i++) {
      nullable |= call.getOperandType(i).isNullable();
    }
    RelDataTypeFactory factory = call.getTypeFactory();
    return factory.createTypeWithNullability(factory.createSqlType(definition.result()), nullable);
  }
}
