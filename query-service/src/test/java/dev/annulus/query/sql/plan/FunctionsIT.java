package dev.annulus.query.sql.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the functions of the contract give, nulls included. */
class FunctionsIT {
  private static final long START = 1_700_000_040L;

  @TempDir private static Path directory;
  private static SqlFixture fixture;

  @BeforeAll
  static void writeSamples() {
    fixture = new SqlFixture(directory);
    fixture.gauge(1, "cpu", Map.of("host", "a"), START, 10, ts -> (ts - START) * (ts - START));
    fixture.gauge(2, "cpu", Map.of("host", "b"), START, 10, ts -> 100 - (ts - START));
    fixture.counter(3, "net", START, 12, ts -> (ts - START) % 4 * 10.0);
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ts_bucket(125, 60) | 120",
        "ts_bucket(-1, 60) | -60",
        "time_bucket(125, 60) | 120",
        "ts_bucket(5, 0) |",
        "ts_bucket(NULL, 60) |",
        "ts_bucket(125, NULL) |",
        "ts_bucket(125.9, 60.0) | 120",
        "align_time(125, 60, 10) | 70",
        "align_time(125, 60, NULL) | 120",
        "align_time(125, 60) | 120",
        "align_time(NULL, 60, 10) |",
        "align_time(125, 0, 10) |",
        "align_time(5, 60, 10) | -50",
        "shift_ts(125, -25) | 100",
        "shift_ts(125, NULL) |",
        "clamp(5, 1, 2.5) | 2.5",
        "clamp(-5, 1, 2.5) | 1.0",
        "clamp(2, NULL, 3) |",
        "null_if_outside(2, 1, 3) | 2.0",
        "null_if_outside(3.5, 1, 3) |",
        "null_if_outside(NULL, 1, 3) |",
        "series_add(1, 2.5) | 3.5",
        "series_sub(1, 2.5) | -1.5",
        "series_mul(2, 2.5) | 5.0",
        "series_div(5, 2) | 2.5",
        "series_div(5, 0) |",
        "series_div(5.0, 0.0) |",
        "series_div(NULL, 2) |",
        "bucket_rate(70, 10.0, 60) | 1.0",
        "bucket_rate(10, 70, 60) |",
        "bucket_rate(70, 10, 0) |",
        "bucket_rate(70, 10, -1) |",
        "bucket_rate(1.5e0, null, 60) |",
        "bucket_rate(5, 5, 60) | 0.0",
      })
  void scalar_functions(String call, String expected) {
    Object literals = fixture.query("SELECT " + call).only();
    Object computed =
        fixture
            .query("SELECT " + call + " FROM samples WHERE ts = " + START + " AND metric_id = 1")
            .only();

    assertThat(literals == null ? null : literals.toString()).isEqualTo(expected);
    assertThat(computed).isEqualTo(literals);
  }

  private static List<Object> window(String call, long metric) {
    return fixture
        .query(
            "SELECT v FROM (SELECT ts, %s OVER (PARTITION BY metric_id ORDER BY ts) AS v FROM"
                    .formatted(call)
                + " samples WHERE metric_id = %d) AS t ORDER BY ts LIMIT 6".formatted(metric))
        .column(0);
  }

  @Test
  void differences_look_n_rows_back() {
    assertThat(window("diff(value, 1)", 1)).containsExactly(null, 1.0, 3.0, 5.0, 7.0, 9.0);
    assertThat(window("diff(value, 2)", 1)).containsExactly(null, null, 4.0, 8.0, 12.0, 16.0);
    assertThat(window("period_diff(value, 3)", 1))
        .containsExactly(null, null, null, 9.0, 15.0, 21.0);
    assertThat(window("diff(ts, 1)", 1)).containsExactly(null, 1L, 1L, 1L, 1L, 1L);
    assertThat(window("diff(value, 1.0)", 1)).containsExactly(null, 1.0, 3.0, 5.0, 7.0, 9.0);
    assertThat(window("diff(value, NULL)", 1)).containsOnlyNulls();
    assertThat(window("diff(NULL, 1)", 1)).containsOnlyNulls();
  }

  @Test
  void changes_are_null_where_the_earlier_value_is_0() {
    assertThat(window("pct_change(value, 1)", 1))
        .containsExactly(null, null, 3.0, 1.25, 7.0 / 9, 9.0 / 16);
    assertThat(window("pct_change(ts * 0 + 2, 1)", 1))
        .containsExactly(null, 0.0, 0.0, 0.0, 0.0, 0.0);
  }

  @Test
  void rolling_functions_skip_nulls() {
    assertThat(window("rolling_mean(value, 2)", 1)).containsExactly(0.0, 0.5, 2.5, 6.5, 12.5, 20.5);
    assertThat(window("rolling_sum(value, 3)", 1)).containsExactly(0.0, 1.0, 5.0, 14.0, 29.0, 50.0);
    assertThat(window("rolling_sum(nullif(value, 4), 2)", 1))
        .containsExactly(0.0, 1.0, 1.0, 9.0, 25.0, 41.0);
    assertThat(window("rolling_mean(nullif(value, 4), 1)", 1))
        .containsExactly(0.0, 1.0, null, 9.0, 16.0, 25.0);
    assertThat(window("rolling_mean(ts - %d, 2)".formatted(START), 1))
        .containsExactly(0.0, 0.5, 1.5, 2.5, 3.5, 4.5);
  }

  @Test
  void counter_rates_leave_resets_out() {
    assertThat(window("counter_rate(value, ts)", 3))
        .containsExactly(null, 10.0, 10.0, 10.0, null, 10.0);
    assertThat(window("counter_rate(value, 5)", 3)).containsOnlyNulls();
    assertThat(window("counter_rate(value, ts * 2)", 3))
        .containsExactly(null, 5.0, 5.0, 5.0, null, 5.0);
  }

  @Test
  void windows_keep_partitions_apart_and_may_be_named() {
    assertThat(
            fixture
                .query(
                    "SELECT metric_id, diff(value, 1) OVER w, rolling_sum(value, 2) OVER (p ORDER"
                        + " BY ts) FROM samples WHERE metric_id IN (1, 2) AND ts < "
                        + (START + 2)
                        + " WINDOW p AS (PARTITION BY metric_id), w AS (p ORDER BY ts)")
                .rows())
        .containsExactlyInAnyOrder(
            Arrays.asList(1L, null, 0.0),
            List.of(1L, 1.0, 1.0),
            Arrays.asList(2L, null, 100.0),
            List.of(2L, -1.0, 199.0));
  }

  @Test
  void window_functions_take_results_of_groups() {
    assertThat(
            fixture
                .query(
                    "SELECT ts_bucket(ts, 5) AS b, diff(max(value), 1) OVER (ORDER BY ts_bucket(ts,"
                        + " 5)) FROM samples WHERE metric_id = 1 GROUP BY b ORDER BY b")
                .rows())
        .containsExactly(Arrays.asList(START, null), List.of(START + 5, 65.0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT diff(value, 0) OVER (ORDER BY ts) FROM samples WHERE metric_id = 1",
        "SELECT diff(value, 1.5) OVER (ORDER BY ts) FROM samples WHERE metric_id = 1",
        "SELECT diff(value, ts) OVER (ORDER BY ts) FROM samples WHERE metric_id = 1",
        "SELECT diff(value) OVER (ORDER BY ts) FROM samples WHERE metric_id = 1",
        "SELECT diff(value, 1) FROM samples WHERE metric_id = 1",
        "SELECT diff(value, 1) OVER () FROM samples WHERE metric_id = 1",
        "SELECT diff(value, 1) OVER nowhere FROM samples WHERE metric_id = 1",
        "SELECT rolling_sum(value, 2) OVER (ORDER BY ts ROWS 3 PRECEDING) FROM samples WHERE"
            + " metric_id = 1",
        "SELECT rolling_mean(value, 99999999) OVER (ORDER BY ts) FROM samples WHERE metric_id = 1",
      })
  void misused_window_functions_say_so(String sql) {
    assertThat(fixture.failure(sql).code()).isEqualTo(SqlErrorCode.INVALID_QUERY);
    assertThat(fixture.failure(sql).position()).isNotNull();
  }

  @Test
  void ends_gains_and_percentiles_of_groups() {
    assertThat(
            fixture
                .query(
                    "SELECT first(value, ts), last(value, ts), increase(value, ts), rate(value,"
                        + " ts), approx_percentile(value, 0.5), approx_percentile(value, 1) FROM"
                        + " samples WHERE metric_id = 3")
                .rows())
        // Three runs from 0 to 30: each reset starts at 0 again.
        .containsExactly(List.of(0.0, 30.0, 90.0, 90.0 / 11, 15.0, 30.0));
    assertThat(
            fixture
                .query(
                    "SELECT first(nullif(value, 0), ts), last(value, nullif(ts, %d)),"
                            .formatted(START + 11)
                        + " approx_percentile(value, 0.25) FROM samples WHERE metric_id = 3")
                .rows())
        .containsExactly(List.of(10.0, 20.0, 7.5));
  }

  @Test
  void aggregates_without_rows_are_null_and_gains_need_two() {
    assertThat(
            fixture
                .query(
                    "SELECT first(value, ts), last(value, ts), increase(value, ts), rate(value,"
                        + " ts), approx_percentile(value, 0.5) FROM samples WHERE metric_id = 99")
                .rows()
                .get(0))
        .containsOnlyNulls();
    assertThat(
            fixture
                .query(
                    "SELECT metric_id, increase(value, ts), rate(value, ts) FROM samples WHERE"
                        + " metric_id = 3 AND ts = %d GROUP BY metric_id".formatted(START))
                .rows()
                .get(0))
        .containsExactly(3L, null, null);
  }

  @Test
  void a_percentile_needs_a_fraction() {
    assertThat(
            fixture
                .failure("SELECT approx_percentile(value, 95) FROM samples WHERE metric_id = 1")
                .code())
        .isEqualTo(SqlErrorCode.INVALID_VALUE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "median(value) | 20.5",
        "mean(value) | 28.5",
        "mean(DISTINCT value) | 28.5",
        "count_if(value > 10) | 6",
        "countif(value > 100) | 0",
        "percentile_cont(0.5) WITHIN GROUP (ORDER BY value) | 20.5",
        "percentile_cont(0.1) WITHIN GROUP (ORDER BY value DESC) | 65.7",
        "percentile_cont(1) WITHIN GROUP (ORDER BY value) FILTER (WHERE value < 50) | 49.0",
        "percentile_disc(0.5) WITHIN GROUP (ORDER BY value) | 16.0",
        "percentile_disc(0.5) WITHIN GROUP (ORDER BY value DESC) | 25.0",
        "percentile_disc(0) WITHIN GROUP (ORDER BY value) | 0.0",
        "first(value) | 0.0",
        "last(value) | 81.0",
        "last(value + 1) | 82.0",
        "first(value) FILTER (WHERE value > 10) | 16.0",
        "max(median(value)) OVER () | 20.5",
        "median(DISTINCT CASE WHEN value < 30 THEN 0 ELSE value END) | 49.0",
        "approx_percentile(DISTINCT CASE WHEN value < 30 THEN 0 ELSE value END, 0.5) | 49.0",
        "stddev(DISTINCT CASE WHEN value < 30 THEN 0 ELSE 1 END) | 0.7071067811865476",
        "count_if(DISTINCT value > 10) | 1",
      })
  void functions_that_other_systems_have(String call, String expected) {
    String sql = "SELECT " + call + " FROM samples WHERE metric_id = 1";
    assertThat(fixture.query(sql).only().toString()).isEqualTo(expected);
    assertThat(fixture.queryUncached(sql).only().toString()).isEqualTo(expected);
    assertThat(fixture.queryUnpushed(sql).only().toString()).isEqualTo(expected);
    assertThat(fixture.query(sql).columns()).containsExactly(call);
  }

  @Test
  void first_and_last_go_by_ts_in_groups_joins_and_windows_and_ties_by_value() {
    String grouped =
        "SELECT s.metric_id, first(s.value), last(s.value), first(s.value, s.ts) FROM samples AS s"
            + " JOIN metrics AS m ON s.metric_id = m.metric_id WHERE m.name = 'cpu' GROUP BY"
            + " s.metric_id ORDER BY 1";
    String tied =
        "SELECT ts_bucket(ts, 5) AS b, first(value), last(value) FROM samples WHERE metric_id IN"
            + " (1, 2) GROUP BY b ORDER BY b";
    String turned =
        "SELECT first(value), last(value) FROM (SELECT * FROM samples WHERE metric_id IN (1, 2)"
            + " ORDER BY ts DESC, value OFFSET 0 ROWS) AS t";
    assertThat(fixture.query(grouped).rows())
        .containsExactly(List.of(1L, 0.0, 81.0, 0.0), List.of(2L, 100.0, 91.0, 100.0))
        .isEqualTo(fixture.queryUnpushed(grouped).rows());
    assertThat(fixture.query(tied).rows())
        .containsExactly(List.of(START, 100.0, 96.0), List.of(START + 5, 95.0, 91.0))
        .isEqualTo(fixture.queryUnpushed(tied).rows());
    assertThat(fixture.query(turned).rows()).containsExactly(List.of(100.0, 91.0));
    assertThat(fixture.failure("SELECT first(v) FROM (VALUES (1)) AS t(v)").getMessage())
        .isEqualTo("there is no column ts");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "LAG(value, 1, 0.0) | [0.0, 0.0, 1.0]",
        "LAG(value, 1, 0) | [0.0, 0.0, 1.0]",
        "LAG(value, 2, -1.5) | [-1.5, -1.5, 0.0]",
        "LAG(value, 1, NULL) | [null, 0.0, 1.0]",
        "LAG(value, 1, ts * 0) | [0.0, 0.0, 1.0]",
        "LAG(value + 1, 1, value) | [0.0, 1.0, 2.0]",
        "LAG(CASE WHEN value > 0 THEN 1 END, 1, 0) | [0, null, 1]",
        "LAG(nullif(value, 1), 1, 9) | [9.0, 0.0, null]",
        "LAG(ts * 0 + 1, 1, 0.5) | [0.5, 1.0, 1.0]",
        "LAG(CAST(value AS VARCHAR), 1, 'none') | [none, 0.0, 1.0]",
        "LAG(value > 0, 1, TRUE) | [true, false, true]",
        "LAG('b') | [null, b, b]",
        "LAG(CASE WHEN value > 0 THEN 'long' ELSE 'b' END, 1, 'none') | [none, b, long]",
        "LAG(DATE '2024-01-02', 1, DATE '2024-01-01') | [2024-01-01, 2024-01-02, 2024-01-02]",
        "LAG(to_timestamp(ts * 0), 1) | [null, 1970-01-01T00:00:00Z, 1970-01-01T00:00:00Z]",
        "LEAD(value, 9, 0.5) | [81.0, 0.5, 0.5]",
        "LEAD(CASE WHEN value > 1 THEN 0.5 ELSE 1 END, 1, 7) | [1.0, 0.5, 0.5]",
        "FIRST_VALUE(0.5) | [0.5, 0.5, 0.5]",
        "LAST_VALUE(CASE WHEN value > 0 THEN 1 ELSE 0.5 END) | [0.5, 1.0, 1.0]",
        "NTH_VALUE(CASE WHEN value > 0 THEN 1 ELSE 0.5 END, 1) | [0.5, 0.5, 0.5]",
      })
  void arguments_of_window_functions_may_be_of_like_types(String call, String expected) {
    assertThat(window(call, 1).subList(0, 3).toString()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "quantile(value, 0.5) | Use approx_percentile(value, p).",
        "arg_max(value, ts) | Use last(value, ts).",
        "string_agg(value) | Use a row for each value: there are no lists.",
        "first(value, ts, 1) | it is called as first(value [, ts])",
        "percentile_cont(0.5) | it is called as percentile_cont(p) WITHIN GROUP (ORDER BY value)",
        "ts_buckt(ts, 5) | Did you mean ts_bucket?",
      })
  void functions_that_are_not_there_have_a_hint(String call, String hint) {
    SqlException failure = fixture.failure("SELECT " + call + " FROM samples WHERE metric_id = 1");
    assertThat(failure.code()).isEqualTo(SqlErrorCode.UNKNOWN_FUNCTION);
    assertThat(failure.hint()).isEqualTo(hint);
  }

  @Test
  void first_and_last_values_of_a_frame() {
    assertThat(
            fixture
                .query(
                    "SELECT ts, first_value(value) OVER w, last_value(value) OVER w FROM samples"
                        + " WHERE metric_id = 1 AND ts < "
                        + (START + 3)
                        + " WINDOW w AS (ORDER BY ts ROWS 1 PRECEDING) ORDER BY ts")
                .rows())
        .containsExactly(
            List.of(START, 0.0, 0.0), List.of(START + 1, 0.0, 1.0), List.of(START + 2, 1.0, 4.0));
  }

  @Test
  void gaps_are_filled_by_joining_to_a_series() {
    String sql =
        "SELECT g.b, x.n, locf(x.n) OVER (ORDER BY g.b) AS filled, coalesce(x.n, 0) FROM"
            + " generate_series(%d, %d, 5) AS g(b) LEFT JOIN (SELECT ts_bucket(ts, 5) AS bucket,"
                .formatted(START - 5, START + 10)
            + " count(*) AS n FROM samples WHERE metric_id = 1 GROUP BY bucket) AS x"
            + " ON x.bucket = g.b ORDER BY g.b";

    assertThat(fixture.query(sql).rows())
        .containsExactly(
            Arrays.asList(START - 5, null, null, 0L),
            List.of(START, 5L, 5.0, 5L),
            List.of(START + 5, 5L, 5.0, 5L),
            Arrays.asList(START + 10, null, 5.0, 0L));
    assertThat(fixture.plan(sql)).contains("GroupScan(keys=[ts_bucket(ts, 5)]");
  }

  @Test
  void a_series_can_go_down_and_can_be_empty() {
    assertThat(fixture.query("SELECT * FROM generate_series(5, 1, -2)").column(0))
        .containsExactly(5L, 3L, 1L);
    assertThat(fixture.query("SELECT * FROM generate_series(1, 3)").column(0))
        .containsExactly(1L, 2L, 3L);
    assertThat(
            fixture
                .query(
                    "SELECT * FROM generate_series(-9223372036854775807, 9223372036854775807,"
                        + " 9223372036854775807)")
                .column(0))
        .containsExactly(-Long.MAX_VALUE, 0L, Long.MAX_VALUE);
    assertThat(
            fixture
                .failure("SELECT * FROM generate_series(-9223372036854775807, 9223372036854775807)")
                .code())
        .isEqualTo(SqlErrorCode.TOO_MANY_ROWS);
    assertThat(fixture.query("SELECT * FROM generate_series(5, 5, -1)").column(0))
        .containsExactly(5L);
    assertThat(fixture.query("SELECT * FROM generate_series(5, 1)").rows()).isEmpty();
    assertThat(fixture.query("SELECT * FROM generate_series(1, NULL, 1)").rows()).isEmpty();
    assertThat(fixture.failure("SELECT * FROM generate_series(1, 5, 0)").code())
        .isEqualTo(SqlErrorCode.INVALID_VALUE);
    assertThat(fixture.failure("SELECT * FROM generate_series(1, 5, 0.5)").code())
        .isEqualTo(SqlErrorCode.INVALID_VALUE);
  }
}
