package dev.annulus.query.sql.function;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.calcite.adapter.enumerable.CallImplementor;
import org.apache.calcite.adapter.enumerable.EnumUtils;
import org.apache.calcite.adapter.enumerable.NullPolicy;
import org.apache.calcite.adapter.enumerable.RexImpTable;
import org.apache.calcite.linq4j.tree.Expression;
import org.apache.calcite.linq4j.tree.Expressions;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.schema.FunctionParameter;
import org.apache.calcite.schema.ImplementableFunction;
import org.apache.calcite.schema.ScalarFunction;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.InferTypes;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlTypeFamily;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeTransforms;
import org.apache.calcite.sql.validate.SqlUserDefinedFunction;

/**
 * A static method in the place of what Calcite would compute. No query names it: {@link
 * OwnConvertlets} puts it in. It is null when an argument is.
 */
public final class MethodOperator extends SqlUserDefinedFunction {
  private static final List<SqlOperator> ALL = new ArrayList<>();

  /** Epoch seconds, whole, as a timestamp. */
  public static final MethodOperator TIMESTAMP_OF_SECONDS =
      of(TimeMath.class, "timestampOfSeconds", SqlTypeName.TIMESTAMP);

  static final MethodOperator TIMESTAMP_OF_FRACTION =
      of(TimeMath.class, "timestampOfFraction", SqlTypeName.TIMESTAMP);
  static final MethodOperator SECONDS_OF_TIMESTAMP =
      of(TimeMath.class, "secondsOfTimestamp", SqlTypeName.BIGINT);

  /** A timestamp as epoch seconds with their fraction. */
  public static final MethodOperator FRACTION_OF_TIMESTAMP =
      of(TimeMath.class, "fractionOfTimestamp", SqlTypeName.DOUBLE);

  static final MethodOperator TRUNC_SECONDS =
      of(TimeMath.class, "truncSeconds", SqlTypeName.BIGINT);
  static final MethodOperator TRUNC_TIMESTAMP =
      of(TimeMath.class, "truncTimestamp", SqlTypeName.TIMESTAMP);
  static final MethodOperator TEXT_OF_DOUBLE = of(TextMath.class, "ofDouble", SqlTypeName.VARCHAR);

  /** A number without the sign of a zero. */
  public static final MethodOperator UNSIGNED_ZERO =
      of(TextMath.class, "unsignedZero", SqlTypeName.DOUBLE);

  /** Comparisons of doubles, NaN included. */
  public static final MethodOperator EQUAL = of(DoubleOrder.class, "equal", SqlTypeName.BOOLEAN);

  public static final MethodOperator NOT_EQUAL =
      of(DoubleOrder.class, "notEqual", SqlTypeName.BOOLEAN);
  public static final MethodOperator ABOVE = of(DoubleOrder.class, "above", SqlTypeName.BOOLEAN);
  public static final MethodOperator AT_LEAST =
      of(DoubleOrder.class, "atLeast", SqlTypeName.BOOLEAN);
  public static final MethodOperator BELOW = of(DoubleOrder.class, "below", SqlTypeName.BOOLEAN);
  public static final MethodOperator AT_MOST = of(DoubleOrder.class, "atMost", SqlTypeName.BOOLEAN);

