package dev.annulus.query.sql.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

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

/** Sums, means and deviations are right to the last digit that can be expected, or an error. */
class NumbersIT {
  @TempDir private static Path directory;
  private static SqlFixture fixture;

  @BeforeAll
  static void open() {
    fixture = new SqlFixture(directory);
    fixture.gauge(1, "cpu", Map.of("host", "a"), 100, 8, ts -> (ts - 100) * 10);
    fixture.gauge(2, "mem", Map.of("host", "b"), 100, 8, ts -> 7);
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  @Test
  void deviationsDoNotDependOnTheDistanceFromZero() {
    String aggregates =
        "stddev(value), stddev(1e9 + value), stddev_pop(1e9 + value), variance(1e12 + value),"
            + " var_samp(value), var_pop(1e9 - value)";
    for (String from :
        List.of(
            " FROM samples WHERE metric_id = 1",
            " FROM samples WHERE metric_id = 1 GROUP BY metric_id",
            " FROM (SELECT * FROM samples WHERE metric_id = 1 ORDER BY ts LIMIT 8)")) {
      List<Object> row = fixture.query("SELECT " + aggregates + from).rows().get(0);

      assertThat((double) row.get(0)).isCloseTo(Math.sqrt(600), within(1e-9));
      assertThat((double) row.get(1)).isCloseTo(Math.sqrt(600), within(1e-9));
      assertThat((double) row.get(2)).isCloseTo(Math.sqrt(525), within(1e-9));
      assertThat((double) row.get(3)).isCloseTo(600, within(1e-9));
      assertThat((double) row.get(4)).isCloseTo(600, within(1e-9));
      assertThat((double) row.get(5)).isCloseTo(525, within(1e-9));
    }
  }

  @Test
  void deviationOfSampleOfOneIsNull() {
    String one = " FROM samples WHERE metric_id = 1 AND ts = 100";

    assertThat(
            fixture
                .query(
                    "SELECT var_samp(value), stddev(value), var_pop(value), stddev_pop(ts)" + one)
                .rows())
        .containsExactly(Arrays.asList(null, null, 0.0, 0.0));
    assertThat(
            fixture
                .query(
                    "SELECT metric_id, variance(value), stddev_samp(value), var_pop(value)"
                        + one
                        + " GROUP BY metric_id")
                .rows())
        .containsExactly(Arrays.asList(1L, null, null, 0.0));
  }

  @Test
  void squareRootsOfNegativeNumbersAreNan() {
    assertThat(
            fixture
                .query(
                    "SELECT sqrt(9), sqrt(x), sqrt(-1), sqrt(-0.0), sqrt(CAST(NULL AS DOUBLE))"
                        + " FROM (VALUES (CAST('-inf' AS DOUBLE))) t(x)")
                .rows())
        .containsExactly(Arrays.asList(3.0, Double.NaN, Double.NaN, 0.0, null));
    assertThat(
            fixture
                .query(
                    "SELECT count(*) FROM samples WHERE metric_id = 1"
                        + " AND sqrt(value - CAST('inf' AS DOUBLE)) > 0 AND sqrt(value) = 7")
                .rows())
        .containsExactly(List.of(0L));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CAST(x AS BIGINT)",
        "CAST(-x AS DECIMAL(9, 2))",
        "CAST(x - x AS BIGINT)",
        "ts_bucket(x, 60)"
      })
  void nanAndInfinitiesAreNoWholeNumbers(String expression) {
    assertThatThrownBy(
            () ->
                fixture.query(
                    "SELECT " + expression + " FROM (VALUES (CAST('inf' AS DOUBLE))) t(x)"))
        .isInstanceOfSatisfying(
            SqlException.class,
            e -> {
              assertThat(e.code()).isEqualTo(SqlErrorCode.INVALID_VALUE);
              assertThat(e).hasMessage("NaN and infinities are neither whole numbers nor decimals");
            });
  }

  @Test
  void grandTotalOfNothing() {
    String nobody = " FROM metrics WHERE name = 'nobody' GROUP BY ";

    assertThat(fixture.query("SELECT type, count(*), sum(step)" + nobody + "ROLLUP (type)").rows())
        .containsExactly(Arrays.asList(null, 0L, null));
    assertThat(
            fixture
                .query(
                    "SELECT type, step, count(DISTINCT name), avg(step), grouping(type)"
                        + nobody
                        + "CUBE (type, step)")
                .rows())
        .containsExactly(Arrays.asList(null, null, 0L, null, 1L));
    assertThat(fixture.query("SELECT count(*)" + nobody + "GROUPING SETS ((type), ())").column(0))
        .containsExactly(0L);
    assertThat(fixture.query("SELECT count(*)" + nobody + "type").rows()).isEmpty();
    assertThat(fixture.query("SELECT count(*) FROM metrics GROUP BY ROLLUP (name)").column(0))
        .containsExactlyInAnyOrder(1L, 1L, 2L);
    assertThat(
            fixture
                .query(
                    "SELECT count(DISTINCT type), sum(step) FROM metrics WHERE name = 'cpu' GROUP BY"
                        + " GROUPING SETS ((name), (name), ())")
                .rows())
        .hasSize(3)
        .containsOnly(List.of(1L, 1L));
  }

