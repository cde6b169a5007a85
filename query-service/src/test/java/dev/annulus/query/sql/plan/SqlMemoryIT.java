package dev.annulus.query.sql.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.query.sql.CancelSignal;
import dev.annulus.query.sql.MemoryLimits;
import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import dev.annulus.query.sql.SqlLimits;
import dev.annulus.query.sql.SqlRequest;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a query may hold in memory, and all queries together. */
class SqlMemoryIT {
  private static final long QUERY = 16 << 20;
  private static final long ALL = 24 << 20;

  private static SqlFixture fixture;

  @BeforeAll
  static void open(@TempDir Path directory) {
    fixture = new SqlFixture(directory, SqlLimits.DEFAULT.withMemory(new MemoryLimits(QUERY, ALL)));
    fixture.gauge(1, "cpu", Map.of("host", "a"), 1_700_000_000L, 3_600, ts -> ts % 60);
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  @AfterEach
  void everythingIsGivenBack() {
    assertThat(fixture.engine.memory().used()).isZero();
    assertThat(fixture.query("SELECT count(*) FROM samples WHERE metric_id = 1").only())
        .isEqualTo(3_600L);
  }

  /** A query whose rows are a number {@code x} and a text {@code s} of 2 KB, all different. */
  private static String fat(int rows) {
    String text = "x".repeat(1_000);
    return "(SELECT x, CAST(x AS VARCHAR) || '%s' AS s FROM generate_series(1, %d) AS g(x)) AS f"
        .formatted(text, rows);
  }

  static Stream<String> hogs() {
    return Stream.of(
        // a small text becomes huge
        doubled(27),
        doubled(40),
        nested("s || s || s || s || s || s || s || s", 9),
        "SELECT count(*) FROM ("
            + nested("s || s || s || s || s || s || s || s", 9)
            + ") AS q"
            + " WHERE char_length(s) > 5",
        "SELECT char_length(s) FROM (" + nested("s || s || s || s", 14) + ") AS q",
        "SELECT value FROM samples WHERE metric_id = 1 AND CAST(value AS VARCHAR) = ("
            + nested("s || s || s || s", 14)
            + ")",
        "SELECT name FROM metrics WHERE name = (" + nested("s || s || s || s", 14) + ")",
        "SELECT " + columns("CAST(x + %d AS CHAR(60000))", 500) + " FROM generate_series(1,2) g(x)",
        // fat rows are kept
        "SELECT s FROM " + fat(100_000) + " ORDER BY s",
        "SELECT s FROM " + fat(100_000) + " ORDER BY -x LIMIT 20000",
        "SELECT s FROM " + fat(100_000) + " ORDER BY -x LIMIT 9000",
        "SELECT s, count(*) FROM " + fat(100_000) + " GROUP BY s",
        "SELECT x, max(s), min(s) FROM " + fat(100_000) + " GROUP BY x",
        "SELECT x, any_value(s) FROM " + fat(100_000) + " GROUP BY x",
        "SELECT s, x, count(*) FROM " + fat(100_000) + " GROUP BY ROLLUP (s, x)",
        "SELECT count(DISTINCT s) FROM " + fat(100_000),
        "SELECT count(*) FROM (SELECT DISTINCT s FROM " + fat(100_000) + ") AS d",
        "SELECT s, row_number() OVER (ORDER BY s) FROM " + fat(100_000),
        "SELECT s, lag(s) OVER (PARTITION BY x ORDER BY x) FROM " + fat(100_000),
        "SELECT s FROM " + fat(100_000) + " UNION SELECT s FROM " + fat(100_000),
        "SELECT s FROM " + fat(100_000) + " INTERSECT SELECT s FROM " + fat(100_000),
        "SELECT s FROM " + fat(100_000) + " EXCEPT SELECT 'a'",
        "SELECT y, s FROM generate_series(1, 9) AS n(y) JOIN " + fat(100_000) + " ON y = x",
        "SELECT y, s FROM generate_series(1, 9) AS n(y) JOIN " + fat(100_000) + " ON y < x",
        "SELECT y, s FROM generate_series(1, 9) AS n(y), " + fat(100_000),
        "SELECT count(*) FROM generate_series(1, 9) AS n(y) WHERE CAST(y AS VARCHAR) IN (SELECT s"
            + " FROM "
            + fat(100_000)
            + ")",
        // thin rows too, when there are many
        "SELECT x FROM generate_series(1, 2000000) AS g(x) ORDER BY -x",
        "SELECT x, count(*) FROM generate_series(1, 2000000) AS g(x) GROUP BY x",
        "SELECT approx_percentile(x, 0.5) FROM generate_series(1, 2000000) AS g(x)",
        "SELECT sum(x) OVER (ORDER BY x) FROM generate_series(1, 2000000) AS g(x)");
  }

  @ParameterizedTest
  @MethodSource("hogs")
  void aQueryHoldsOnlySoMuch(String sql) {
    SqlException failure = fixture.failure(sql);

    assertThat(failure.code()).as("%s", failure).isEqualTo(SqlErrorCode.TOO_MUCH_MEMORY);
    assertThat(failure.getMessage()).contains("query.max-memory", String.valueOf(QUERY));
  }

  @Test
  void textsThatNobodyKeepsCostNothing() {
    assertThat(fixture.query("SELECT count(*) FROM " + fat(100_000) + " WHERE s <> 'a'").only())
        .isEqualTo(100_000L);
    assertThat(fixture.query("SELECT max(s) FROM " + fat(50_000)).only().toString())
        .startsWith("9x");
    assertThat(fixture.query("SELECT x, s FROM " + fat(50_000) + " ORDER BY -x LIMIT 10").column(0))
        .startsWith(50_000L, 49_999L);
    assertThat(
            fixture
                .query(
                    "SELECT count(*) FROM (SELECT m.name, s.ts FROM samples s JOIN metrics m ON"
                        + " s.metric_id = m.metric_id WHERE m.metric_id = 1 ORDER BY s.ts) AS q")
                .only())
        .isEqualTo(3_600L);
  }

  @Test
  void allQueriesShareOneBudget() {
    try (SqlCursor one = open(sorted(80_000))) {
      assertThat(one.next()).isTrue();
      long used = fixture.engine.memory().used();
      assertThat(used).isBetween(ALL / 3, QUERY);
      try (SqlCursor two = open(sorted(40_000))) {
        assertThat(two.next()).isTrue();
        SqlException failure = fixture.failure(sorted(40_000));
        assertThat(failure.code()).isEqualTo(SqlErrorCode.TOO_MANY_QUERIES);
        assertThat(failure.getMessage()).contains("query.max-total-memory");
        assertThat(fixture.query(sorted(5_000)).rows()).as("a small one").hasSize(5_000);
      }
      assertThat(fixture.engine.memory().used()).isEqualTo(used);
    }
  }

  @Test
  void theEldestGetsWhatOneMayHave() {
    String part = sorted(30_000);
    try (SqlCursor eldest = open(part)) {
      assertThat(eldest.next()).isTrue();
      try (SqlCursor younger = open(part)) {
        assertThat(younger.next()).isTrue();
        assertThat(fixture.failure(sorted(60_000)).code()).isEqualTo(SqlErrorCode.TOO_MANY_QUERIES);
      }
    }
    assertThat(fixture.query(sorted(120_000)).rows()).hasSize(120_000);
  }

  /** About a hundred bytes for each row. */
  private static String sorted(int rows) {
    return "SELECT x FROM generate_series(1, %d) AS g(x) ORDER BY -x".formatted(rows);
  }

  private static SqlCursor open(String sql) {
    return fixture.engine.query(SqlRequest.of(sql, fixture.engine.limits()), new CancelSignal());
  }

  /** Chained WITH queries, each of which doubles a text. */
  private static String doubled(int times) {
    StringBuilder sql = new StringBuilder("WITH c0 AS (SELECT 'x' AS s)");
    for (int i = 1; i <= times; i++) {
      sql.append(", c%d AS (SELECT s || s AS s FROM c%d)".formatted(i, i - 1));
    }
    return sql + " SELECT s FROM c" + times;
  }

  private static String nested(String expression, int levels) {
    return ("SELECT " + expression + " AS s FROM (").repeat(levels)
        + "SELECT 'abcdefghij' AS s"
        + ") AS t".repeat(levels);
  }

  private static String columns(String expression, int count) {
    StringBuilder columns = new StringBuilder();
    for (int i = 0; i < count; i++) {
      columns.append(i == 0 ? "" : ", ").append(expression.formatted(i)).append(" AS c" + i);
    }
    return columns.toString();
  }
}
