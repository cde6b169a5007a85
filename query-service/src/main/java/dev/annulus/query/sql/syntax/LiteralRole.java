package dev.annulus.query.sql.syntax;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlUnresolvedFunction;

/** What a literal means where it stands. */
enum LiteralRole {
  /** A value like any other: it can become a parameter. */
  VALUE,
  /** A value that the planner has to know. */
  FIXED_VALUE,
  /** Something other than a value: an ordinal, a limit, the digits of {@code round}. */
  FIXED;

  /** Functions of a value, a number of rows, and maybe another value. */
  private static final Set<String> OFFSETS =
      Set.of("LAG", "LEAD", "NTH_VALUE", "FIRST_VALUE", "LAST_VALUE");

  private static final Set<SqlKind> VALUES =
      EnumSet.of(
          SqlKind.PLUS,
          SqlKind.MINUS,
          SqlKind.TIMES,
          SqlKind.DIVIDE,
          SqlKind.MOD,
          SqlKind.MINUS_PREFIX,
          SqlKind.PLUS_PREFIX,
          SqlKind.IS_DISTINCT_FROM,
          SqlKind.IS_NOT_DISTINCT_FROM,
          SqlKind.BETWEEN,
          SqlKind.IN,
          SqlKind.NOT_IN,
          SqlKind.CASE,
          SqlKind.COALESCE,
          SqlKind.NULLIF,
          SqlKind.GREATEST,
          SqlKind.LEAST,
          SqlKind.SUM,
          SqlKind.AVG,
          SqlKind.MIN,
          SqlKind.MAX);

  /** The role of an argument of a function that is not looked up yet. */
  private static LiteralRole ofFunction(String name, int operand, Set<String> functions) {
    if (functions.contains(name)) {
      return VALUE;
    }
    return OFFSETS.contains(name) && operand != 1 ? FIXED_VALUE : FIXED;
  }

  /**
   * The role of a literal that is an operand of a call.
   *
   * @param functions upper-case names of the functions whose arguments are plain values
   */
  static LiteralRole of(SqlCall call, int operand, Set<String> functions) {
    SqlKind kind = call.getKind();
    if (call instanceof SqlSelect) {
      return operand == 1 ? VALUE : FIXED;
    }
    return switch (kind) {
      case AS, CAST -> operand == 0 ? VALUE : FIXED;
      case VALUES, ROW -> FIXED_VALUE;
      case LAG, LEAD -> operand == 1 ? FIXED : FIXED_VALUE;
      case OTHER_FUNCTION ->
          call.getOperator() instanceof SqlUnresolvedFunction function
              ? ofFunction(function.getName().toUpperCase(Locale.ROOT), operand, functions)
              : FIXED;
      case EQUALS, NOT_EQUALS, LESS_THAN, LESS_THAN_OR_EQUAL, GREATER_THAN, GREATER_THAN_OR_EQUAL ->
          call.getOperandList().stream().allMatch(SqlLiteral.class::isInstance)
              ? FIXED_VALUE
              : VALUE;
      default ->
          VALUES.contains(kind)
                  || (call.getOperator() instanceof SqlFunction function
                      && functions.contains(function.getName().toUpperCase(Locale.ROOT)))
              ? VALUE
              : FIXED;
    };
  }
}