  static final MethodOperator ROUNDED = of(NumberMath.class, "rounded", SqlTypeName.DOUBLE);
  static final MethodOperator ROUNDED_WHOLE =
      of(NumberMath.class, "roundedWhole", SqlTypeName.BIGINT);
  static final MethodOperator TRUNCATED = of(NumberMath.class, "truncated", SqlTypeName.DOUBLE);
  static final MethodOperator TRUNCATED_WHOLE =
      of(NumberMath.class, "truncatedWhole", SqlTypeName.BIGINT);
  static final MethodOperator SQUARE_ROOT = of(NumberMath.class, "squareRoot", SqlTypeName.DOUBLE);
  static final MethodOperator REMAINDER = of(NumberMath.class, "remainder", SqlTypeName.DOUBLE);
  static final MethodOperator DOUBLE_OF_TEXT = of(NumberTexts.class, "decimal", SqlTypeName.DOUBLE);
  static final MethodOperator WHOLE_OF_TEXT = of(NumberTexts.class, "whole", SqlTypeName.BIGINT);
  static final MethodOperator TIMESTAMP_OF_TEXT =
      of(TimeTexts.class, "timestamp", SqlTypeName.TIMESTAMP);
  static final MethodOperator DATE_OF_TEXT = of(TimeTexts.class, "date", SqlTypeName.DATE);
  static final MethodOperator TIME_OF_TEXT = of(TimeTexts.class, "time", SqlTypeName.TIME);
  static final MethodOperator CHAR_LENGTH = of(TextMath.class, "charLength", SqlTypeName.INTEGER);
  static final MethodOperator SUBSTRING_FROM =
      of(TextMath.class, "substringFrom", SqlTypeName.VARCHAR);
  static final MethodOperator SUBSTRING = of(TextMath.class, "substring", SqlTypeName.VARCHAR);
  static final MethodOperator LEFT = of(TextMath.class, "left", SqlTypeName.VARCHAR);

  /** A text cut or filled up with blanks to a number of characters. */
  public static final MethodOperator PADDED = of(TextMath.class, "padded", SqlTypeName.CHAR);

  static final MethodOperator RIGHT = of(TextMath.class, "right", SqlTypeName.VARCHAR);
  static final MethodOperator POSITION = of(TextMath.class, "position", SqlTypeName.INTEGER);
  static final MethodOperator POSITION_FROM =
      of(TextMath.class, "positionFrom", SqlTypeName.INTEGER);

  private final Method method;

  private MethodOperator(Method method, SqlTypeName result) {
    super(
        new SqlIdentifier("$" + method.getName(), SqlParserPos.ZERO),
        SqlKind.OTHER_FUNCTION,
        ReturnTypes.explicit(result).andThen(SqlTypeTransforms.TO_NULLABLE),
        InferTypes.FIRST_KNOWN,
        OperandTypes.operandMetadata(
            Collections.nCopies(method.getParameterCount(), SqlTypeFamily.ANY),
            types -> List.of(),
            operand -> "argument" + operand,
            operand -> false),
        new Definition(method, result));
    this.method = method;
  }

  private static MethodOperator of(Class<?> type, String name, SqlTypeName result) {
    Method method =
        Arrays.stream(type.getMethods())
            .filter(candidate -> candidate.getName().equals(name))
            .findFirst()
            .orElseThrow();
    MethodOperator operator = new MethodOperator(method, result);
    ALL.add(operator);
    return operator;
  }

  /** All of them. */
  static List<SqlOperator> all() {
    return List.copyOf(ALL);
  }

  int arity() {
    return method.getParameterCount();
  }

  /** A call, null when an argument is. */
  public RexNode call(RexBuilder rex, RexNode... arguments) {
    return rex.makeCall(this, arguments);
  }

  private record Definition(Method method, SqlTypeName result)
      implements ScalarFunction, ImplementableFunction {
    @Override
    public CallImplementor getImplementor() {
      return RexImpTable.createImplementor(
          (translator, call, operands) -> {
            List<Expression> arguments = new ArrayList<>(operands.size());
            for (int i = 0; i < operands.size(); i++) {
              arguments.add(EnumUtils.convert(operands.get(i), method.getParameterTypes()[i]));
            }
            return Expressions.call(method, arguments);
          },
          NullPolicy.STRICT,
          false);
    }

    @Override
    public RelDataType getReturnType(RelDataTypeFactory types) {
      return types.createSqlType(result);
    }

    @Override
    public List<FunctionParameter> getParameters() {
      return List.of();
    }
  }
}