  @Test
  void groupsThatAreOneRowEachAreCountedAsOthers() {
    String one = " FROM (VALUES (7)) AS v(x) GROUP BY ";

    assertThat(fixture.query("SELECT grouping(x)" + one + "x").rows()).containsOnly(List.of(0L));
    assertThat(fixture.query("SELECT grouping(x)" + one + "GROUPING SETS ((x), (x), ())").column(0))
        .containsExactlyInAnyOrder(0L, 0L, 1L);
    assertThat(
            fixture
                .query(
                    "SELECT grouping(metric_id) + 1 FROM metrics GROUP BY"
                        + " GROUPING SETS ((metric_id), (metric_id))")
                .column(0))
        .containsOnly(1L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "9223372036854775807 + metric_id; a + b",
        "-9223372036854775807 - metric_id - 1; a - b",
        "9223372036854775807 * (metric_id + 1); a * b",
        "(-9223372036854775807 - metric_id) / -1; a / b",
        "- (-9223372036854775807 - metric_id); -a",
        "abs(-9223372036854775807 - metric_id); -a",
        "CASE WHEN 9223372036854775807 + metric_id > 0 THEN 1 END; a + b",
        "round(9223372036854775806 + metric_id, -3); round",
        "round(9223372036854775806 + metric_id, -19); round",
        "shift_ts(9223372036854775807, metric_id); shift_ts",
        "ts_bucket(-9223372036854775807, 1000 * metric_id); ts_bucket",
        "CAST(1e19 * metric_id AS BIGINT); CAST",
        "CAST(3000000000 * metric_id AS INTEGER); CAST",
        "CAST(200 * metric_id AS TINYINT); CAST",
      })
  void wholeNumbersDoNotWrapRound(String expression, String operation) {
    refused("SELECT " + expression + " FROM metrics WHERE metric_id = 1 OR step > 0", operation);
  }

  @ParameterizedTest
  @CsvSource({
    "sum(9223372036854775807 - ts)",
    "sum(DISTINCT 9223372036854775807 - ts)",
  })
  void sumsDoNotWrapRound(String sum) {
    refused("SELECT " + sum + " FROM samples WHERE metric_id = 1", "sum");
    refused("SELECT " + sum + " FROM samples WHERE metric_id = 1 GROUP BY metric_id", "sum");
    refused("SELECT " + sum + " FROM samples WHERE metric_id = 1 GROUP BY ROLLUP (type)", "sum");
  }

  private static void refused(String sql, String operation) {
    SqlException failure = fixture.failure(sql);
    assertThat(failure.code()).as(sql).isEqualTo(SqlErrorCode.INVALID_VALUE);
    assertThat(failure.getMessage()).as(sql).startsWith(operation);
  }

  @Test
  void sumsMayPassBeyondOnTheWay() {
    assertThat(
            fixture
                .query(
                    "SELECT sum(x), avg(x) FROM (VALUES (9223372036854775807), (10), (-20)) AS"
                        + " v(x)")
                .rows())
        .containsExactly(List.of(9223372036854775797L, 9223372036854775797L / 3.0));
    assertThat(
            fixture
                .query(
                    "SELECT avg(x) FROM (VALUES (9223372036854775807), (9223372036854775805)) v(x)")
                .only())
        .isEqualTo(0x1p63);
    assertThat(fixture.query("SELECT abs(-9223372036854775807), - (9223372036854775807)").rows())
        .containsExactly(List.of(Long.MAX_VALUE, -Long.MAX_VALUE));
  }

