package dev.annulus.query.sql.function;

import dev.annulus.query.sql.FunctionDoc;
import dev.annulus.query.sql.FunctionDoc.Kind;
import dev.annulus.query.sql.function.Deviation.StddevPop;
import dev.annulus.query.sql.function.Deviation.StddevSamp;
import dev.annulus.query.sql.function.Deviation.VarPop;
import dev.annulus.query.sql.function.Deviation.VarSamp;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.fun.SqlLibraryOperators;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;

/** The functions of standard SQL and its dialects that a query may call, with their docs. */
final class StandardFunctions {
  private static final String STRICT = "null when an argument is";
  private static final String SKIPS = "skips nulls; null without any value";

  private final List<FunctionDoc> docs = new ArrayList<>();
  private final List<SqlOperator> operators = new ArrayList<>();

  StandardFunctions() {
    numbers();
    trigonometry();
    choices();
    texts();
    times();
    aggregates();
    windows();
  }

  List<FunctionDoc> docs() {
    return docs;
  }

  List<SqlOperator> operators() {
    return operators;
  }

  private void numbers() {
    scalar(Remainder.INSTANCE, "mod(a, b)", "the remainder of a / b, as a % b");
    scalar(SqlStdOperatorTable.ABS, "abs(x)", "x without its sign");
    scalar(SqlStdOperatorTable.CEIL, "ceil(x)", "the least whole number not below x");
    scalar(SqlStdOperatorTable.FLOOR, "floor(x)", "the greatest whole number not above x");
    scalar(SqlStdOperatorTable.ROUND, "round(x [, digits])", "x rounded, halves away from zero");
    scalar(SqlStdOperatorTable.TRUNCATE, "truncate(x [, digits])", "x cut off towards zero");
    scalar(SqlStdOperatorTable.SIGN, "sign(x)", "-1, 0 or 1");
    scalar(SqlStdOperatorTable.SQRT, "sqrt(x)", "the square root");
    scalar(SqlStdOperatorTable.CBRT, "cbrt(x)", "the cube root");
    scalar(SqlStdOperatorTable.POWER, "power(x, y)", "x to the power of y");
    scalar(SqlStdOperatorTable.EXP, "exp(x)", "e to the power of x");
    scalar(SqlStdOperatorTable.LN, "ln(x)", "the natural logarithm");
    scalar(SqlStdOperatorTable.LOG10, "log10(x)", "the logarithm to base 10");
    add(SqlStdOperatorTable.PI, Kind.SCALAR, "pi()", "the number pi", "never null");
  }

  private void trigonometry() {
    scalar(SqlStdOperatorTable.SIN, "sin(x)", "the sine of x radians");
    scalar(SqlStdOperatorTable.COS, "cos(x)", "the cosine of x radians");
    scalar(SqlStdOperatorTable.TAN, "tan(x)", "the tangent of x radians");
    scalar(SqlStdOperatorTable.COT, "cot(x)", "the cotangent of x radians");
    scalar(SqlStdOperatorTable.ASIN, "asin(x)", "the angle of a sine, in radians");
    scalar(SqlStdOperatorTable.ACOS, "acos(x)", "the angle of a cosine, in radians");
    scalar(SqlStdOperatorTable.ATAN, "atan(x)", "the angle of a tangent, in radians");
    scalar(SqlStdOperatorTable.ATAN2, "atan2(y, x)", "the angle of a point, in radians");
    scalar(SqlStdOperatorTable.DEGREES, "degrees(x)", "radians as degrees");
    scalar(SqlStdOperatorTable.RADIANS, "radians(x)", "degrees as radians");
  }

  private void choices() {
    String all = "null when all arguments are";
    add(
        SqlStdOperatorTable.COALESCE,
        Kind.SCALAR,
        "coalesce(a, b, …)",
        "the first argument that is not null",
        all);
    add(SqlLibraryOperators.IFNULL, Kind.SCALAR, "ifnull(a, b)", "a, or b where a is null", all);
    add(
        SqlStdOperatorTable.NULLIF,
        Kind.SCALAR,
        "nullif(a, b)",
        "a, but null where a = b",
        "null when a is, or a = b");
    scalar(SqlLibraryOperators.GREATEST, "greatest(a, b, …)", "the largest argument");
    scalar(SqlLibraryOperators.LEAST, "least(a, b, …)", "the smallest argument");
  }

  private void texts() {
    scalar(SqlStdOperatorTable.LOWER, "lower(text)", "in lower case");
    scalar(SqlStdOperatorTable.UPPER, "upper(text)", "in upper case");
    scalar(SqlStdOperatorTable.CHAR_LENGTH, "char_length(text)", "how many characters");
    scalar(SqlStdOperatorTable.CHARACTER_LENGTH, "character_length(text)", "how many characters");
    scalar(
        SqlStdOperatorTable.SUBSTRING,
        "substring(text FROM start [FOR length])",
        "a part of a text; the first character is 1");
    scalar(
        SqlStdOperatorTable.TRIM,
        "trim([BOTH | LEADING | TRAILING] [characters FROM] text)",
        "without blanks, or other characters, at the ends");
    scalar(
        SqlStdOperatorTable.POSITION,
        "position(part IN text)",
        "where part starts, from 1; 0 if nowhere");
    scalar(SqlLibraryOperators.LEFT, "left(text, n)", "the first n characters");
    scalar(SqlLibraryOperators.RIGHT, "right(text, n)", "the last n characters");
  }

