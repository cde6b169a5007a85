package dev.annulus.query.sql.syntax;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.sql.SqlBasicCall;
import org.apache.calcite.sql.SqlBasicTypeNameSpec;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlNumericLiteral;
import org.apache.calcite.sql.SqlUnresolvedFunction;
import org.apache.calcite.sql.fun.SqlCase;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.util.SqlBasicVisitor;
import org.jspecify.annotations.Nullable;

/** Spells functions that other systems have by other names, or with fewer arguments, out. */
final class CommonNames {
  private static final SqlParserPos NOWHERE = SqlParserPos.ZERO;

  private static final Map<String, String> RENAMED =
      Map.of("mean", "avg", "to_unixtime", "unix_seconds", "countif", "count_if");

  private CommonNames() {}

  /** The same as a call of such a function; the call itself if it is of another. */
  static SqlNode spelledOut(SqlCall call) {
    if (call.getKind() == SqlKind.WITHIN_GROUP && call.operand(0) instanceof SqlCall percentile) {
      return percentile(call, percentile);
    }
    if (!(call instanceof SqlBasicCall basic
        && call.getOperator() instanceof SqlUnresolvedFunction function)) {
      return call;
    }
    String written = function.getName().toLowerCase(Locale.ROOT);
    String name = RENAMED.getOrDefault(written, written);
    if (!name.equals(written)) {
      basic.setOperator(SeriesWindows.unresolved(name, call.getParserPosition()));
    }
    int arity = call.operandCount();
    SqlParserPos pos = call.getParserPosition();
    return switch (name) {
      case "now" -> arity == 0 ? SqlStdOperatorTable.CURRENT_TIMESTAMP.createCall(pos) : call;
      case "count_if" -> arity == 1 ? countIf(basic) : call;
      case "median" ->
          arity == 1
              ? like(basic, call(pos, "approx_percentile", call.operand(0), decimal("0.5")))
              : call;
      case "first", "last" ->
          arity == 1
              ? like(basic, call(pos, name, call.operand(0), tsBeside(call.operand(0))))
              : call;
      case "to_timestamp", "from_unixtime" -> arity == 1 ? timestamp(call) : call;
      case "ts_bucket", "time_bucket", "align_time" -> Buckets.spelledOut(basic, name);
      default -> call;
    };
  }

  private static SqlNode countIf(SqlBasicCall call) {
    SqlNode one = SqlLiteral.createExactNumeric("1", NOWHERE);
    SqlNode counted =
        new SqlCase(
            call.getParserPosition(),
            null,
            SqlNodeList.of(call.operand(0)),
            SqlNodeList.of(one),
            SqlLiteral.createNull(NOWHERE));
    return SqlStdOperatorTable.COUNT.createCall(
        call.getFunctionQuantifier(), call.getParserPosition(), counted);
  }

  private static SqlNode timestamp(SqlCall call) {
    SqlParserPos pos = call.getParserPosition();
    SqlDataTypeSpec type =
        new SqlDataTypeSpec(new SqlBasicTypeNameSpec(SqlTypeName.TIMESTAMP, pos), pos);
    return SqlStdOperatorTable.CAST.createCall(pos, call.operand(0), type);
  }

  /** The column ts of the table that a value's columns are of. */
  private static SqlNode tsBeside(SqlNode value) {
    Set<List<String>> tables = new HashSet<>();
    value.accept(
        new SqlBasicVisitor<Void>() {
          @Override
          @SuppressWarnings("NullAway") // Void has no other value
          public Void visit(SqlIdentifier identifier) {
            tables.add(identifier.names.subList(0, identifier.names.size() - 1));
            return null;
          }
        });
    List<String> names = new ArrayList<>(tables.size() == 1 ? tables.iterator().next() : List.of());
    names.add("ts");
    return new SqlIdentifier(names, value.getParserPosition());
  }

  private static SqlNode percentile(SqlCall within, SqlCall percentile) {
    String name = percentile.getOperator().getName().toLowerCase(Locale.ROOT);
    boolean discrete = name.equals("percentile_disc");
    if (!(discrete || name.equals("percentile_cont")) || percentile.operandCount() != 1) {
      throw SeriesWindows.failure(
          within, "WITHIN GROUP goes with percentile_cont(p) and percentile_disc(p) only");
    }
    if (!(within.operand(1) instanceof SqlNodeList order) || order.size() != 1) {
      throw SeriesWindows.failure(within, name + " needs one column in WITHIN GROUP (ORDER BY …)");
    }
    SqlParserPos pos = within.getParserPosition();
    SqlNode value = order.get(0);
    while (value.getKind() == SqlKind.NULLS_FIRST || value.getKind() == SqlKind.NULLS_LAST) {
      value = ((SqlCall) value).operand(0);
    }
    boolean descending = value.getKind() == SqlKind.DESCENDING;
    SqlNode p = percentile.operand(0);
    if (!descending) {
      return call(pos, discrete ? "$percentile_disc" : "approx_percentile", value, p);
    }
    SqlNode column = ((SqlCall) value).operand(0);
    return negated(
        call(pos, discrete ? "$percentile_disc" : "approx_percentile", negated(column, pos), p),
        pos);
  }

  private static SqlNode negated(SqlNode number, SqlParserPos pos) {
    return SqlStdOperatorTable.UNARY_MINUS.createCall(pos, number);
  }

  private static SqlNumericLiteral decimal(String number) {
    return SqlLiteral.createApproxNumeric(number, NOWHERE);
  }

  private static SqlNode call(SqlParserPos pos, String function, SqlNode... arguments) {
    return new SqlBasicCall(SeriesWindows.unresolved(function, pos), List.of(arguments), pos);
  }

  /** A call that is as DISTINCT as the one it stands for. */
  private static SqlNode like(SqlBasicCall original, SqlNode call) {
    SqlCall spelledOut = (SqlCall) call;
    return new SqlBasicCall(
        spelledOut.getOperator(),
        spelledOut.getOperandList(),
        spelledOut.getParserPosition(),
        original.getFunctionQuantifier());
  }

  /** Whether an expression names no column. */
  static boolean isConstant(SqlNode node) {
    return names(node, null) == 0;
  }

  /** How many columns an expression names: all of them, or those of one name. */
  static int names(SqlNode node, @Nullable String only) {
    int[] count = {0};
    node.accept(
        new SqlBasicVisitor<Void>() {
          @Override
          @SuppressWarnings("NullAway") // Void has no other value
          public Void visit(SqlIdentifier identifier) {
            String last = identifier.names.get(identifier.names.size() - 1);
            count[0] += only == null || only.equalsIgnoreCase(last) ? 1 : 0;
            return null;
          }
        });
    return count[0];
  }
}