  @Test
  void sumsOfDecimalsKeepTheirFractions() {
    assertThat(
            fixture
                .query(
                    "SELECT sum(abs(0.5)), avg(abs(0.25)), sum(CAST(step AS DECIMAL(10, 2)) / 4) FROM"
                        + " metrics WHERE name = 'cpu'")
                .rows()
                .toString())
        .isEqualTo("[[0.5, 0.25, 0.25]]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "round(x), round(x, 1), truncate(x, 1), ceil(x), floor(x); [[NaN, NaN, NaN, NaN, NaN],"
            + " [Infinity, Infinity, Infinity, Infinity, Infinity], [2.0, 1.5, 1.5, 2.0, 1.0]]",
        "x % 2, mod(x, 0.5), x % 0, 7 % x; [[NaN, NaN, NaN, NaN], [NaN, NaN, NaN, 7.0], [1.5, 0.0,"
            + " NaN, 1.0]]",
        "power(x, 2), exp(x) > 4, ln(x) < 1; [[NaN, true, false], [Infinity, true, false], [2.25,"
            + " true, true]]",
        "round(x, 400), round(x, -400), truncate(x, 2147483647); [[NaN, NaN, NaN], [Infinity,"
            + " Infinity, Infinity], [1.5, 0.0, 1.5]]",
      })
  void functionsTakeNoNumbersAndInfinities(String items, String rows) {
    String sql = "SELECT " + items + " FROM (VALUES (0e0 / 0), (1e0 / 0), (1.5)) v(x)";
    assertThat(fixture.query(sql).rows()).as(sql).hasToString(rows);
  }

  @Test
  void remaindersOfLargeDoublesAndOfWholeNumbers() {
    assertThat(
            fixture
                .query(
                    "SELECT 1000000000.25 % 7, -7 % 3, 7 % -3, mod(7.5, 2), CAST(7 AS TINYINT) % 4,"
                        + " CAST(7.5 AS DECIMAL(5, 2)) % 2")
                .rows())
        .containsExactly(List.of(6.25, -1L, 1L, 1.5, 3L, 1.5));
    refused("SELECT 7 % (metric_id - metric_id) FROM metrics", "a number is divided by zero");
  }

  @Test
  void roundedWholeNumbersAreWhole() {
    assertThat(
            fixture
                .query(
                    "SELECT round(55, -1), round(-55, -1), truncate(-55, -1), round(5),"
                        + " round(9223372036854775807), round(5, -30), round(NULL, 1)")
                .rows())
        .hasToString("[[60, -60, -50, 5, 9223372036854775807, 0, null]]");
  }

  @Test
  void logarithmsOfNothingAreRefused() {
    for (String function : List.of("ln", "log10")) {
      assertThat(fixture.failure("SELECT " + function + "(type) FROM metrics").code())
          .isEqualTo(SqlErrorCode.INVALID_VALUE);
    }
  }

  @Test
  void valuesMayMixWholeNumbersAndFractions() {
    assertThat(fixture.query("SELECT x FROM (VALUES (2), (1.5)) v(x) ORDER BY x").column(0))
        .containsExactly(1.5, 2.0);
    assertThat(
            fixture
                .query("SELECT count(*), x FROM (VALUES (2), (1.5), (2.0)) v(x) GROUP BY x")
                .rows())
        .containsExactlyInAnyOrder(List.of(2L, 2.0), List.of(1L, 1.5));
    assertThat(
            fixture
                .query(
                    "SELECT metric_id FROM metrics WHERE step IN (SELECT x FROM (VALUES (1), (1.5))"
                        + " v(x)) ORDER BY 1")
                .column(0))
        .containsExactly(1L, 2L);
  }

  @Test
  void nullsWithoutTypeComputeToNull() {
    assertThat(
            fixture
                .query(
                    "SELECT NULL + NULL, NULL * 2, -NULL, NULL % NULL, abs(NULL), upper(NULL), x + 1,"
                        + " coalesce(NULL, 2) FROM (VALUES (NULL)) v(x)")
                .rows())
        .containsExactly(Arrays.asList(null, null, null, null, null, null, null, 2L));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "' 12 ' | BIGINT | 12",
        "'-9223372036854775808' | BIGINT | -9223372036854775808",
        "'+7' | INTEGER | 7",
        "' -1.5e3 ' | DOUBLE | -1500.0",
        "'.5' | DOUBLE | 0.5",
        "'5.' | DOUBLE | 5.0",
        "'-0' | DOUBLE | -0.0",
        "'nan' | DOUBLE | NaN",
        "'NaN' | DOUBLE | NaN",
        "'-inf' | DOUBLE | -Infinity",
        "'+Infinity' | DOUBLE | Infinity"
      })
  void textsOfNumbers(String text, String type, String value) {
    // In a row of VALUES, a column's text is converted when the query runs.
    for (String sql :
        List.of(
            "SELECT CAST(%s AS %s)".formatted(text, type),
            "SELECT CAST(s AS %s) FROM (VALUES (%s), ('1')) t(s) LIMIT 1".formatted(type, text))) {
      assertThat(fixture.query(sql).rows().get(0).get(0)).as(sql).hasToString(value);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "'1d' | DOUBLE | '1d' is not a number",
        "'0x1p3' | DOUBLE | '0x1p3' is not a number",
        "'1 2' | DOUBLE | '1 2' is not a number",
        "'' | DOUBLE | '' is not a number",
        "'1e400' | DOUBLE | '1e400' is beyond the largest DOUBLE",
        "'12.5' | BIGINT | '12.5' is not a whole number",
        "'١' | BIGINT | '١' is not a whole number",
        "'9223372036854775808' | BIGINT | '9223372036854775808' does not fit BIGINT",
        "'it''s' | BIGINT | 'it''s' is not a whole number"
      })
  void textsThatAreNotNumbers(String text, String type, String message) {
    SqlException failure = fixture.failure("SELECT CAST(%s AS %s)".formatted(text, type));
    assertThat(failure.code()).isEqualTo(SqlErrorCode.INVALID_VALUE);
    assertThat(failure).hasMessage(message);
  }

  @Test
  void aTextBesideANumberIsOne() {
    assertThat(fixture.query("SELECT '1' = 1, '1.5' > 1e0, 'nan' = 1e0").rows())
        .containsExactly(List.of(true, true, false));
    assertThat(fixture.failure("SELECT * FROM samples WHERE metric_id = 'abc'"))
        .hasMessageContaining("'abc' is not a");
  }
}
