package dev.annulus.query.sql.function;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.fun.SqlLibraryOperators;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.apache.calcite.sql2rel.SqlRexContext;
import org.apache.calcite.sql2rel.SqlRexConvertlet;
import org.apache.calcite.sql2rel.StandardConvertletTable;
import org.jspecify.annotations.Nullable;

/**
 * How calls are translated that Calcite would compute otherwise: casts between numbers and times,
 * where a number is epoch seconds, numbers as text, and functions of texts by code points.
 */
public final class OwnConvertlets {
  private static final Map<SqlOperator, List<MethodOperator>> TEXTS =
      Map.of(
          SqlStdOperatorTable.CHAR_LENGTH,
          List.of(MethodOperator.CHAR_LENGTH),
          SqlStdOperatorTable.CHARACTER_LENGTH,
          List.of(MethodOperator.CHAR_LENGTH),
          SqlStdOperatorTable.SUBSTRING,
          List.of(MethodOperator.SUBSTRING_FROM, MethodOperator.SUBSTRING),
          SqlLibraryOperators.LEFT,
          List.of(MethodOperator.LEFT),
          SqlLibraryOperators.RIGHT,
          List.of(MethodOperator.RIGHT),
          SqlStdOperatorTable.POSITION,
          List.of(MethodOperator.POSITION, MethodOperator.POSITION_FROM));

  private static final Map<SqlTypeName, MethodOperator> TIMES =
      Map.of(
          SqlTypeName.TIMESTAMP, MethodOperator.TIMESTAMP_OF_TEXT,
          SqlTypeName.DATE, MethodOperator.DATE_OF_TEXT,
          SqlTypeName.TIME, MethodOperator.TIME_OF_TEXT);

  private static final Set<SqlOperator> ROUNDING =
      Set.of(SqlStdOperatorTable.ROUND, SqlStdOperatorTable.TRUNCATE);

  private OwnConvertlets() {}

  /** The translation of a call; null if it is Calcite's. */
  public static @Nullable SqlRexConvertlet of(SqlCall call) {
    SqlOperator operator = call.getOperator();
    if (operator instanceof ScalarOperator function) {
      return function::convert;
    }
    if (operator instanceof LagOrLead window) {
      return (context, converted) -> lagOrLead(context, converted, window);
    }
    if (operator instanceof DateTrunc) {
      return OwnConvertlets::dateTrunc;
    }
    List<MethodOperator> methods = TEXTS.get(operator);
    if (methods != null) {
      return (context, converted) -> text(context, converted, methods);
    }
    if (operator instanceof Remainder remainder) {
      return remainder::convert;
    }
    if (operator.equals(SqlStdOperatorTable.POWER)) {
      return (context, converted) ->
          context.getRexBuilder().makeCall(operator, doubles(context, converted));
    }
    if (operator.equals(SqlStdOperatorTable.SQRT)) {
      return (context, converted) ->
          context.getRexBuilder().makeCall(MethodOperator.SQUARE_ROOT, doubles(context, converted));
    }
    if (ROUNDING.contains(operator)) {
      return OwnConvertlets::rounded;
    }
    return call.getKind() == SqlKind.CAST ? OwnConvertlets::cast : null;
  }

  private static RexNode text(SqlRexContext context, SqlCall call, List<MethodOperator> methods) {
    RexBuilder rex = context.getRexBuilder();
    List<RexNode> arguments = new ArrayList<>();
    call.getOperandList().forEach(operand -> arguments.add(context.convertExpression(operand)));
    MethodOperator method =
        methods.stream()
            .filter(candidate -> candidate.arity() == arguments.size())
            .findFirst()
            .orElseThrow(UnsupportedOperationException::new);
    return rex.makeCall(context.getValidator().getValidatedNodeType(call), method, arguments);
  }

  /** Arguments as doubles: which of Calcite's methods computes it else is left to chance. */
  private static List<RexNode> doubles(SqlRexContext context, SqlCall call) {
    RexBuilder rex = context.getRexBuilder();
    RelDataType type = rex.getTypeFactory().createSqlType(SqlTypeName.DOUBLE);
    List<RexNode> arguments = new ArrayList<>();
    for (SqlNode operand : call.getOperandList()) {
      RexNode argument = context.convertExpression(operand);
      arguments.add(
          rex.ensureType(
              rex.getTypeFactory().createTypeWithNullability(type, argument.getType().isNullable()),
              argument,
              true));
    }
    return arguments;
  }