  private void times() {
    scalar(
        SqlStdOperatorTable.EXTRACT,
        "extract(unit FROM timestamp)",
        "YEAR, MONTH, DAY, HOUR, … of a timestamp, in UTC");
    scalar(
        DateTrunc.INSTANCE,
        "date_trunc(unit, ts or timestamp [, zone])",
        "where the 'minute', 'hour', 'day', 'week', 'month', … of a time begins, in UTC or a zone"
            + " like 'Europe/Berlin'; epoch seconds give epoch seconds");
    scalar(
        SqlLibraryOperators.TIMESTAMP_SECONDS,
        "timestamp_seconds(ts)",
        "epoch seconds as a timestamp in UTC");
    scalar(
        SqlLibraryOperators.UNIX_SECONDS,
        "unix_seconds(timestamp)",
        "a timestamp in UTC as epoch seconds");
    add(
        SqlStdOperatorTable.CURRENT_TIMESTAMP,
        Kind.SCALAR,
        "current_timestamp",
        "the time of the query, in UTC",
        "never null");
    add(
        SqlStdOperatorTable.CURRENT_DATE,
        Kind.SCALAR,
        "current_date",
        "the day of the query, in UTC",
        "never null");
  }

  private void aggregates() {
    add(
        SqlStdOperatorTable.COUNT,
        Kind.AGGREGATE,
        "count(*) | count([DISTINCT] x)",
        "how many rows, or how many with a value",
        "skips nulls; never null");
    aggregate(SqlStdOperatorTable.SUM, "sum(x)", "the sum");
    aggregate(SqlStdOperatorTable.AVG, "avg(x)", "the mean, with a fraction");
    aggregate(SqlStdOperatorTable.MIN, "min(x)", "the smallest value");
    aggregate(SqlStdOperatorTable.MAX, "max(x)", "the largest value");
    aggregate(SqlStdOperatorTable.ANY_VALUE, "any_value(x)", "one of the values");
    deviation("stddev_pop", StddevPop.class, "the standard deviation of all values");
    deviation("stddev_samp", StddevSamp.class, "the standard deviation of a sample");
    deviation("stddev", StddevSamp.class, "the same as stddev_samp");
    deviation("var_pop", VarPop.class, "the variance of all values");
    deviation("var_samp", VarSamp.class, "the variance of a sample");
    deviation("variance", VarSamp.class, "the same as var_samp");
    add(
        SqlStdOperatorTable.GROUPING,
        Kind.AGGREGATE,
        "grouping(key)",
        "1 in rows where ROLLUP or GROUPING SETS leaves a key out, else 0",
        "never null");
  }

  private void windows() {
    String never = "never null";
    window(SqlStdOperatorTable.ROW_NUMBER, "row_number()", "the number of the row, from 1", never);
    window(SqlStdOperatorTable.RANK, "rank()", "the rank, with gaps after equals", never);
    window(SqlStdOperatorTable.DENSE_RANK, "dense_rank()", "the rank, without gaps", never);
    window(SqlStdOperatorTable.NTILE, "ntile(n)", "which of n parts of like size, from 1", never);
    String outside = "null where there is no such row, unless there is a default";
    window(LagOrLead.LAG, "lag(x [, n [, default]])", "x of n rows before", outside);
    window(LagOrLead.LEAD, "lead(x [, n [, default]])", "x of n rows later", outside);
    String asRow = "null where x is null in that row";
    window(FrameValue.FIRST, "first_value(x)", "x of the frame's first row", asRow);
    window(FrameValue.LAST, "last_value(x)", "x of the frame's last row", asRow);
    window(FrameValue.NTH, "nth_value(x, n)", "x of the frame's n-th row", asRow);
  }

  private void scalar(SqlOperator operator, String signature, String help) {
    add(operator, Kind.SCALAR, signature, help, STRICT);
  }

  private void aggregate(SqlOperator operator, String signature, String help) {
    add(operator, Kind.AGGREGATE, signature, help, SKIPS);
  }

  private void deviation(String name, Class<? extends Deviation> state, String help) {
    String nulls = state.getSimpleName().endsWith("Samp") ? SKIPS + ", or of only one" : SKIPS;
    add(SampleAggregate.of(name, state, "x"), Kind.AGGREGATE, name + "(x)", help, nulls);
  }

  private void window(SqlOperator operator, String signature, String help, String nulls) {
    add(operator, Kind.WINDOW, signature + " OVER (…)", help, nulls);
  }

  private void add(SqlOperator operator, Kind kind, String signature, String help, String nulls) {
    operators.add(operator);
    docs.add(new FunctionDoc(FunctionCatalog.nameOf(operator), kind, signature, help, nulls));
  }
}
