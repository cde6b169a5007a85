package dev.annulus.query.sql.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The clauses of SQL: each gives the same rows with and without groups in the scan. */
class StatementsIT {
  @TempDir private static Path directory;
  private static SqlFixture fixture;

  @BeforeAll
  static void writeSamples() {
    fixture = new SqlFixture(directory);
    // ts 100 to 105: cpu of a is 0 to 5, cpu of b is 5 down to 0, mem of a is 7.
    fixture.gauge(1, "cpu", Map.of("host", "a", "zone", "x"), 100, 6, ts -> ts - 100);
    fixture.gauge(2, "cpu", Map.of("host", "b", "zone", "x"), 100, 6, ts -> 105 - ts);
    fixture.gauge(3, "mem", Map.of("host", "a"), 100, 6, ts -> 7);
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // Joins
        "SELECT s.ts, m.name FROM samples s JOIN metrics m ON s.metric_id = m.metric_id"
            + " WHERE m.name = 'mem' AND s.ts < 102 ORDER BY s.ts | [[100, mem], [101, mem]]",
        "SELECT a.ts, a.value + b.value AS v FROM samples a JOIN samples b ON a.ts = b.ts"
            + " WHERE a.metric_id = 1 AND b.metric_id = 2 AND a.ts <= 101 ORDER BY 1"
            + " | [[100, 5.0], [101, 5.0]]",
        "SELECT m.metric_id, t.tag_value FROM metrics m LEFT JOIN metric_tags t"
            + " ON m.metric_id = t.metric_id AND t.tag_key = 'zone' ORDER BY 1"
            + " | [[1, x], [2, x], [3, null]]",
        "SELECT count(*) AS n FROM (VALUES (1), (2)) AS a(x) CROSS JOIN (VALUES (1), (2)) AS b(y)"
            + " | [[4]]",
        "SELECT a.x, b.y FROM (VALUES (1), (2)) AS a(x) FULL JOIN (VALUES (2), (3)) AS b(y)"
            + " ON a.x = b.y ORDER BY coalesce(a.x, b.y) | [[1, null], [2, 2], [null, 3]]",
        // Sub-queries
        "SELECT max(value) AS v FROM samples WHERE metric_id IN (SELECT metric_id FROM metric_tags"
            + " WHERE tag_key = 'host' AND tag_value = 'a') | [[7.0]]",
        "SELECT ts FROM samples WHERE metric_id = 1 AND value ="
            + " (SELECT max(value) FROM samples WHERE metric_id = 2) | [[105]]",
        "SELECT m.metric_id FROM metrics m WHERE EXISTS (SELECT 1 FROM metric_tags t"
            + " WHERE t.metric_id = m.metric_id AND t.tag_key = 'zone') ORDER BY 1 | [[1], [2]]",
        "SELECT m.metric_id FROM metrics m WHERE m.metric_id NOT IN (SELECT metric_id FROM"
            + " metric_tags WHERE tag_key = 'zone') | [[3]]",
        // CTEs
        "WITH a AS (SELECT ts, value FROM samples WHERE metric_id = 1), b AS (SELECT * FROM a"
            + " WHERE value > 3) SELECT count(*) AS n, min(ts) AS t FROM b | [[2, 104]]",
        // Set operations
        "SELECT 1 AS x UNION ALL SELECT 1 UNION ALL SELECT 2 | [[1], [1], [2]]",
        "SELECT x FROM (SELECT 1 AS x UNION SELECT 1 UNION SELECT 2) ORDER BY x | [[1], [2]]",
        "SELECT value FROM samples WHERE metric_id = 1 INTERSECT SELECT value FROM samples"
            + " WHERE metric_id = 2 AND ts > 104 | [[0.0]]",
        "SELECT name FROM metrics EXCEPT SELECT 'cpu' | [[mem]]",
        // Grouping
        "SELECT DISTINCT name FROM metrics ORDER BY name | [[cpu], [mem]]",
        "SELECT count(DISTINCT value) AS n FROM samples WHERE metric_id IN (1, 2) | [[6]]",
        "SELECT name, count(*) AS n FROM metrics GROUP BY name HAVING count(*) > 1 | [[cpu, 2]]",
        "SELECT ts_bucket(ts, 3) AS bucket, sum(value) AS v FROM samples WHERE metric_id = 1"
            + " GROUP BY bucket HAVING sum(value) >= 6 ORDER BY bucket | [[102, 9.0]]",
        "SELECT count(*) AS n, min(value) AS v FROM samples WHERE metric_id = 1 AND ts > 200"
            + " | [[0, null]]",
        "SELECT sum(value) FILTER (WHERE ts < 103) AS early, sum(value) AS v FROM samples"
            + " WHERE metric_id = 1 | [[3.0, 15.0]]",
        // Order and pieces
        "SELECT ts FROM samples WHERE metric_id = 1 ORDER BY value DESC LIMIT 2 OFFSET 1"
            + " | [[104], [103]]",
        "SELECT ts FROM samples WHERE metric_id = 1 ORDER BY ts OFFSET 4 ROWS FETCH NEXT 1 ROWS"
            + " ONLY | [[104]]",
        "SELECT x FROM (VALUES (2), (CAST(NULL AS INTEGER)), (1)) AS t(x) ORDER BY x NULLS FIRST"
            + " | [[null], [1], [2]]",
        // Expressions
        "SELECT CASE WHEN value > 3 THEN 'high' WHEN value > 1 THEN 'mid' ELSE 'low' END AS c,"
            + " count(*) AS n FROM samples WHERE metric_id = 1 GROUP BY 1 ORDER BY 1"
            + " | [[high, 2], [low, 2], [mid, 2]]",
        // Windows
        "SELECT ts, value - LAG(value) OVER (PARTITION BY metric_id ORDER BY ts) AS d FROM samples"
            + " WHERE metric_id IN (1, 2) AND ts < 102 ORDER BY metric_id, ts"
            + " | [[100, null], [101, 1.0], [100, null], [101, -1.0]]",
        "SELECT ts FROM (SELECT ts, ROW_NUMBER() OVER (PARTITION BY metric_id ORDER BY value DESC)"
            + " AS place FROM samples WHERE metric_id IN (1, 2)) WHERE place = 1 ORDER BY ts"
            + " | [[100], [105]]",
        "SELECT sum(value) OVER (ORDER BY ts ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS v FROM"
            + " samples WHERE metric_id = 1 AND ts < 103 | [[0.0], [1.0], [3.0]]",
      })
  void eachClauseGivesItsRows(String sql, String rows) {
    assertThat(fixture.query(sql).rows()).hasToString(rows);
    assertThat(fixture.queryUnpushed(sql).rows()).hasToString(rows);
    assertThat(fixture.queryUncached(sql).rows()).hasToString(rows);
  }
}