  /** Of doubles and whole numbers; decimals are Calcite's. */
  private static RexNode rounded(SqlRexContext context, SqlCall call) {
    RexBuilder rex = context.getRexBuilder();
    RelDataType type = context.getValidator().getValidatedNodeType(call);
    List<RexNode> arguments = new ArrayList<>();
    call.getOperandList().forEach(operand -> arguments.add(context.convertExpression(operand)));
    boolean whole = SqlTypeUtil.isIntType(type);
    if (!whole && !SqlTypeUtil.isApproximateNumeric(type)) {
      return standard(context, call);
    }
    if (arguments.size() < 2) {
      arguments.add(rex.makeExactLiteral(BigDecimal.ZERO));
    }
    boolean rounds = call.getOperator().equals(SqlStdOperatorTable.ROUND);
    MethodOperator method =
        whole
            ? rounds ? MethodOperator.ROUNDED_WHOLE : MethodOperator.TRUNCATED_WHOLE
            : rounds ? MethodOperator.ROUNDED : MethodOperator.TRUNCATED;
    return rex.ensureType(type, rex.makeCall(method, arguments), true);
  }

  private static RexNode lagOrLead(SqlRexContext context, SqlCall call, LagOrLead window) {
    RexBuilder rex = context.getRexBuilder();
    List<RexNode> arguments = new ArrayList<>();
    call.getOperandList().forEach(operand -> arguments.add(context.convertExpression(operand)));
    RelDataType type = context.getValidator().getValidatedNodeType(call);
    if (arguments.size() > 2) {
      // Both may be null, so that the result may be.
      arguments.set(0, casted(rex, arguments.get(0), type));
      arguments.set(2, casted(rex, arguments.get(2), type));
    }
    return rex.makeCall(type, window.computed(), arguments);
  }

  private static RexNode casted(RexBuilder rex, RexNode argument, RelDataType type) {
    return argument.getType().equals(type) ? argument : rex.makeAbstractCast(type, argument, false);
  }

  private static RexNode cast(SqlRexContext context, SqlCall call) {
    RexBuilder rex = context.getRexBuilder();
    RelDataType from = type(context, call.operand(0));
    // Casts that only the translation puts in, as in an average, are not known.
    RelDataType to = context.getValidator().getValidatedNodeTypeIfKnown(call);
    if (from != null && to == null && call.operand(1) instanceof SqlDataTypeSpec spec) {
      to = spec.deriveType(context.getValidator()); // a comparison put it in
    }
    if (from == null || to == null) {
      return standard(context, call);
    }
    if (SqlTypeUtil.isNumeric(from) && isTimestamp(to)) {
      return timestamp(rex, context.convertExpression(call.operand(0)), to);
    }
    if (isTimestamp(from) && SqlTypeUtil.isNumeric(to)) {
      RexNode time = context.convertExpression(call.operand(0));
      MethodOperator number =
          SqlTypeUtil.isIntType(to)
              ? MethodOperator.SECONDS_OF_TIMESTAMP
              : MethodOperator.FRACTION_OF_TIMESTAMP;
      return rex.ensureType(to, number.call(rex, time), true);
    }
    if (SqlTypeUtil.inCharFamily(from) && TIMES.containsKey(to.getSqlTypeName())) {
      RexNode text = context.convertExpression(call.operand(0));
      return RexLiteral.isNullLiteral(text)
          ? rex.makeNullLiteral(to)
          : rex.makeCall(to, TIMES.get(to.getSqlTypeName()), List.of(text));
    }
    if (SqlTypeUtil.inCharFamily(from)
        && (SqlTypeUtil.isIntType(to) || SqlTypeUtil.isApproximateNumeric(to))) {
      RexNode text = context.convertExpression(call.operand(0));
      MethodOperator number =
          SqlTypeUtil.isIntType(to) ? MethodOperator.WHOLE_OF_TEXT : MethodOperator.DOUBLE_OF_TEXT;
      return RexLiteral.isNullLiteral(text)
          ? rex.makeNullLiteral(to)
          : converted(rex, number.call(rex, text), to);
    }
    if (SqlTypeUtil.isApproximateNumeric(from) && SqlTypeUtil.inCharFamily(to)) {
      RexNode text =
          MethodOperator.TEXT_OF_DOUBLE.call(rex, context.convertExpression(call.operand(0)));
      return rex.makeCast(to, text);
    }
    if (SqlTypeUtil.inCharFamily(from) && SqlTypeUtil.inCharFamily(to) && to.getPrecision() >= 0) {
      RexNode text = context.convertExpression(call.operand(0));
      RexNode length = rex.makeExactLiteral(BigDecimal.valueOf(to.getPrecision()));
      boolean fixed = to.getSqlTypeName() == SqlTypeName.CHAR;
      return rex.makeCall(
          to, fixed ? MethodOperator.PADDED : MethodOperator.LEFT, List.of(text, length));
    }
    return standard(context, call);
  }

