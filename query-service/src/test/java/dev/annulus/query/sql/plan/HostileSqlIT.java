package dev.annulus.query.sql.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.query.sql.MemoryLimits;
import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import dev.annulus.query.sql.SqlLimits;
import dev.annulus.query.sql.SqlRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Queries that mean harm: each is refused, or ended by a bound, with a failure that is the query's
 * own, and the next query is answered as if nothing had been.
 */
@Timeout(240)
class HostileSqlIT {
  private static final Set<SqlErrorCode> BOUNDS =
      EnumSet.of(
          SqlErrorCode.TOO_MANY_ROWS,
          SqlErrorCode.TOO_MANY_SAMPLES,
          SqlErrorCode.TOO_COMPLEX,
          SqlErrorCode.TIMEOUT);

  @TempDir private static Path directory;
  private static SqlFixture fixture;

  @BeforeAll
  static void writeSamples() {
    SqlLimits limits =
        new SqlLimits(
            200_000,
            64,
            2_000,
            1_000,
            1_000_000,
            10_000,
            10_000_000,
            1_000_000,
            100_000,
            20_000_000,
            MemoryLimits.ofHeap(),
            Duration.ofSeconds(10),
            100);
    fixture = new SqlFixture(directory, limits);
    fixture.gauge(1, "cpu", Map.of("host", "a"), 1_700_000_000L, 3_600, ts -> ts % 60);
  }

