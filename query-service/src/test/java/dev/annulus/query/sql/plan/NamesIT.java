package dev.annulus.query.sql.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import dev.annulus.query.sql.plan.SqlFixture.Result;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.calcite.sql.parser.babel.SqlBabelParserImpl;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Words that the parser knows and users take for names. */
class NamesIT {
  private static final long START = 1_700_000_040L;

  /** What only quotes make a name of, as in most dialects. */
  private static final Set<String> RESERVED =
      Set.of(
          ("ALL AND ANY ARRAY AS ASC ASYMMETRIC BETWEEN BOTH BY CASE CAST CREATE CROSS CUBE"
                  + " CURRENT_CATALOG CURRENT_DATE CURRENT_PATH CURRENT_ROLE CURRENT_SCHEMA"
                  + " CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER DEFAULT DELETE DESC DISTINCT DROP"
                  + " ELSE END END-EXEC ESCAPE EXCEPT EXISTS EXPLAIN FALSE FETCH FOR FROM FULL"
                  + " GROUP HAVING ILIKE IN INNER INSERT INTERSECT INTO IS JOIN LATERAL"
                  + " LEADING LEFT LIKE LIMIT LOCALTIME LOCALTIMESTAMP MERGE MINUS MULTISET NATURAL"
                  + " NOT NULL OFFSET ON OR ORDER OUTER OVER PARTITION QUALIFY RECURSIVE RIGHT"
                  + " RLIKE ROLLUP SELECT SESSION_USER SIMILAR SOME SYMMETRIC SYSTEM_USER TABLE"
                  + " TABLESAMPLE THEN TRAILING TRUE UNBOUNDED UNION UNIQUE UNKNOWN UNNEST UPDATE"
                  + " USING VALUES WHEN WHERE WINDOW WITH")
              .split(" "));

  @TempDir private static Path directory;
  private static SqlFixture fixture;

