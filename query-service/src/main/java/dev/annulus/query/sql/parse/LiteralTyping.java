package dev.annulus.query.sql.parse;

import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlNumericLiteral;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.SqlTypeName;

/**
 * Gives number literals the types of the store's columns: whole ones BIGINT, all others DOUBLE. So
 * {@code 1700000000 * 60} does not overflow and {@code 0.1} needs no decimal arithmetic. Literals
 * that say something other than a value, such as ordinals, limits and the digits of {@code round},
 * stay as they are.
 */
public final class LiteralTyping {
  private static final Set<SqlKind> VALUES =
      EnumSet.of(
          SqlKind.PLUS,
          SqlKind.MINUS,
          SqlKind.TIMES,
          SqlKind.DIVIDE,
          SqlKind.MOD,
          SqlKind.MINUS_PREFIX,
          SqlKind.PLUS_PREFIX,
          SqlKind.EQUALS,
          SqlKind.NOT_EQUALS,
          SqlKind.LESS_THAN,
          SqlKind.LESS_THAN_OR_EQUAL,
          SqlKind.GREATER_THAN,
          SqlKind.GREATER_THAN_OR_EQUAL,
          SqlKind.IS_DISTINCT_FROM,
          SqlKind.IS_NOT_DISTINCT_FROM,
          SqlKind.BETWEEN,
          SqlKind.IN,
          SqlKind.NOT_IN,
          SqlKind.CASE,
          SqlKind.VALUES,
          SqlKind.ROW,
          SqlKind.CAST,
          SqlKind.COALESCE,
          SqlKind.NULLIF,
          SqlKind.GREATEST,
          SqlKind.LEAST,
          SqlKind.SUM,
          SqlKind.AVG,
          SqlKind.MIN,
          SqlKind.MAX);

  private final Set<String> functions;

  /**
   * A typing.
   *
   * @param functions upper-case names of the functions whose arguments are plain values
   */
  public LiteralTyping(Set<String> functions) {
    this.functions = Set.copyOf(functions);
  }

  /** Replaces the literals of a tree in place. */
  public void apply(SqlNode node) {
    if (node instanceof SqlCall call) {
      for (int i = 0; i < call.operandCount(); i++) {
        SqlNode operand = call.operand(i);
        if (operand == null) {
          continue;
        }
        boolean plain = isPlain(call, i);
        if (operand instanceof SqlNodeList list) {
          list.replaceAll(element -> element == null ? null : typed(element, plain));
        } else {
          SqlNode typed = typed(operand, plain);
          if (typed != operand) {
            call.setOperand(i, typed);
          }
        }
      }
    }
  }

  private SqlNode typed(SqlNode node, boolean plain) {
    if (plain && node instanceof SqlNumericLiteral number) {
      return typed(number);
    }
    if (node instanceof SqlNodeList list) {
      list.replaceAll(element -> element == null ? null : typed(element, plain));
    }
    apply(node);
    return node;
  }

  private static SqlNode typed(SqlNumericLiteral number) {
    BigDecimal value = number.bigDecimalValue();
    if (value == null || !number.isExact()) {
      return number;
    }
    return number.isInteger() && value.toBigIntegerExact().bitLength() <= 63
        ? new WholeNumber(value, number.getParserPosition())
        : SqlLiteral.createApproxNumeric(value.toString(), number.getParserPosition());
  }

  /** Whether a literal that is this operand is nothing but a value. */
  private boolean isPlain(SqlCall call, int operand) {
    SqlKind kind = call.getKind();
    if (call instanceof SqlSelect) {
      return operand == 1;
    }
    if (kind == SqlKind.AS) {
      return operand == 0;
    }
    return VALUES.contains(kind)
        || (call.getOperator() instanceof SqlFunction function
            && functions.contains(function.getName().toUpperCase(Locale.ROOT)));
  }

  /** A whole number of type BIGINT, however small. */
  private static final class WholeNumber extends SqlNumericLiteral {
    WholeNumber(BigDecimal value, SqlParserPos pos) {
      super(value, null, 0, true, pos);
    }

    @Override
    public RelDataType createSqlType(RelDataTypeFactory factory) {
      return factory.createSqlType(SqlTypeName.BIGINT);
    }

    @Override
    public SqlNumericLiteral clone(SqlParserPos pos) {
      BigDecimal value = bigDecimalValue();
      return value == null ? super.clone(pos) : new WholeNumber(value, pos);
    }
  }
}
