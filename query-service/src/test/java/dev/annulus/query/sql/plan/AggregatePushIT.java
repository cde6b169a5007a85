package dev.annulus.query.sql.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.query.sql.plan.SqlFixture.Result;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which aggregates are computed while scanning. */
class AggregatePushIT {
  private static final long START = 1_700_000_040L;

  @TempDir private static Path directory;
  private static SqlFixture fixture;

  @BeforeAll
  static void writeSamples() {
    fixture = new SqlFixture(directory);
    fixture.gauge(1, "cpu", Map.of("host", "a"), START, 120, ts -> ts - START);
    fixture.gauge(2, "cpu", Map.of("host", "b"), START, 120, ts -> 1000 + ts - START);
    fixture.gauge(3, "mem", Map.of("host", "a"), START + 60, 60, ts -> 7);
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  @Test
  void groups_by_bucket_and_metric_come_from_the_scan() {
    String sql =
        "SELECT metric_id, ts_bucket(ts, 60) AS bucket, count(*) AS n, avg(value) AS mean,"
            + " min(value), max(value), sum(value), max(ts) FROM samples"
            + " WHERE metric_id IN (1, 3) GROUP BY metric_id, bucket";

    assertThat(fixture.plan(sql))
        .isEqualTo(
            "GroupScan(keys=[metric_id, ts_bucket(ts, 60)],"
                + " aggregates=[count, avg, min, max, sum, max_ts])\n"
                + "  SampleScan(metric_id=[in [1, 3]], columns=[[metric_id, ts, value]])");
    assertThat(fixture.query(sql).rows())
        .containsExactlyInAnyOrder(
            List.of(1L, START, 60L, 29.5, 0.0, 59.0, 1770.0, START + 59),
            List.of(1L, START + 60, 60L, 89.5, 60.0, 119.0, 5370.0, START + 119),
            List.of(3L, START + 60, 60L, 7.0, 7.0, 7.0, 420.0, START + 119));
  }

  @Test
  void groups_by_bucket_alone_join_the_metrics() {
    Result result =
        fixture.query(
            "SELECT time_bucket(ts, 60) AS b, sum(value) FROM samples WHERE metric_id IN (1, 3)"
                + " GROUP BY b ORDER BY b");

    assertThat(result.rows()).containsExactly(List.of(START, 1770.0), List.of(START + 60, 5790.0));
  }

  @Test
  void keys_and_conditions_of_the_other_side_of_a_join_keep_their_columns() {
    assertThat(
            fixture
                .query(
                    "SELECT g.n, (SELECT count(*) > 0 FROM samples s CROSS JOIN metrics m WHERE"
                        + " s.metric_id = 1 AND m.metric_id = g.n) FROM (VALUES (1), (3), (4)) AS g(n)"
                        + " ORDER BY 1")
                .rows())
        .containsExactly(List.of(1L, true), List.of(3L, true), List.of(4L, false));
    assertThat(
            fixture
                .query(
                    "SELECT g.n, (SELECT sum(s.value) FROM samples s CROSS JOIN metrics m WHERE"
                        + " s.metric_id = 3 AND m.metric_id < g.n) FROM (VALUES (1), (3)) AS g(n)"
                        + " ORDER BY 1")
                .rows())
        .containsExactly(Arrays.asList(1L, null), List.of(3L, 840.0));
  }

  @Test
  void a_grid_may_have_an_origin_or_no_step() {
    assertThat(
            fixture
                .query(
                    "SELECT align_time(ts, 60, 10) AS b, count(*) FROM samples WHERE metric_id = 1"
                        + " GROUP BY b ORDER BY b")
                .rows())
        .containsExactly(
            List.of(START - 50, 10L), List.of(START + 10, 60L), List.of(START + 70, 50L));
    assertThat(
            fixture
                .query(
                    "SELECT count(ts_bucket(ts, 0)), count(*) FROM samples WHERE metric_id = 1"
                        + " GROUP BY ts_bucket(ts, 0)")
                .rows())
        .containsExactly(List.of(0L, 120L));
  }

  @Test
  void without_groups_there_is_one_row_even_without_samples() {
    assertThat(
            fixture
                .query(
                    "SELECT count(*), sum(value), avg(value), min(ts) FROM samples"
                        + " WHERE metric_id = 99")
                .rows()
                .get(0))
        .containsExactly(0L, null, null, null);
    assertThat(
            fixture
                .query(
                    "SELECT metric_id, count(*) FROM samples WHERE metric_id = 99"
                        + " GROUP BY metric_id")
                .rows())
        .isEmpty();
  }

  @Test
  void conditions_on_values_stay_in_the_scan() {
    String sql =
        "SELECT count(*) FROM samples WHERE metric_id = 1 AND value > 10.5 AND value <= 20"
            + " AND ts <> 5";

    assertThat(fixture.plan(sql)).doesNotContain("GroupScan");
    assertThat(fixture.plan(sql.replace(" AND ts <> 5", "")))
        .startsWith("GroupScan(")
        .contains("value=[> 10.5], value=[<= CAST(20):DOUBLE NOT NULL]");
    assertThat(fixture.query(sql).only()).isEqualTo(10L);
    assertThat(fixture.query(sql.replace(" AND ts <> 5", "")).only()).isEqualTo(10L);
  }

  @Test
  void aggregates_pass_through_a_join_with_a_selector_map() {
    String sql =
        "WITH sel AS (SELECT 'x' AS alias, 1 AS metric_id UNION ALL SELECT 'y', 2 UNION ALL"
            + " SELECT 'y', 3) SELECT ts_bucket(s.ts, 60) AS bucket, sel.alias, avg(s.value) AS v"
            + " FROM samples AS s JOIN sel ON s.metric_id = sel.metric_id WHERE s.ts >= "
            + START
            + " GROUP BY bucket, sel.alias";

    assertThat(fixture.plan(sql))
        .contains("GroupScan(keys=[metric_id, ts_bucket(ts, 60)], aggregates=[sum, count])")
        .contains("EnumerableAggregate(group=[{0, 1}], agg#0=[SUM($2)], agg#1=[$SUM0($3)],");
    assertThat(fixture.query(sql).rows())
        .containsExactlyInAnyOrder(
            List.of(START, "x", 29.5),
            List.of(START + 60, "x", 89.5),
            List.of(START, "y", 1029.5),
            List.of(START + 60, "y", (1089.5 * 60 + 7 * 60) / 120));
  }

  @Test
  void samples_count_once_for_each_match_of_a_join() {
    assertThat(
            fixture
                .query(
                    "SELECT count(*), sum(value) FROM samples s JOIN (VALUES (3), (3), (4)) AS"
                        + " t(metric_id) ON s.metric_id = t.metric_id")
                .rows())
        .containsExactly(List.of(120L, 840.0));
  }

  @Test
  void outer_joins_keep_rows_without_samples() {
    String sql =
        "SELECT t.id, count(*), count(s.value), sum(s.value) FROM (VALUES (3), (4)) AS t(id)"
            + " LEFT JOIN samples s ON s.metric_id = t.id GROUP BY t.id ORDER BY t.id";

    assertThat(fixture.plan(sql)).contains("GroupScan(keys=[metric_id], aggregates=[count, sum])");
    assertThat(fixture.query(sql).rows().get(0)).containsExactly(3L, 60L, 60L, 420.0);
    assertThat(fixture.query(sql).rows().get(1)).containsExactly(4L, 1L, 0L, null);
  }

  @Test
  void pivots_and_filters_by_key_are_groups_too() {
    String sql =
        "SELECT ts_bucket(ts, 60) AS b, max(CASE WHEN metric_id = 1 THEN value END) AS one,"
            + " avg(value) FILTER (WHERE metric_id = 3) AS three,"
            + " count(*) FILTER (WHERE metric_id = 3) AS n"
            + " FROM samples WHERE metric_id IN (1, 2, 3) GROUP BY b ORDER BY b";

    assertThat(fixture.plan(sql)).contains("GroupScan(keys=[metric_id, ts_bucket(ts, 60)]");
    assertThat(fixture.query(sql).rows().get(0)).containsExactly(START, 59.0, null, 0L);
    assertThat(fixture.query(sql).rows().get(1)).containsExactly(START + 60, 119.0, 7.0, 60L);
  }

  @Test
  void ends_and_gains_come_from_the_scan() {
    String sql =
        "SELECT metric_id, ts_bucket(ts, 60) AS b, first(value, ts), last(value, ts),"
            + " increase(value, ts), rate(value, ts) FROM samples WHERE metric_id = 1"
            + " GROUP BY metric_id, b ORDER BY b";

    assertThat(fixture.plan(sql)).contains("aggregates=[first, last, increase, rate])");
    assertThat(fixture.query(sql).rows())
        .containsExactly(
            List.of(1L, START, 0.0, 59.0, 59.0, 1.0),
            List.of(1L, START + 60, 60.0, 119.0, 59.0, 1.0));
    assertThat(fixture.plan("SELECT last(value, ts) FROM samples WHERE metric_id IN (1, 2)"))
        .contains("aggregates=[last])");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT increase(value, ts) FROM samples WHERE metric_id IN (1, 2)",
        "SELECT sum(value * ts) FROM samples WHERE metric_id = 1",
        "SELECT count(DISTINCT value) FROM samples WHERE metric_id = 1",
        "SELECT value, count(*) FROM samples WHERE metric_id = 1 GROUP BY value",
        "SELECT ts_bucket(ts, 60), ts_bucket(ts, 30), count(*) FROM samples WHERE metric_id = 1"
            + " GROUP BY ts_bucket(ts, 60), ts_bucket(ts, 30)",
        "SELECT ts_bucket(ts, metric_id), count(*) FROM samples WHERE metric_id = 1"
            + " GROUP BY ts_bucket(ts, metric_id)",
        "SELECT count(*) FROM samples a JOIN samples b ON a.ts = b.ts WHERE a.metric_id = 1"
            + " AND b.metric_id = 2",
        "SELECT metric_id, type, count(*) FROM samples WHERE metric_id = 1"
            + " GROUP BY ROLLUP (metric_id, type)"
      })
  void what_needs_single_samples_stays_as_it_is(String sql) {
    assertThat(fixture.plan(sql)).doesNotContain("GroupScan");
  }
}
