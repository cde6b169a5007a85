package dev.annulus.query.sql.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.query.sql.SqlErrorCode;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which queries say which metrics they read, so that they are answered, and which do not. */
class BoundsIT {
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
        "samples WHERE metric_id IN (SELECT metric_id FROM metrics WHERE name LIKE 'c%') AND value"
            + " = 100 | 1",
        "samples WHERE metric_id IN (SELECT metric_id FROM metrics WHERE name LIKE 'c%') AND ts ="
            + " 1700000041 | 2",
        "samples s JOIN metrics m ON s.metric_id = m.metric_id WHERE s.value = 0 AND s.ts ="
            + " 1700000040 | 2",
        "samples WHERE metric_id BETWEEN 1 AND 2 | 20",
        "samples WHERE metric_id >= 1 AND metric_id < 3 AND value > 1 | 18",
        "samples WHERE metric_id % 2 = 1 | 22",
        "samples WHERE CAST(metric_id AS VARCHAR) = '1' | 10",
        "samples s JOIN metrics m USING (metric_id) WHERE s.metric_id < 3 | 20",
        "samples WHERE metric_id = (SELECT min(metric_id) FROM metrics) | 10",
        "samples WHERE 1 = 0 OR metric_id = 1 | 10",
        "samples WHERE 1 = 1 AND metric_id = 1 | 10",
        "samples WHERE metric_id = 1 OR metric_id IN (SELECT metric_id FROM metrics WHERE name ="
            + " 'net') | 22",
        "samples WHERE (metric_id IN (1, 2) OR metric_id IN (SELECT 3) OR metric_id IN (SELECT 1))"
            + " AND value = 0 | 4",
        "metrics m LEFT JOIN samples s ON m.metric_id = s.metric_id WHERE s.metric_id IN (1) | 10",
        "samples JOIN metrics USING (metric_id) WHERE metric_id = 1 | 10",
        "(SELECT metric_id, lag(value) OVER (PARTITION BY metric_id ORDER BY ts) FROM samples) AS w"
            + " WHERE metric_id = 1 | 10",
        "(SELECT metric_id, lag(value) OVER (PARTITION BY metric_id ORDER BY ts) AS d FROM samples)"
            + " AS w WHERE metric_id IN (1, 2) AND d > 2 | 16",
        "(SELECT metric_id, lag(d) OVER (PARTITION BY metric_id ORDER BY ts) FROM (SELECT ts,"
            + " metric_id, diff(value, 1) OVER (PARTITION BY metric_id ORDER BY ts) AS d FROM"
            + " samples) AS v) AS w WHERE metric_id = 1 | 10",
        "(SELECT metric_id, lag(value) OVER (PARTITION BY metric_id ORDER BY ts) FROM samples WHERE"
            + " value = 0) AS w WHERE metric_id IN (SELECT metric_id FROM metrics) | 4",
      })
  void a_bound_is_seen_wherever_it_stands(String from, long count) {
    String sql = "SELECT count(*) FROM " + from;
    assertThat(fixture.query(sql).only()).isEqualTo(count);
    assertThat(fixture.queryUncached(sql).only()).isEqualTo(count);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM samples WHERE 1 = 0",
        "SELECT * FROM samples WHERE 1 <> 1 AND value > 2",
        "SELECT * FROM samples WHERE FALSE",
        "SELECT * FROM samples WHERE NULL",
        "SELECT * FROM samples WHERE NOT TRUE",
        "SELECT * FROM samples WHERE 'a' = 'b'",
        "SELECT * FROM samples WHERE 2.5 < 1",
        "SELECT * FROM samples LIMIT 0",
        "SELECT * FROM samples ORDER BY ts DESC LIMIT 0",
        "SELECT * FROM samples OFFSET 3 ROWS FETCH NEXT 0 ROWS ONLY",
        "SELECT * FROM (SELECT * FROM samples) AS t WHERE 1 = 0",
        "SELECT * FROM (SELECT * FROM samples) AS t LIMIT 0",
        "WITH w AS (SELECT * FROM samples) SELECT * FROM w WHERE 0 = 1",
      })
  void tools_may_ask_for_nothing_but_the_columns(String sql) {
    Result result = fixture.query(sql);
    assertThat(result.columns()).containsExactly("metric_id", "ts", "value", "type", "ts_ms");
    assertThat(result.rows()).isEmpty();
  }

  @Test
  void nothing_is_counted_and_summed_up_too() {
    assertThat(fixture.query("SELECT count(*), max(value) FROM samples WHERE 0 > 1").rows())
        .containsExactly(Arrays.asList(0L, null));
    assertThat(
            fixture
                .query("SELECT ts FROM samples WHERE 1 = 0 UNION ALL SELECT 5 ORDER BY 1")
                .rows())
        .containsExactly(List.of(5L));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT count(*) FROM samples",
        "SELECT count(*) FROM samples WHERE value = 3",
        "SELECT count(*) FROM samples WHERE ts = 1700000041 AND value = 3",
        "SELECT count(*) FROM samples WHERE metric_id <> 1",
        "SELECT count(*) FROM samples WHERE 1 = 1",
        "SELECT * FROM (SELECT metric_id, lag(value) OVER (ORDER BY ts) FROM samples) AS w WHERE"
            + " metric_id = 1",
        "SELECT * FROM (SELECT * FROM samples ORDER BY ts LIMIT 3) AS w WHERE metric_id = 1",
      })
  void what_would_read_everything_is_refused(String sql) {
    assertThat(fixture.failure(sql).code()).isEqualTo(SqlErrorCode.MISSING_BOUND);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CASE WHEN metric_id IN (1, 2) THEN 'a' ELSE 'b' END | [[a, 2], [b, 1]]",
        "CASE WHEN name IN ('cpu', 'x') THEN 1.5 WHEN name LIKE 'n%' THEN 2 END"
            + " | [[1.5, 2], [2.0, 1]]",
        "metric_id IN (1, 3) | [[false, 1], [true, 2]]",
        "metric_id NOT IN (1, 3) | [[false, 2], [true, 1]]",
        "metric_id BETWEEN SYMMETRIC 3 AND 2 | [[false, 1], [true, 2]]",
        "metric_id NOT BETWEEN ASYMMETRIC 2 AND 3 | [[false, 2], [true, 1]]",
        "coalesce(nullif(metric_id, 2), -1) IN (-1, 7) | [[false, 2], [true, 1]]",
        "name LIKE 'c%' AND metric_id IN (1, 2) | [[false, 1], [true, 2]]",
      })
  void whatever_can_be_selected_can_be_grouped_and_ordered_by(String key, String rows) {
    String sql = "SELECT %1$s, count(*) FROM metrics GROUP BY %1$s ORDER BY %1$s".formatted(key);
    assertThat(fixture.query(sql).rows().toString()).isEqualTo(rows);
    assertThat(fixture.queryUncached(sql).rows().toString()).isEqualTo(rows);
  }

  @Test
  void distinct_rows_are_ordered_by_filtered_aggregates_and_windows() {
    String counts = "count(*) FILTER (WHERE value > 1)";
    String rest = " FROM samples WHERE metric_id IN (1, 2) GROUP BY metric_id ORDER BY ";
    for (String order : List.of("2", "n", "n ASC NULLS LAST", "2, metric_id", "metric_id, 1")) {
      String sql = "SELECT DISTINCT metric_id, " + counts + " AS n" + rest + order;
      assertThat(fixture.query(sql).rows())
          .as(sql)
          .containsExactly(List.of(1L, 8L), List.of(2L, 10L));
    }
    Result unnamed =
        fixture.query("SELECT DISTINCT metric_id, " + counts + rest + "2 DESC LIMIT 1");
    assertThat(unnamed.columns()).containsExactly("metric_id", counts);
    assertThat(unnamed.rows()).containsExactly(List.of(2L, 10L));
    assertThat(
            fixture
                .query(
                    "SELECT DISTINCT ts_bucket(ts, 5) AS b, max(value) OVER (ORDER BY ts_bucket(ts,"
                        + " 5)) FROM samples WHERE metric_id = 1 ORDER BY 2 DESC")
                .rows())
        .containsExactly(List.of(START + 5, 81.0), List.of(START, 16.0));
  }
}
