package dev.annulus.query.sql.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.annulus.query.sql.FunctionDoc;
import dev.annulus.query.sql.FunctionDoc.Kind;
import dev.annulus.query.sql.SqlCatalog;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the engine says it knows is what a query can use. */
class SqlCatalogIT {
  private static final Map<String, String> CALLS =
      Map.ofEntries(
          Map.entry("ts_bucket", "ts_bucket(5, 2)"),
          Map.entry("time_bucket", "time_bucket(5, 2)"),
          Map.entry("align_time", "align_time(5, 2)"),
          Map.entry("shift_ts", "shift_ts(5, 2)"),
          Map.entry("clamp", "clamp(5, 1, 2.5)"),
          Map.entry("null_if_outside", "null_if_outside(5, 1, 2)"),
          Map.entry("bucket_rate", "bucket_rate(5, 1, 60)"),
          Map.entry("series_add", "series_add(1, 2.5)"),
          Map.entry("series_sub", "series_sub(1, 2.5)"),
          Map.entry("series_mul", "series_mul(1, 2.5)"),
          Map.entry("series_div", "series_div(1, 2.5)"),
          Map.entry("first", "first(value, ts)"),
          Map.entry("last", "last(value, ts)"),
          Map.entry("now", "now()"),
          Map.entry("to_timestamp", "to_timestamp(1700000000.5)"),
          Map.entry("from_unixtime", "from_unixtime(1700000000)"),
          Map.entry("to_unixtime", "to_unixtime(now())"),
          Map.entry("date_trunc", "date_trunc('hour', 1700000000)"),
          Map.entry("percentile_cont", "percentile_cont(0.9) WITHIN GROUP (ORDER BY value)"),
          Map.entry("percentile_disc", "percentile_disc(0.9) WITHIN GROUP (ORDER BY value)"),
          Map.entry("median", "median(value)"),
          Map.entry("mean", "mean(value)"),
          Map.entry("count_if", "count_if(value > 1)"),
          Map.entry("increase", "increase(value, ts)"),
          Map.entry("rate", "rate(value, ts)"),
          Map.entry("approx_percentile", "approx_percentile(value, 0.9)"),
          Map.entry("generate_series", "generate_series(0, 60, 10)"),
          Map.entry("promql", "TABLE(promql('cpu', 1700000000, 1700000008, 1))"),
          Map.entry("diff", "diff(value, 1)"),
          Map.entry("period_diff", "period_diff(value, 60)"),
          Map.entry("pct_change", "pct_change(value, 1)"),
          Map.entry("rolling_mean", "rolling_mean(value, 5)"),
          Map.entry("rolling_sum", "rolling_sum(value, 5)"),
          Map.entry("counter_rate", "counter_rate(value, ts)"),
          Map.entry("locf", "locf(value)"),
          Map.entry("mod", "mod(5, 2)"),
          Map.entry("abs", "abs(-5)"),
          Map.entry("ceil", "ceil(1.5)"),
          Map.entry("floor", "floor(1.5)"),
          Map.entry("round", "round(1.55, 1)"),
          Map.entry("truncate", "truncate(1.55, 1)"),
          Map.entry("sign", "sign(-2.5)"),
          Map.entry("sqrt", "sqrt(2)"),
          Map.entry("cbrt", "cbrt(8)"),
          Map.entry("power", "power(2, 3)"),
          Map.entry("exp", "exp(1)"),
          Map.entry("ln", "ln(2)"),
          Map.entry("log10", "log10(10)"),
          Map.entry("pi", "pi()"),
          Map.entry("sin", "sin(1)"),
          Map.entry("cos", "cos(1)"),
          Map.entry("tan", "tan(1)"),
          Map.entry("cot", "cot(1)"),
          Map.entry("asin", "asin(1)"),
          Map.entry("acos", "acos(1)"),
          Map.entry("atan", "atan(1)"),
          Map.entry("atan2", "atan2(1, 2)"),
          Map.entry("degrees", "degrees(1)"),
          Map.entry("radians", "radians(1)"),
          Map.entry("coalesce", "coalesce(NULL, 1)"),
          Map.entry("ifnull", "ifnull(NULL, 1)"),
          Map.entry("nullif", "nullif(1, 2)"),
          Map.entry("greatest", "greatest(1, 2, 3)"),
          Map.entry("least", "least(1, 2, 3)"),
          Map.entry("lower", "lower('A')"),
          Map.entry("upper", "upper('a')"),
          Map.entry("char_length", "char_length('a')"),
          Map.entry("character_length", "character_length('a')"),
          Map.entry("substring", "substring('abc' FROM 2 FOR 1)"),
          Map.entry("trim", "trim(LEADING 'x' FROM 'xa')"),
          Map.entry("position", "position('b' IN 'abc')"),
          Map.entry("left", "left('abc', 2)"),
          Map.entry("right", "right('abc', 2)"),
          Map.entry("extract", "extract(HOUR FROM timestamp_seconds(3600))"),
          Map.entry("timestamp_seconds", "timestamp_seconds(0)"),
          Map.entry("unix_seconds", "unix_seconds(TIMESTAMP '2026-01-01 00:00:00')"),
          Map.entry("current_timestamp", "current_timestamp"),
          Map.entry("current_date", "current_date"),
          Map.entry("count", "count(value)"),
          Map.entry("sum", "sum(value)"),
          Map.entry("avg", "avg(value)"),
          Map.entry("min", "min(value)"),
          Map.entry("max", "max(value)"),
          Map.entry("any_value", "any_value(value)"),
          Map.entry("stddev_pop", "stddev_pop(value)"),
          Map.entry("stddev_samp", "stddev_samp(value)"),
          Map.entry("stddev", "stddev(value)"),
          Map.entry("var_pop", "var_pop(value)"),
          Map.entry("var_samp", "var_samp(value)"),
          Map.entry("variance", "variance(value)"),
          Map.entry("grouping", "grouping(metric_id)"),
          Map.entry("row_number", "row_number()"),
          Map.entry("rank", "rank()"),
          Map.entry("dense_rank", "dense_rank()"),
          Map.entry("ntile", "ntile(3)"),
          Map.entry("lag", "lag(value, 2, 0)"),
          Map.entry("lead", "lead(value)"),
          Map.entry("first_value", "first_value(value)"),
          Map.entry("last_value", "last_value(value)"),
          Map.entry("nth_value", "nth_value(value, 2)"));

