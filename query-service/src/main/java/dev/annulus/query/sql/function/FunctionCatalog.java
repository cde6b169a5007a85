package dev.annulus.query.sql.function;

import dev.annulus.query.sql.FunctionDoc;
import dev.annulus.query.sql.FunctionDoc.Kind;
import dev.annulus.query.sql.function.SampleState.First;
import dev.annulus.query.sql.function.SampleState.Increase;
import dev.annulus.query.sql.function.SampleState.Last;
import dev.annulus.query.sql.function.SampleState.Percentile;
import dev.annulus.query.sql.function.SampleState.Rate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.type.SqlTypeName;

/** The functions a query may call, each with its documentation: the store's own, then the rest. */
public final class FunctionCatalog {
  private static final String WHEN_ARGUMENT_IS = "null when an argument is";

  private static final SampleAggregate LAST_KNOWN =
      SampleAggregate.of("$last_known", SampleState.LastAdded.class, "v");
  private static final SampleAggregate PERCENTILE_DISC =
      SampleAggregate.of("$percentile_disc", SampleState.PercentileDisc.class, "value", "p");
  private static final ScalarOperator ALIGN_TIME =
      ScalarOperator.withLastOr0("align_time", definition("alignTime"));

  private final List<FunctionDoc> docs = new ArrayList<>();
  private final List<SqlOperator> operators = new ArrayList<>();
  private final Set<String> plainNames;

