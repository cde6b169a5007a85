package dev.annulus.query.sql.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlLimits;
import dev.annulus.query.sql.SqlRequest;
import dev.annulus.query.sql.plan.SqlFixture.Result;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which texts share a plan, and that sharing does not show in the rows. */
class PlanCacheIT {
  private static final long START = 1_700_000_000L;

  @TempDir private static Path directory;
  private static SqlFixture fixture;

  @BeforeAll
  static void writeSamples() {
    fixture = new SqlFixture(directory);
    fixture.gauge(42, "cpu", Map.of("host", "demo"), START, 100, ts -> ts % 60);
    fixture.gauge(43, "cpu", Map.of("host", "other"), START, 100, ts -> ts % 7);
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  private static boolean isCached(Result result) {
    return result.cursor().stats().planCached();
  }

  @Test
  void the_same_text_with_new_times_and_ids_is_a_hit() {
    String sql = "SELECT ts FROM samples WHERE metric_id = %d AND ts BETWEEN %d AND %d ORDER BY ts";

    Result first = fixture.query(sql.formatted(42, START, START + 1));
    Result second = fixture.query(sql.formatted(43, START + 5, START + 7));

    assertThat(isCached(first)).isFalse();
    assertThat(isCached(second)).isTrue();
    assertThat(first.column(0)).containsExactly(START, START + 1);
    assertThat(second.column(0)).containsExactly(START + 5, START + 6, START + 7);
  }

  @Test
  void comments_and_white_space_do_not_matter() {
    fixture.query("SELECT value AS a1 FROM samples WHERE metric_id = 42");

    assertThat(
            isCached(
                fixture.query(
                    "SELECT value -- a comment\n  AS a1\tFROM samples /* ; */ WHERE metric_id ="
                        + " 43;")))
        .isTrue();
  }

  @Test
  void the_bounds_of_the_request_are_no_part_of_the_plan() {
    SqlRequest request =
        SqlRequest.of("SELECT count(*) AS a2 FROM samples", fixture.engine.limits());

    Result first = fixture.query(request.withMetricIds(List.of(42L)));
    Result second =
        fixture.query(request.withMetricIds(List.of(42L, 43L)).withRange(START, START + 9));

    assertThat(isCached(second)).isTrue();
    assertThat(List.of(first.only(), second.only())).containsExactly(100L, 20L);
    assertThat(fixture.failure(request).code()).isEqualTo(SqlErrorCode.MISSING_BOUND);
  }

  @Test
  void lists_of_any_length_share_a_plan() {
    String sql = "SELECT DISTINCT metric_id AS a3 FROM samples WHERE metric_id IN (%s) ORDER BY 1";

    Result first = fixture.query(sql.formatted("42"));
    Result second = fixture.query(sql.formatted("41, 42, 43, 44"));

    assertThat(isCached(second)).isTrue();
    assertThat(first.column(0)).containsExactly(42L);
    assertThat(second.column(0)).containsExactly(42L, 43L);
    assertThat(second.cursor().stats().series()).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource({
    "SELECT ts FROM samples WHERE metric_id = 42 LIMIT %s, 2, 3",
    "SELECT ts FROM samples WHERE metric_id = 42 OFFSET %s ROWS, 90, 95",
    "SELECT ts - value FROM samples WHERE metric_id = 42 ORDER BY %s LIMIT 1, 1, -value",
    "'SELECT round(value / 7, %s) FROM samples WHERE metric_id = 42', 1, 2",
    "'SELECT lag(value, %s) OVER (ORDER BY ts) FROM samples WHERE metric_id = 42', 1, 2",
    "'SELECT a, b FROM (VALUES (1, %s)) AS t(a, b)', 1, 2",
    "SELECT CAST(ts / %s AS INTEGER) FROM samples WHERE metric_id = 42, 10, 1e1",
    "'SELECT ts + 1, ts + %s FROM samples WHERE metric_id = 42', 1, 2",
    "SELECT '%s' || 'x' FROM samples WHERE metric_id = 42, a, b"
  })
  void literals_that_are_more_than_values_have_plans_of_their_own(
      String sql, String one, String other) {
    Result first = fixture.query(sql.formatted(one));
    Result second = fixture.query(sql.formatted(other));

    assertThat(isCached(first)).isFalse();
    assertThat(isCached(second)).isFalse();
    assertThat(first.rows()).isEqualTo(fixture.queryUncached(sql.formatted(one)).rows());
    assertThat(second.rows()).isEqualTo(fixture.queryUncached(sql.formatted(other)).rows());
    assertThat(isCached(fixture.query(sql.formatted(one)))).isTrue();
  }

  @Test
  void literals_that_are_equal_in_one_text_may_differ_in_another() {
    String sql = "SELECT ts / %d, count(*) FROM samples WHERE metric_id = 42 GROUP BY ts / %d";

    assertThat(fixture.query(sql.formatted(100, 100)).rows()).hasSize(1);
    assertThat(fixture.query(sql.formatted(10, 10)).rows()).hasSize(10);
    assertThat(fixture.failure(sql.formatted(10, 100)).code())
        .isEqualTo(SqlErrorCode.INVALID_QUERY);
  }

  @Test
  void columns_are_named_as_this_text_writes_them() {
    String sql =
        "SELECT value + %d, avg( value ) OVER (), ts, s.metric_id, 'x', count(*) AS n"
            + " FROM samples s WHERE metric_id = 42 GROUP BY value, ts, metric_id";

    fixture.query(sql.formatted(1));
    Result second = fixture.query(sql.formatted(17));

    assertThat(isCached(second)).isTrue();
    assertThat(second.columns())
        .containsExactly("value + 17", "avg( value ) OVER ()", "ts", "metric_id", "'x'", "n");
  }

  @Test
  void names_survive_stars_and_set_operations() {
    assertThat(
            fixture
                .query(
                    "WITH a AS (SELECT CASE WHEN 1 = 1 THEN 2 ELSE 3 END, 1 IS DISTINCT FROM 2)"
                        + " SELECT *, 5 * 5 FROM a UNION ALL SELECT 1, TRUE, 2")
                .columns())
        .containsExactly("CASE WHEN 1 = 1 THEN 2 ELSE 3 END", "1 IS DISTINCT FROM 2", "5 * 5");
  }

  @Test
  void queries_that_come_together_are_planned_once() throws Exception {
    CyclicBarrier start = new CyclicBarrier(8);
    List<CompletableFuture<Result>> all =
        IntStream.range(0, 8)
            .mapToObj(
                i ->
                    CompletableFuture.supplyAsync(
                        () -> {
                          await(start);
                          return fixture.query(
                              "SELECT min(ts) + %d AS together FROM samples WHERE metric_id = 42"
                                  .formatted(i));
                        },
                        task -> new Thread(task).start()))
            .toList();

    for (int i = 0; i < all.size(); i++) {
      assertThat(all.get(i).get().only()).isEqualTo(START + i);
    }
    assertThat(all.stream().filter(result -> !isCached(result.join()))).hasSize(1);
  }

  @Test
  void planning_is_metered() {
    PlanMeter meter = fixture.engine.planning();
    long misses = meter.misses();
    long hits = meter.hits();
    double compiled = meter.seconds(PlanMeter.Phase.COMPILE);

    fixture.query("SELECT 7 AS metered");
    fixture.query("SELECT 8 AS metered");

    assertThat(meter.misses()).isEqualTo(misses + 1);
    assertThat(meter.hits()).isEqualTo(hits + 1);
    assertThat(meter.seconds(PlanMeter.Phase.COMPILE)).isGreaterThan(compiled);
  }

  @Test
  void a_failure_is_not_remembered() {
    String sql = "SELECT wrong%d FROM samples WHERE metric_id = 42";

    assertThat(fixture.failure(sql.formatted(1)).code()).isEqualTo(SqlErrorCode.UNKNOWN_COLUMN);
    assertThat(fixture.failure(sql.formatted(1)).code()).isEqualTo(SqlErrorCode.UNKNOWN_COLUMN);
  }

  @Test
  void more_texts_than_plans_are_kept_still_run(@TempDir Path other) {
    SqlLimits few = SqlLimits.DEFAULT.withCachedPlans(2);
    try (SqlFixture small = new SqlFixture(other, few)) {
      for (int i = 0; i < 12; i++) {
        assertThat(small.query("SELECT 1 AS a" + i % 4).columns()).containsExactly("a" + i % 4);
      }
    }
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
