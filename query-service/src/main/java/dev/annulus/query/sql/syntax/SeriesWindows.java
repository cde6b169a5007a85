package dev.annulus.query.sql.syntax;

import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import dev.annulus.query.sql.SqlException.Position;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.calcite.sql.SqlBasicCall;
import org.apache.calcite.sql.SqlBasicTypeNameSpec;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNumericLiteral;
import org.apache.calcite.sql.SqlUnresolvedFunction;
import org.apache.calcite.sql.SqlWindow;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.util.SqlShuttle;
import org.apache.calcite.util.Util;
import org.jspecify.annotations.Nullable;

/**
 * Spells the store's window functions out in standard ones: {@code diff(v, 2) OVER w} becomes
 * {@code v - LAG(v, 2) OVER w}.
 */
final class SeriesWindows {
  private static final int MOST_ROWS = 1_000_000;
  private static final Map<String, Form> FORMS =
      Map.of(
          "diff", (f, v, n) -> f.minus(v, f.lag(v, n)),
          "period_diff", (f, v, n) -> f.minus(v, f.lag(v, n)),
          "pct_change", (f, v, n) -> f.call("series_div", f.minus(v, f.lag(v, n)), f.lag(v, n)),
          "rolling_mean", (f, v, n) -> f.rolling("avg", v, n),
          "rolling_sum", (f, v, n) -> f.rolling("sum", v, n),
          "counter_rate",
              (f, v, ts) -> f.call("bucket_rate", v, f.lag(v, null), f.minus(ts, f.lag(ts, null))),
          "locf", (f, v, none) -> f.last(v));

  private final SqlCall function;
  private final String name;
  private final SqlWindow window;
  private final SqlParserPos pos;

  private SeriesWindows(SqlCall over, SqlCall function, String name, SqlWindow window) {
    this.function = function;
    this.name = name;
    this.window = window;
    this.pos = over.getParserPosition();
  }

  /** How a function is spelt out, of its first and second argument. */
  private interface Form {
    SqlNode apply(SeriesWindows functions, SqlNode first, SqlNode second);
  }

  /**
   * What a call of {@code OVER} stands for; null if its function is not one of the store's.
   *
   * @param named the windows that the query names
   */
  static @Nullable SqlNode expand(SqlCall over, NamedWindows named) {
    if (!(over.operand(0) instanceof SqlCall function)) {
      return null;
    }
    String name = nameOf(function);
    Form form = FORMS.get(name);
    return form == null
        ? null
        : new SeriesWindows(over, function, name, named.resolve(over.operand(1))).expand(form);
  }

  /**
   * Refuses a call without {@code OVER}.
   *
   * @throws SqlException if the function needs it
   */
  static void refuseBare(SqlCall call) {
    String name = nameOf(call);
    if (FORMS.containsKey(name)) {
      throw failure(call, name + " needs OVER (…)");
    }
  }

  private static String nameOf(SqlCall call) {
    return call.getOperator() instanceof SqlUnresolvedFunction unresolved
        ? unresolved.getName().toLowerCase(Locale.ROOT)
        : "";
  }

  /** Calls {@code first} and {@code last} by their names again. */
  static void renameEnds(SqlCall call) {
    String name = Skeleton.functionName(nameOf(call));
    if (call instanceof SqlBasicCall basic && !name.equals(nameOf(call))) {
      basic.setOperator(unresolved(name, call.getParserPosition()));
    }
  }

  static SqlUnresolvedFunction unresolved(String name, SqlParserPos pos) {
    return new SqlUnresolvedFunction(
        new SqlIdentifier(name, pos),
        null,
        null,
        null,
        null,
        SqlFunctionCategory.USER_DEFINED_FUNCTION);
  }