  /** All functions. */
  public FunctionCatalog() {
    time();
    values();
    arithmetic();
    aggregates();
    generators();
    operators.add(LikeMatch.INSTANCE);
    plainNames =
        operators.stream()
            .map(operator -> operator.getName().toUpperCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
    windows();
    StandardFunctions standard = new StandardFunctions();
    docs.addAll(standard.docs());
    operators.addAll(standard.operators());
  }

  /** What a user may read, in the order of the documentation. */
  public List<FunctionDoc> docs() {
    return List.copyOf(docs);
  }

  /** What the planner looks names up in. */
  public List<SqlOperator> operators() {
    return List.copyOf(operators);
  }

  /** Upper-case names of the store's functions all of whose arguments are plain values. */
  public Set<String> plainNames() {
    return plainNames;
  }

  static String nameOf(SqlOperator operator) {
    return operator.getName().toLowerCase(Locale.ROOT);
  }

  private void time() {
    String bucket = "start of the bucket of step seconds that ts lies in";
    String step0 = "also null for step 0";
    String steps = "; the step may be '5 minutes' or INTERVAL '5' MINUTE";
    scalar("ts_bucket", "tsBucket", "(ts, step)", bucket + steps, step0);
    scalar(
        "time_bucket",
        "tsBucket",
        "(ts, step) | time_bucket(step, ts [, origin])",
        bucket + "; same as ts_bucket",
        step0);
    operators.add(ALIGN_TIME);
    docs.add(
        new FunctionDoc(
            "align_time",
            Kind.SCALAR,
            "align_time(ts, step [, origin])",
            "start of the bucket of ts on a grid that starts at origin",
            "null when ts or step is, or step is 0; a null origin counts as 0"));
    scalar("shift_ts", "shiftTs", "(ts, offset)", "ts + offset, in seconds", "");
    spelledOut("now", Kind.SCALAR, "()", "the time of the query, a timestamp", "never null");
    String ofSeconds = "epoch seconds, which may have a fraction, as a timestamp in UTC";
    spelledOut("to_timestamp", Kind.SCALAR, "(ts)", ofSeconds, WHEN_ARGUMENT_IS);
    spelledOut("from_unixtime", Kind.SCALAR, "(ts)", ofSeconds, WHEN_ARGUMENT_IS);
    spelledOut(
        "to_unixtime",
        Kind.SCALAR,
        "(timestamp)",
        "a timestamp as epoch seconds; same as unix_seconds",
        WHEN_ARGUMENT_IS);
  }

  private void values() {
    scalar("clamp", "clamp", "(v, lo, hi)", "v moved into lo..hi", "");
    scalar(
        "null_if_outside",
        "nullIfOutside",
        "(v, lo, hi)",
        "v if it lies in lo..hi",
        "also null outside");
    scalar(
        "bucket_rate",
        "bucketRate",
        "(current, previous, seconds)",
        "increase per second from the previous bucket",
        "also null after a decrease (a reset) and for seconds <= 0");
  }

  private void arithmetic() {
    scalar("series_add", "seriesAdd", "(a, b)", "a + b", "");
    scalar("series_sub", "seriesSub", "(a, b)", "a - b", "");
    scalar("series_mul", "seriesMul", "(a, b)", "a * b", "");
    scalar("series_div", "seriesDiv", "(a, b)", "a / b", "also null for b = 0");
  }

  private void aggregates() {
    String skips = "skips rows with a null; null without any other row";
    String two = skips + ", or with only one";
    String ties = "; of rows of the same ts, the largest";
    aggregate(
        "first",
        First.class,
        List.of("value", "ts"),
        "(value [, ts])",
        "the value of the earliest row" + ties,
        skips);
    aggregate(
        "last",
        Last.class,
        List.of("value", "ts"),
        "(value [, ts])",
        "the value of the latest row" + ties,
        skips);
    aggregate(
        "increase",
        Increase.class,
        "(value, ts)",
        "what one counter gained from its first to its last row; after a reset it counts from 0",
        two);
    aggregate(
        "rate",
        Rate.class,
        "(value, ts)",
        "increase(value, ts) per second between the first and the last row",
        two);
    aggregate(
        "approx_percentile",
        Percentile.class,
        "(value, p)",
        "the value below which a fraction p of 0 to 1 lies; exact, between two values in"
            + " proportion",
        skips);
    operators.add(PERCENTILE_DISC);
    String within = "(p) WITHIN GROUP (ORDER BY value)";
    spelledOut(
        "percentile_cont",
        Kind.AGGREGATE,
        within,
        "the value below which a fraction p of 0 to 1 lies; same as approx_percentile",
        skips);
    spelledOut(
        "percentile_disc",
        Kind.AGGREGATE,
        within,
        "the first value that a fraction p of 0 to 1 of the values does not exceed",
        skips);
    spelledOut("median", Kind.AGGREGATE, "(value)", "half of the values are below", skips);
    spelledOut("mean", Kind.AGGREGATE, "(value)", "the mean; same as avg", skips);
    spelledOut(
        "count_if", Kind.AGGREGATE, "(condition)", "how many rows meet a condition", "never null");
  }

  /** Written in other functions before it is planned: see {@code syntax.CommonNames}. */
  private void spelledOut(String name, Kind kind, String arguments, String help, String nulls) {
    docs.add(new FunctionDoc(name, kind, name + arguments, help, nulls));
  }

  /** A call of align_time. */
  static RexNode alignTime(RexBuilder rex, RexNode ts, long step, long origin, RelDataType type) {
    RelDataType whole = rex.getTypeFactory().createSqlType(SqlTypeName.BIGINT);
    return rex.makeCall(
        type,
        ALIGN_TIME,
        List.of(ts, rex.makeLiteral(step, whole, false), rex.makeLiteral(origin, whole, false)));
  }

  private void aggregate(
      String name,
      Class<? extends SampleState> state,
      String arguments,
      String help,
      String nulls) {
    List<String> names = List.of(arguments.substring(1, arguments.length() - 1).split(", "));
    aggregate(name, state, names, arguments, help, nulls);
  }

  private void aggregate(
      String name,
      Class<? extends SampleState> state,
      List<String> names,
      String arguments,
      String help,
      String nulls) {
    operators.add(SampleAggregate.of(name, state, names.toArray(String[]::new)));
    docs.add(new FunctionDoc(name, Kind.AGGREGATE, name + arguments, help, nulls));
  }

  private void generators() {
    operators.add(SeriesGenerator.INSTANCE);
    docs.add(
        new FunctionDoc(
            "generate_series",
            Kind.TABLE,
            "generate_series(start, stop [, step])",
            "whole numbers from start to stop, both inclusive: LEFT JOIN buckets to it to fill"
                + " gaps",
            "without rows when an argument is null"));
    operators.add(PromqlTable.INSTANCE);
    docs.add(
        new FunctionDoc(
            "promql",
            Kind.TABLE,
            "promql(query, start, end, step)",
            "the points of a PromQL range query: ts, value, labels['name']; start and end in epoch"
                + " seconds or timestamps, step in seconds or an interval",
            "without rows when an argument is null"));
  }

  /** Written in other functions before they are planned: see {@code syntax.SeriesWindows}. */
  private void windows() {
    String rows = "null in the first n rows and when an argument is null";
    String frame = "skips nulls; null if there is no other value";
    window("diff", "(v, n)", "v - v of n rows before", rows);
    window("period_diff", "(v, n)", "v - v of n rows before; same as diff", rows);
    window("pct_change", "(v, n)", "(v - p) / p, where p is v of n rows before", rows + " or 0");
    window("rolling_mean", "(v, n)", "the mean of the last n rows, this one included", frame);
    window("rolling_sum", "(v, n)", "the sum of the last n rows, this one included", frame);
    window(
        "counter_rate",
        "(v, ts)",
        "increase per second from the row before",
        "null in the first row, after a decrease (a reset) and without a step of time");
    window("locf", "(v)", "v, or where it is null the last one before", "null before the first v");
    operators.add(LAST_KNOWN);
  }

  private void window(String name, String arguments, String help, String nulls) {
    docs.add(new FunctionDoc(name, Kind.WINDOW, name + arguments + " OVER (…)", help, nulls));
  }

  private void scalar(String name, String method, String arguments, String help, String nulls) {
    operators.add(ScalarOperator.of(name, definition(method)));
    String rule = nulls.isEmpty() ? WHEN_ARGUMENT_IS : WHEN_ARGUMENT_IS + "; " + nulls;
    docs.add(new FunctionDoc(name, Kind.SCALAR, name + arguments, help, rule));
  }

  private static ScalarFunctionDef definition(String method) {
    return ScalarFunctionDef.of(SeriesMath.class, method);
  }
}