  @BeforeAll
  static void writeSamples() {
    fixture = new SqlFixture(directory);
    fixture.gauge(1, "cpu", Map.of("host", "a"), START, 3, ts -> ts - START);
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  private static Set<String> keywords() {
    var parser = SqlBabelParserImpl.FACTORY.getParser(new StringReader("")).getMetadata();
    Set<String> keywords = new TreeSet<>();
    parser.getTokens().stream().filter(parser::isKeyword).forEach(keywords::add);
    assertThat(keywords).hasSizeGreaterThan(500);
    return keywords;
  }

  @Test
  void every_keyword_but_the_reserved_ones_is_a_name_wherever_a_name_can_stand() {
    for (String keyword : keywords()) {
      if (!RESERVED.contains(keyword)) {
        String name = keyword.toLowerCase(Locale.ROOT);
        String sql =
            ("WITH k AS (SELECT value AS k, ts AS t, k.metric_id FROM samples AS k WHERE metric_id"
                    + " = 1) SELECT (k + 1.5) * 2 AS k, max(k - 1), count(k) AS n, min(t) FROM k WHERE"
                    + " k >= 0 AND (k - 1) < 5 AND k.k IN (0, 1) AND CASE WHEN k BETWEEN k AND k THEN"
                    + " k ELSE - k END = k GROUP BY k HAVING k > -1 ORDER BY k DESC")
                .replaceAll("\\bk\\b", name);
        Result result = fixture.query(sql);
        assertThat(result.columns()).as(sql).startsWith(name);
        assertThat(result.rows())
            .as(sql)
            .containsExactly(List.of(5.0, 0.0, 1L, START + 1), List.of(3.0, -1.0, 1L, START));
      }
    }
  }

  @Test
  void behind_AS_and_a_dot_every_keyword_is_a_name() {
    for (String keyword : keywords()) {
      if (!keyword.contains("-")) {
        String sql =
            "SELECT t.k + 1 AS k FROM (SELECT value AS k FROM samples WHERE metric_id = 1) AS t"
                .replaceAll("\\bk\\b", keyword);
        Result result = fixture.query(sql);
        assertThat(result.columns()).as(sql).containsExactly(keyword);
        assertThat(result.column(0)).as(sql).containsExactly(1.0, 2.0, 3.0);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "avg(value + 1.5) | 2.5",
        "avg(value) + 1.5 | 2.5",
        "sum((value - 32) * 5 / 9) | -51.66666666666667",
        "sum(COALESCE(value - 32, 0)) | -93.0",
        "max(- (value + 1)) | -1.0",
        "max(abs(value - 2)) | 2.0",
        "min((value)) | 0.0",
        "max(value /* unit */ + 1) | 3.0",
        "max(VALUE+1) | 3.0",
      })
  void value_is_a_column_after_any_parenthesis(String expression, double expected) {
    String sql = "SELECT " + expression + " FROM samples WHERE metric_id = 1";
    assertThat((double) fixture.query(sql).only()).isEqualTo(expected);
    assertThat((double) fixture.queryUncached(sql).only()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT ts AS time, value FROM samples WHERE metric_id = 1 ORDER BY time",
        "SELECT ts AS \"time\", value FROM samples WHERE metric_id = 1 ORDER BY time",
        "SELECT ts AS time, value FROM samples WHERE metric_id = 1 ORDER BY \"time\"",
        "SELECT ts time, value FROM samples WHERE metric_id = 1 ORDER BY 1",
        "SELECT ts_bucket(ts, 1) AS time, avg(value) FROM samples WHERE metric_id = 1 GROUP BY time"
            + " ORDER BY time ASC NULLS FIRST OFFSET 0 ROWS FETCH FIRST 3 ROWS ONLY",
        "SELECT ts_bucket(ts, 1) AS \"time\", avg(value) AS value FROM samples WHERE metric_id = 1"
            + " GROUP BY \"time\" ORDER BY \"time\"",
        "WITH date(time, value) AS (SELECT ts, value FROM samples WHERE metric_id = 1) SELECT"
            + " date.time, date.value FROM date",
        "SELECT time, value FROM (SELECT ts AS time, value FROM samples WHERE metric_id = 1) AS"
            + " time",
      })
  void grafanas_aliases_work(String sql) {
    Result result = fixture.query(sql);
    assertThat(result.columns().get(0)).isEqualTo("time");
    assertThat(result.rows())
        .containsExactly(List.of(START, 0.0), List.of(START + 1, 1.0), List.of(START + 2, 2.0));
  }

  @Test
  void types_literals_units_and_frames_keep_their_meaning() {
    assertThat(
            fixture
                .query(
                    "SELECT DATE '2024-01-02' AS date, TIMESTAMP '2024-01-02 03:04:05' timestamp,"
                        + " EXTRACT(YEAR FROM DATE '2024-01-02') AS year, CAST(1.5 AS INTEGER) AS"
                        + " integer, '7'::BIGINT AS time, CAST(DATE '2024-01-02' AS TIMESTAMP)")
                .rows())
        .containsExactly(
            List.of("2024-01-02", "2024-01-02T03:04:05Z", 2024L, 1, 7L, "2024-01-02T00:00:00Z"));
    assertThat(
            fixture
                .query(
                    "SELECT sum(value) OVER (ORDER BY ts ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)"
                        + " AS rows, sum(value) OVER (ORDER BY ts ROWS 1 PRECEDING) AS range,"
                        + " count(*) OVER (ORDER BY ts RANGE BETWEEN UNBOUNDED PRECEDING AND"
                        + " CURRENT ROW) AS over FROM samples WHERE metric_id = 1")
                .rows())
        .containsExactly(List.of(0.0, 0.0, 1L), List.of(1.0, 1.0, 2L), List.of(3.0, 3.0, 3L));
  }

  @Test
  void errors_name_what_was_written() {
    SqlException column = fixture.failure("SELECT time FROM samples WHERE metric_id = 1");
    assertThat(column.code()).isEqualTo(SqlErrorCode.UNKNOWN_COLUMN);
    assertThat(column).hasMessage("there is no column time");
    assertThat(column.position()).isNotNull();
    SqlException syntax = fixture.failure("SELECT (value - 1 timestamp) date FROM samples");
    assertThat(syntax.code()).isEqualTo(SqlErrorCode.SYNTAX_ERROR);
    assertThat(syntax.getMessage()).matches("\\p{ASCII}*");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT metric_id, name FROM metrics JOIN tags USING (metric_id) WHERE metric_id = 1"
            + " | metric_id | [[1, cpu]]",
        "SELECT metric_id, count(*) FROM metrics m JOIN tags t USING (metric_id) WHERE t.x > 0 GROUP"
            + " BY 1 ORDER BY metric_id | metric_id | [[1, 1]]",
        "SELECT metric_id, count(*) FROM metrics JOIN tags USING (METRIC_ID) GROUP BY Metric_Id"
            + " HAVING metric_id > 0 ORDER BY metric_id DESC | metric_id | [[1, 1]]",
        "SELECT metric_id FROM metrics FULL JOIN tags USING (metric_id) WHERE metric_id > 0 ORDER BY"
            + " metric_id | metric_id | [[1], [7]]",
        "SELECT metric_id FROM metrics RIGHT JOIN tags USING (metric_id) ORDER BY metric_id"
            + " | metric_id | [[1], [7]]",
        "SELECT -x AS metric_id FROM metrics RIGHT JOIN tags USING (metric_id) ORDER BY metric_id"
            + " | metric_id | [[-6], [-5]]",
        "SELECT max(metric_id) FROM tags a JOIN tags b USING (metric_id) JOIN tags c USING"
            + " (metric_id, x) WHERE metric_id > 1 | max(metric_id) | [[7]]",
        "SELECT metric_id FROM tags a FULL JOIN metrics b USING (metric_id) JOIN tags c USING"
            + " (metric_id) ORDER BY metric_id | metric_id | [[1], [7]]",
        "SELECT metric_id FROM metrics a FULL JOIN tags b USING (metric_id) JOIN tags c USING"
            + " (metric_id) ORDER BY metric_id | metric_id | [[1], [7]]",
        "SELECT metric_id FROM metrics a RIGHT JOIN tags b USING (metric_id) JOIN tags c USING"
            + " (metric_id) ORDER BY metric_id | metric_id | [[1], [7]]",
        "SELECT metric_id FROM metrics a FULL JOIN tags b USING (metric_id) FULL JOIN"
            + " (VALUES (7), (9)) c(metric_id) USING (metric_id) ORDER BY metric_id"
            + " | metric_id | [[1], [7], [9]]",
        "SELECT metric_id FROM tags a JOIN (metrics b RIGHT JOIN tags c USING (metric_id)) USING"
            + " (metric_id) ORDER BY metric_id | metric_id | [[1], [7]]",
        "SELECT sum(x) OVER (PARTITION BY metric_id) FROM metrics JOIN tags USING (metric_id)"
            + " WHERE metric_id = 1 | sum(x) OVER (PARTITION BY metric_id) | [[5]]",
      })
  void joined_columns_need_no_table(String sql, String column, String rows) {
    String tags = "WITH tags(metric_id, x) AS (VALUES (1, 5), (7, 6)) ";
    Result result = fixture.query(tags + sql);
    assertThat(result.rows()).hasToString(rows);
    assertThat(fixture.queryUncached(tags + sql).rows()).hasToString(rows);
    assertThat(result.columns().get(0)).isEqualTo(column);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM metrics a FULL JOIN metrics b USING (metric_id) JOIN metrics c USING"
            + " (metric_id)",
        "SELECT name FROM metrics a NATURAL FULL JOIN metrics b NATURAL JOIN metrics c",
        "SELECT c.name FROM metrics a NATURAL RIGHT JOIN metrics b JOIN metrics c USING (name)",
      })
  void mergedColumnsThatCannotBeJoinedAreRefused(String sql) {
    SqlException failure = fixture.failure(sql);
    assertThat(failure.code()).isEqualTo(SqlErrorCode.UNSUPPORTED);
    assertThat(failure).hasMessageContaining("USING of a column that an outer join merges");
  }