  private SqlNode expand(Form form) {
    int arity = name.equals("locf") ? 1 : 2;
    if (function.operandCount() != arity || function.getFunctionQuantifier() != null) {
      throw failure(
          function, "%s takes %d argument%s".formatted(name, arity, arity == 1 ? "" : "s"));
    }
    if (window.getLowerBound() != null || window.getUpperBound() != null) {
      throw failure(function, name + " has a frame of its own: leave ROWS and RANGE out");
    }
    if (window.getOrderList().isEmpty()) {
      throw failure(function, name + " needs ORDER BY in OVER (…)");
    }
    SqlNode first = function.operand(0);
    SqlNode second = arity == 1 ? first : function.operand(1);
    return function.getOperandList().stream().anyMatch(SeriesWindows::isNull)
        ? nothing()
        : form.apply(this, first, second);
  }

  private static boolean isNull(SqlNode node) {
    return node instanceof SqlLiteral literal && literal.getTypeName() == SqlTypeName.NULL;
  }

  private SqlNode nothing() {
    SqlDataTypeSpec type =
        new SqlDataTypeSpec(new SqlBasicTypeNameSpec(SqlTypeName.DOUBLE, pos), pos);
    return SqlStdOperatorTable.CAST.createCall(pos, SqlLiteral.createNull(pos), type);
  }

  private SqlNode minus(SqlNode a, SqlNode b) {
    return SqlStdOperatorTable.MINUS.createCall(pos, copy(a), b);
  }

  private SqlNode lag(SqlNode value, @Nullable SqlNode rows) {
    SqlNode lag =
        rows == null
            ? SqlStdOperatorTable.LAG.createCall(pos, copy(value))
            : SqlStdOperatorTable.LAG.createCall(pos, copy(value), count(rows(rows)));
    return SqlStdOperatorTable.OVER.createCall(pos, lag, copy(window));
  }

  private SqlNode rolling(String aggregate, SqlNode value, SqlNode rows) {
    SqlNode from = SqlWindow.createPreceding(count(rows(rows) - 1), pos);
    return framed(call(aggregate, value), from);
  }

  private SqlNode last(SqlNode value) {
    return framed(call("$last_known", value), SqlWindow.createUnboundedPreceding(pos));
  }

  private SqlNode framed(SqlNode aggregate, SqlNode from) {
    SqlWindow frame = (SqlWindow) copy(window);
    frame.setRows(SqlLiteral.createBoolean(true, pos));
    frame.setLowerBound(from);
    frame.setUpperBound(SqlWindow.createCurrentRow(pos));
    return SqlStdOperatorTable.OVER.createCall(pos, aggregate, frame);
  }

  private SqlNode call(String function, SqlNode... arguments) {
    List<SqlNode> copies = Arrays.stream(arguments).map(SeriesWindows::copy).toList();
    return new SqlBasicCall(unresolved(function, pos), copies, pos);
  }

  private int rows(SqlNode literal) {
    BigDecimal value =
        literal instanceof SqlNumericLiteral number ? number.bigDecimalValue() : null;
    if (value == null
        || value.stripTrailingZeros().scale() > 0
        || value.signum() < 1
        || value.compareTo(BigDecimal.valueOf(MOST_ROWS)) > 0) {
      throw failure(
          literal, "the rows of %s must be a whole number of 1 to %d".formatted(name, MOST_ROWS));
    }
    return value.intValueExact();
  }

  private SqlNode count(int rows) {
    return SqlLiteral.createExactNumeric(String.valueOf(rows), pos);
  }

  /** Rewriting and validation change trees in place, so no node may stand in two places. */
  static SqlNode copy(SqlNode node) {
    SqlNode copy =
        node.accept(
            new SqlShuttle() {
              @Override
              public SqlNode visit(SqlIdentifier identifier) {
                return identifier.clone(identifier.getParserPosition());
              }

              @Override
              public @Nullable SqlNode visit(SqlCall call) {
                CallCopyingArgHandler copier = new CallCopyingArgHandler(call, true);
                call.getOperator().acceptCall(this, call, false, copier);
                return copier.result();
              }
            });
    return Util.first(copy, node);
  }

  static SqlException failure(SqlNode at, String message) {
    SqlParserPos pos = at.getParserPosition();
    return new SqlException(
        SqlErrorCode.INVALID_QUERY,
        message,
        new Position(
            pos.getLineNum(), pos.getColumnNum(), pos.getEndLineNum(), pos.getEndColumnNum()),
        null,
        null);
  }
}