  @TempDir private static Path directory;
  private static SqlFixture fixture;
  private static SqlCatalog catalog;

  @BeforeAll
  static void open() {
    fixture = new SqlFixture(directory);
    fixture.gauge(1, "cpu", Map.of("host", "a"), 1_700_000_000L, 9, ts -> ts % 4);
    catalog = fixture.engine.catalog();
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  @Test
  void every_column_can_be_read() {
    for (SqlCatalog.Table table : catalog.tables()) {
      for (SqlCatalog.Column column : table.columns()) {
        String sql = "SELECT %s FROM %s WHERE metric_id = 1".formatted(column.name(), table.name());
        assertThat(fixture.query(sql).columns()).as(sql).containsExactly(column.name());
      }
    }
  }

  @Test
  void every_function_has_a_call_that_runs() {
    assertThat(catalog.functions())
        .extracting(FunctionDoc::name)
        .containsExactlyInAnyOrderElementsOf(CALLS.keySet());
    for (FunctionDoc function : catalog.functions()) {
      assertThat(function.signature()).startsWith(function.name());
      assertThat(function.help()).isNotBlank();
      assertThat(function.nulls()).isNotBlank();
      String call = CALLS.get(function.name());
      String sql = function.kind() == Kind.TABLE ? "SELECT * FROM " + call : "SELECT " + call;
      String from = " FROM samples WHERE metric_id = 1";
      String over = " OVER (PARTITION BY metric_id ORDER BY ts)";
      assertThatCode(
              () ->
                  fixture.query(
                      switch (function.kind()) {
                        case SCALAR, TABLE -> sql;
                        case AGGREGATE -> sql + from + " GROUP BY metric_id";
                        case WINDOW -> sql + over + from;
                      }))
          .as(sql)
          .doesNotThrowAnyException();
    }
  }

  @Test
  void names_come_once_and_in_lower_case() {
    assertThat(catalog.functions()).extracting(FunctionDoc::name).doesNotHaveDuplicates();
    assertThat(catalog.functions())
        .extracting(FunctionDoc::name)
        .allSatisfy(name -> assertThat(name).isEqualTo(name.toLowerCase(Locale.ROOT)));
  }
}