  @Test
  void interval_is_a_name_and_begins_an_interval() {
    assertThat(
            fixture
                .query(
                    "SELECT interval, interval + 1, (interval) - 1 AS date FROM (SELECT ts AS interval"
                        + " FROM samples WHERE metric_id = 1) t WHERE t.interval > 0 AND interval <"
                        + " now() + INTERVAL '1' DAY AND interval < now() + INTERVAL -'1' HOUR"
                        + " GROUP BY interval ORDER BY interval DESC LIMIT 1")
                .rows())
        .containsExactly(List.of(START + 2, START + 3, START + 1));
  }

  @Test
  void columns_that_are_the_same_twice_can_order() {
    assertThat(
            fixture
                .query(
                    "SELECT ts, s.ts, value AS v, value AS v FROM samples s WHERE metric_id = 1 ORDER"
                        + " BY v DESC, v")
                .column(0))
        .containsExactly(START + 2, START + 1, START);
    assertThat(
            fixture
                .query("SELECT ts, (ts) FROM samples WHERE metric_id = 1 GROUP BY ts ORDER BY ts")
                .column(1))
        .containsExactly(START, START + 1, START + 2);
    assertThat(
            fixture
                .failure("SELECT ts AS x, value AS x FROM samples WHERE metric_id = 1 ORDER BY x")
                .code())
        .isEqualTo(SqlErrorCode.INVALID_QUERY);
  }
}