  @AfterEach
  void the_engine_still_answers() {
    assertThat(fixture.query("SELECT count(*) FROM samples WHERE metric_id = 1").only())
        .isEqualTo(3_600L);
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // the process, its files, its network
        "SELECT user",
        "SELECT current_user",
        "SELECT session_user",
        "SELECT system_user",
        "SELECT current_path",
        "SELECT current_catalog",
        "SELECT * FROM TABLE(file('/etc/passwd'))",
        "SELECT * FROM \"/etc/passwd\"",
        "SELECT * FROM information_schema.tables",
        "SELECT * FROM metadata.tables",
        "SELECT * FROM sys.tables",
        "SELECT getenv('PATH')",
        "SELECT \"java.lang.System.exit\"(1)",
        "SELECT java.lang.System.exit(1)",
        "SELECT load_extension('x')",
        "SELECT read_csv('/etc/passwd')",
        "SELECT CAST('x' AS ANY)",
        "SELECT NEXT VALUE FOR s",
        // XML and JSON
        "SELECT extractvalue('<a/>', '/a')",
        "SELECT xmltransform('<a/>', '<b/>')",
        "SELECT existsnode('<a/>', '/a')",
        "SELECT json_value('{}', '$.a')",
        "SELECT json_query('{}', 'lax $.a')",
        "SELECT json_exists('{}', '$')",
        "SELECT JSON_OBJECT('a' : 1)",
        "SELECT json_pretty('{}')",
        // small texts that become huge, and patterns that run for ever
        "SELECT repeat('a', 2000000000)",
        "SELECT space(2000000000)",
        "SELECT lpad('a', 2000000000)",
        "SELECT rpad('a', 2000000000, 'b')",
        "SELECT regexp_replace('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', '(a+)+$', '')",
        "SELECT name FROM metrics WHERE name SIMILAR TO '(a|aa)+'",
        "SELECT name FROM metrics WHERE name RLIKE '(a+)+$'",
        "SELECT name FROM metrics WHERE name ~ '(a+)+$'",
        "SELECT name FROM metrics WHERE name ILIKE '%a%'",
        "SELECT compress('a')",
        "SELECT array_repeat(1, 2000000000)",
        "SELECT sequence(1, 2000000000)",
        "SELECT ARRAY[1, 2]",
        "SELECT MAP[1, 2]",
        "SELECT MULTISET[1, 2]",
        "SELECT listagg(name) FROM metrics",
        "SELECT collect(name) FROM metrics",
        "SELECT array_agg(name) FROM metrics",
        // statements
        "DROP TABLE samples",
        "CREATE TABLE t AS SELECT 1",
        "CREATE FUNCTION f AS 'java.lang.Math.abs'",
        "INSERT INTO samples VALUES (1, 2, 3, 0)",
        "UPDATE samples SET value = 1",
        "MERGE INTO samples USING metrics ON TRUE WHEN MATCHED THEN DELETE",
        "TRUNCATE TABLE samples",
        "CALL f()",
        "ALTER SYSTEM SET x = 1",
        "ALTER SESSION SET x = 1",
        "RESET ALL",
        "DESCRIBE samples",
        "COMMIT",
        "SELECT 1; SELECT 2",
        "SELECT 1; DROP TABLE samples",
        "WITH x AS (DELETE FROM samples) SELECT 1",
        // clauses whose operators are unbounded or not supported
        "SELECT * FROM samples MATCH_RECOGNIZE (ORDER BY ts PATTERN (a+) DEFINE a AS a.value > 1)",
        "SELECT * FROM UNNEST(ARRAY[1, 2])",
        "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT * FROM r",
        "SELECT * FROM TABLE(TUMBLE(TABLE samples, DESCRIPTOR(ts), INTERVAL '1' MINUTE))",
        "SELECT STREAM * FROM samples",
        "SELECT * FROM samples FOR SYSTEM_TIME AS OF TIMESTAMP '2026-01-01 00:00:00'",
        "SELECT ? FROM metrics",
      })
  void what_is_not_allowed_is_refused(String sql) {
    SqlException failure = fixture.failure(sql);

    assertThat(failure.code()).as(sql + ": " + failure).isNotIn(SqlErrorCode.INTERNAL);
    assertThat(failure.getMessage()).doesNotContain("org.apache", "Exception");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT count(*) FROM samples a, samples b, samples c WHERE a.metric_id = 1"
            + " AND b.metric_id = 1 AND c.metric_id = 1",
        "SELECT count(*) FROM samples a JOIN samples b ON a.value = b.value JOIN samples c ON"
            + " b.value = c.value WHERE a.metric_id = 1 AND b.metric_id = 1 AND c.metric_id = 1",
        "SELECT count(*) FROM generate_series(1, 2000000000) AS g(x)"
            + " WHERE x IN (SELECT y FROM generate_series(1, 2000000000) AS h(y))",
        "SELECT x FROM generate_series(1, 2000000000) AS g(x) ORDER BY -x LIMIT 1 OFFSET 999999999",
        "SELECT x, count(*) FROM generate_series(1, 2000000000) AS g(x) GROUP BY x",
        "SELECT count(DISTINCT x) FROM generate_series(1, 2000000000) AS g(x)",
        "SELECT DISTINCT x FROM generate_series(1, 2000000000) AS g(x)",
        "SELECT approx_percentile(x, 0.5) FROM generate_series(1, 2000000000) AS g(x)",
        "SELECT x FROM generate_series(1, 2000000000) AS g(x) EXCEPT SELECT 1",
        "SELECT row_number() OVER (ORDER BY x) FROM generate_series(1, 2000000000) AS g(x)",
        "SELECT sum(x) OVER (ORDER BY x ROWS 50000 PRECEDING) FROM generate_series(1, 90000) AS"
            + " g(x)",
        "SELECT sum(x) OVER (ORDER BY x RANGE 50000 PRECEDING) FROM generate_series(1, 90000) AS"
            + " g(x)",
        "SELECT rolling_mean(x, 50000) OVER (ORDER BY x) FROM generate_series(1, 90000) AS g(x)",
        "SELECT sum(x) OVER (ORDER BY x ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) FROM"
            + " generate_series(1, 90000) AS g(x)",
        "SELECT ts, (SELECT count(*) FROM samples b WHERE b.metric_id = 1 AND b.ts < a.ts) FROM"
            + " samples a WHERE a.metric_id = 1",
        "SELECT a.ts FROM samples a WHERE a.metric_id = 1 AND EXISTS (SELECT 1 FROM samples b,"
            + " samples c WHERE b.metric_id = 1 AND c.metric_id = 1 AND b.value + c.value = a.ts)",
      })
  void what_takes_too_much_ends_at_a_bound(String sql) {
    SqlException failure = fixture.failure(sql);

    assertThat(failure.code()).as(sql + ": " + failure).isIn(BOUNDS);
  }

  @Test
  void deep_nesting_is_refused_before_it_is_parsed() {
    refused(SqlErrorCode.TOO_COMPLEX, "SELECT " + "(".repeat(50_000) + "1" + ")".repeat(50_000));
    refused(SqlErrorCode.TOO_COMPLEX, nested("SELECT * FROM (", "SELECT 1 AS x", ")", 500));
    refused(SqlErrorCode.TOO_COMPLEX, "SELECT " + "-".repeat(1) + " -".repeat(30_000) + "1");
    refused(SqlErrorCode.TOO_COMPLEX, "SELECT " + "NOT ".repeat(30_000) + "TRUE");
    refused(SqlErrorCode.TOO_COMPLEX, "SELECT " + "CASE WHEN TRUE THEN ".repeat(5_000) + "1");
    refused(SqlErrorCode.TOO_COMPLEX, "SELECT 1" + " + 1".repeat(30_000));
    refused(SqlErrorCode.TOO_COMPLEX, "SELECT 1" + " UNION ALL SELECT 1".repeat(5_000));
    refused(SqlErrorCode.TOO_COMPLEX, "SELECT '" + "x".repeat(300_000) + "'");
  }

  @Test
  void nesting_within_the_limits_ends_in_rows_or_a_clear_failure() {
    answeredOrRefused("SELECT " + "(".repeat(60) + "1" + ")".repeat(60));
    answeredOrRefused(nested("SELECT x + 1 AS x FROM (", "SELECT 1 AS x", ")", 60));
    answeredOrRefused("SELECT 1" + " + 1".repeat(1_900));
    answeredOrRefused("SELECT 1" + " UNION ALL SELECT 1".repeat(200));
    answeredOrRefused(
        "SELECT * FROM metrics WHERE "
            + IntStream.range(0, 300)
                .mapToObj(i -> "name = 'n%d'".formatted(i))
                .collect(Collectors.joining(" OR ")));
    answeredOrRefused(
        "SELECT count(*) FROM metrics m0"
            + IntStream.range(1, 30)
                .mapToObj(i -> " JOIN metrics m%d ON m%d.metric_id = m0.metric_id".formatted(i, i))
                .collect(Collectors.joining()));
    answeredOrRefused(
        nested("SELECT (SELECT count(*) FROM metrics WHERE metric_id > (", "1", "))", 25));
  }

  @Test
  void what_doubles_with_each_line_is_bounded() {
    StringBuilder ctes = new StringBuilder("WITH c0 AS (SELECT 1 AS x)");
    for (int i = 1; i <= 40; i++) {
      ctes.append(", c%d AS (SELECT a.x FROM c%d a, c%d b)".formatted(i, i - 1, i - 1));
    }
    refused(SqlErrorCode.TOO_COMPLEX, ctes + " SELECT * FROM c40");
    refused(
        SqlErrorCode.TOO_COMPLEX,
        nested("SELECT a.*, a.* FROM (", "SELECT * FROM metrics", ") AS a", 30));
    answeredOrRefused(
        nested("SELECT x + x AS x FROM (", "SELECT metric_id AS x FROM metrics", ") AS a", 40)
            + " WHERE x > 1");
    answeredOrRefused(
        "SELECT * FROM ("
            + nested(
                "SELECT x * x + x AS x FROM (",
                "SELECT value AS x FROM samples WHERE" + " metric_id = 1",
                ") AS a",
                30)
            + ") AS b WHERE x > 1 AND x < 5");
  }

  @Test
  void huge_lists_are_one_value() {
    String few = ids(900);
    String ids = ids(25_000);

    assertThat(fixture.query("SELECT name FROM metrics WHERE metric_id IN (" + few + ")").rows())
        .hasSize(1);
    refused(
        SqlErrorCode.TOO_MANY_METRICS,
        "SELECT count(*) FROM samples WHERE metric_id IN (" + ids + ")");
    String mixed = ids.replaceAll("(\\d+)$", "$1 + 0");
    refused(
        SqlErrorCode.TOO_COMPLEX, "SELECT name FROM metrics WHERE metric_id IN (" + mixed + ")");
    answeredOrRefused("SELECT name FROM metrics WHERE metric_id IN (" + ids(1_500) + " + 0)");
  }

  @Test
  void like_cannot_run_away() {
    String pattern = "%a".repeat(400) + "%b";
    String text = "a".repeat(5_000);

    assertThat(fixture.query("SELECT '%s' LIKE '%s' AS m".formatted(text, pattern)).only())
        .isEqualTo(false);
    refused(SqlErrorCode.TOO_COMPLEX, "SELECT 'a' LIKE '" + "%a".repeat(1_000) + "' AS m");
    assertThat(
            fixture
                .query(
                    "SELECT name LIKE 'c_u' AND name NOT LIKE '%x%' AND '5%' LIKE '5!%' ESCAPE '!'"
                        + " AND NOT '55' LIKE '5!%' ESCAPE '!' AND NOT name LIKE 'cp' FROM metrics"
                        + " WHERE name LIKE 'c%'")
                .only())
        .isEqualTo(true);
    assertThat(fixture.query("SELECT CAST(NULL AS VARCHAR) LIKE 'a' AS m").only()).isNull();
  }

  @Test
  void rows_beyond_the_limit_are_cut_off_and_said_to_be() {
    SqlFixture.Result result = fixture.query("SELECT x FROM generate_series(1, 20000) AS g(x)");

    assertThat(result.rows()).hasSize(10_000);
    assertThat(result.cursor().isTruncated()).isTrue();
  }

  @Test
  void planning_obeys_the_deadline() {
    SqlRequest request =
        SqlRequest.of(
                "SELECT count(*) FROM metrics m JOIN metrics n USING (metric_id)",
                fixture.engine.limits())
            .withTimeout(Duration.ofNanos(1));

    assertThat(fixture.failure(request).code()).isEqualTo(SqlErrorCode.TIMEOUT);
  }

  private static void refused(SqlErrorCode code, String sql) {
    assertThat(fixture.failure(sql).code()).isEqualTo(code);
  }

  private static void answeredOrRefused(String sql) {
    try {
      fixture.query(sql);
    } catch (SqlException e) {
      assertThat(e.code())
          .as(sql.substring(0, Math.min(200, sql.length())) + ": " + e)
          .isNotEqualTo(SqlErrorCode.INTERNAL);
    }
  }

  private static String ids(int count) {
    return IntStream.range(0, count).mapToObj(String::valueOf).collect(Collectors.joining(","));
  }

  private static String nested(String open, String inner, String close, int levels) {
    return open.repeat(levels) + inner + close.repeat(levels);
  }
}
