package dev.annulus.query.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.query.sql.api.SqlErrorCode;
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
    assertThat(fixture.query("SELECT * FROM generate_series(5, 1)").rows()).isEmpty();
    assertThat(fixture.query("SELECT * FROM generate_series(1, NULL, 1)").rows()).isEmpty();
    assertThat(fixture.failure("SELECT * FROM generate_series(1, 5, 0)").code())
        .isEqualTo(SqlErrorCode.INVALID_VALUE);
    assertThat(fixture.failure("SELECT * FROM generate_series(1, 5, 0.5)").code())
        .isEqualTo(SqlErrorCode.INVALID_VALUE);
  }
}
