package dev.annulus.query.sql.function;

import dev.annulus.query.sql.api.FunctionDoc;
import dev.annulus.query.sql.api.FunctionDoc.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.calcite.sql.SqlOperator;

/** The functions a query may call, each with its documentation: the store's own, then the rest. */
public final class FunctionCatalog {
  private static final String WHEN_ARGUMENT_IS = "null when an argument is";

  private final List<FunctionDoc> docs = new ArrayList<>();
  private final List<SqlOperator> operators = new ArrayList<>();
  private final Set<String> plainNames;

  /** All functions. */
  public FunctionCatalog() {
    time();
    values();
    arithmetic();
    plainNames =
        operators.stream()
            .map(operator -> operator.getName().toUpperCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
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
    scalar("ts_bucket", "tsBucket", "(ts, step)", bucket, step0);
    scalar("time_bucket", "tsBucket", "(ts, step)", bucket + "; same as ts_bucket", step0);
    operators.add(ScalarOperator.withLastOr0("align_time", definition("alignTime")));
    docs.add(
        new FunctionDoc(
            "align_time",
            Kind.SCALAR,
            "align_time(ts, step [, origin])",
            "start of the bucket of ts on a grid that starts at origin",
            "null when ts or step is, or step is 0; a null origin counts as 0"));
    scalar("shift_ts", "shiftTs", "(ts, offset)", "ts + offset, in seconds", "");
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

  private void scalar(String name, String method, String arguments, String help, String nulls) {
    operators.add(ScalarOperator.of(name, definition(method)));
    String rule = nulls.isEmpty() ? WHEN_ARGUMENT_IS : WHEN_ARGUMENT_IS + "; " + nulls;
    docs.add(new FunctionDoc(name, Kind.SCALAR, name + arguments, help, rule));
  }

  private static ScalarFunctionDef definition(String method) {
    return ScalarFunctionDef.of(SeriesMath.class, method);
  }
}