  private static RexNode converted(RexBuilder rex, RexNode number, RelDataType type) {
    return rex.ensureType(
        rex.getTypeFactory().createTypeWithNullability(type, number.getType().isNullable()),
        number,
        true);
  }

  private static RexNode standard(SqlRexContext context, SqlCall call) {
    SqlRexConvertlet standard = StandardConvertletTable.INSTANCE.get(call);
    if (standard == null) {
      throw new UnsupportedOperationException("no cast");
    }
    return standard.convertCall(context, call);
  }

  private static RexNode timestamp(RexBuilder rex, RexNode number, RelDataType type) {
    if (RexLiteral.isNullLiteral(number)) {
      return rex.makeNullLiteral(type);
    }
    MethodOperator operator =
        SqlTypeUtil.isIntType(number.getType())
            ? MethodOperator.TIMESTAMP_OF_SECONDS
            : MethodOperator.TIMESTAMP_OF_FRACTION;
    return rex.makeCall(type, operator, List.of(number));
  }

  private static RexNode dateTrunc(SqlRexContext context, SqlCall call) {
    RexBuilder rex = context.getRexBuilder();
    RelDataType type = context.getValidator().getValidatedNodeType(call);
    RexNode unit = context.convertExpression(call.operand(0));
    RexNode time = context.convertExpression(call.operand(1));
    boolean zoned = call.operandCount() > 2;
    RexNode zone =
        zoned
            ? context.convertExpression(call.operand(2))
            : rex.makeLiteral("UTC", rex.getTypeFactory().createSqlType(SqlTypeName.VARCHAR), true);
    if (!SqlTypeUtil.isNumeric(time.getType())) {
      RelDataType timestamp =
          rex.getTypeFactory()
              .createTypeWithNullability(
                  rex.getTypeFactory().createSqlType(SqlTypeName.TIMESTAMP),
                  time.getType().isNullable());
      RexNode start = rex.ensureType(timestamp, time, false);
      return rex.makeCall(type, MethodOperator.TRUNC_TIMESTAMP, List.of(unit, start, zone));
    }
    RelDataType whole =
        rex.getTypeFactory()
            .createTypeWithNullability(
                rex.getTypeFactory().createSqlType(SqlTypeName.BIGINT),
                time.getType().isNullable());
    RexNode seconds = rex.ensureType(whole, time, false);
    String name =
        !zoned && unit instanceof RexLiteral literal ? literal.getValueAs(String.class) : null;
    long[] grid = name == null ? null : TimeMath.grid(name);
    return grid == null
        ? rex.makeCall(type, MethodOperator.TRUNC_SECONDS, List.of(unit, seconds, zone))
        : FunctionCatalog.alignTime(rex, seconds, grid[0], grid[1], type);
  }

  private static boolean isTimestamp(RelDataType type) {
    return type.getSqlTypeName() == SqlTypeName.TIMESTAMP;
  }

  private static @Nullable RelDataType type(SqlRexContext context, SqlNode node) {
    RelDataType known = context.getValidator().getValidatedNodeTypeIfKnown(node);
    return known == null && node instanceof SqlLiteral literal
        ? literal.createSqlType(context.getTypeFactory())
        : known;
  }
}
