package dev.annulus.query.sql.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What windows see and what they make of it. */
class WindowsIT {
  private static final String SIX =
      " FROM (VALUES (1), (2), (3), (5), (8), (9)) AS v(x) ORDER BY x";
  private static final String NULLS =
      " FROM (VALUES (1, 2), (2, NULL), (3, 2), (4, 5)) AS v(x, y) ORDER BY x";

  @TempDir private static Path directory;
  private static SqlFixture fixture;

  @BeforeAll
  static void open() {
    fixture = new SqlFixture(directory);
    fixture.gauge(1, "cpu", Map.of("host", "a"), 100, 5, ts -> ts);
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  private static List<Object> column(String function, String from) {
    return fixture.query("SELECT " + function + " AS w" + from).column(0);
  }

  @Test
  void rangesCountFromTheKeyInTheDirectionOfTheOrder() {
    assertThat(column("count(*) OVER (ORDER BY x RANGE BETWEEN 1 PRECEDING AND CURRENT ROW)", SIX))
        .containsExactly(1L, 2L, 2L, 1L, 1L, 2L);
    assertThat(
            column(
                "count(*) OVER (ORDER BY x DESC RANGE BETWEEN 1 PRECEDING AND CURRENT ROW)", SIX))
        .containsExactly(2L, 2L, 1L, 1L, 2L, 1L);
    assertThat(
            column(
                "sum(x) OVER (ORDER BY x DESC RANGE BETWEEN 2 FOLLOWING AND UNBOUNDED FOLLOWING)",
                SIX))
        .containsExactly(null, null, 1L, 6L, 11L, 11L);
    assertThat(
            column(
                "sum(x) OVER (ORDER BY x / 2.0 DESC RANGE BETWEEN 0.5 PRECEDING AND 0.5 FOLLOWING)",
                SIX))
        .containsExactly(3L, 6L, 5L, 5L, 17L, 17L);
  }

  @Test
  void rangesKeepNullKeysApart() {
    assertThat(
            column(
                "count(*) OVER (ORDER BY y NULLS FIRST RANGE BETWEEN 3 PRECEDING AND CURRENT ROW)",
                NULLS))
        .containsExactly(2L, 1L, 2L, 3L);
    assertThat(
            column(
                "count(*) OVER (ORDER BY y DESC NULLS LAST RANGE BETWEEN UNBOUNDED PRECEDING AND 1"
                    + " FOLLOWING)",
                NULLS))
        .containsExactly(3L, 4L, 3L, 1L);
  }

  @Test
  void nthValueSeesItsFrameOnly() {
    assertThat(column("nth_value(x, 3) OVER (ORDER BY x)", SIX))
        .containsExactly(null, null, 3L, 3L, 3L, 3L);
    assertThat(
            column(
                "nth_value(x, 2) OVER (ORDER BY x ROWS BETWEEN 1 FOLLOWING AND 2 FOLLOWING)", SIX))
        .containsExactly(3L, 5L, 8L, 9L, null, null);
  }

  @Test
  void ntileGivesTheRestToTheFirst() {
    assertThat(column("ntile(4) OVER (ORDER BY x)", SIX)).containsExactly(1L, 1L, 2L, 2L, 3L, 4L);
    assertThat(column("ntile(10) OVER (ORDER BY x)", SIX)).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    assertThat(fixture.failure("SELECT ntile(0) OVER (ORDER BY x)" + SIX).code())
        .isEqualTo(SqlErrorCode.INVALID_VALUE);
  }

  @Test
  void distinctValuesCountOnce() {
    assertThat(column("count(DISTINCT y) OVER ()", NULLS)).containsOnly(2L);
    assertThat(column("sum(DISTINCT y) OVER (ORDER BY x)", NULLS)).containsExactly(2L, 2L, 2L, 7L);
    assertThat(
            column(
                "avg(DISTINCT y) OVER (ORDER BY x ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)",
                NULLS))
        .containsExactly(2.0, 2.0, 2.0, 3.5);
  }

  @Test
  void neighboursWithDefaultsOfOtherTypesAndWithoutNulls() {
    assertThat(column("lag(y, 1, 0) OVER (ORDER BY x)", NULLS)).containsExactly(0L, 2L, null, 2L);
    assertThat(column("lag(value, 1, 0.0) OVER (ORDER BY ts)", " FROM samples WHERE metric_id = 1"))
        .containsExactly(0.0, 100.0, 101.0, 102.0, 103.0);
    assertThat(column("lag(value, 1, 0) OVER (ORDER BY ts)", " FROM samples WHERE metric_id = 1"))
        .containsExactly(0.0, 100.0, 101.0, 102.0, 103.0);
    assertThat(column("lag(CASE WHEN x < 4 THEN y END, 1, 0) OVER (ORDER BY x)", NULLS))
        .containsExactly(0L, 2L, null, 2L);
    assertThat(column("lag(y) IGNORE NULLS OVER (ORDER BY x)", NULLS))
        .containsExactly(null, 2L, 2L, 2L);
    assertThat(column("last_value(y) IGNORE NULLS OVER (ORDER BY x)", NULLS))
        .containsExactly(2L, 2L, 2L, 5L);
  }

  @Test
  void framesLeaveRowsOut() {
    String all = "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE ";

    assertThat(column("sum(x) OVER (ORDER BY y %s CURRENT ROW)".formatted(all), NULLS))
        .containsExactly(9L, 8L, 7L, 6L);
    assertThat(column("sum(x) OVER (ORDER BY y %s GROUP)".formatted(all), NULLS))
        .containsExactly(6L, 8L, 6L, 6L);
    assertThat(column("sum(x) OVER (ORDER BY y %s TIES)".formatted(all), NULLS))
        .containsExactly(7L, 10L, 9L, 10L);
  }

  /** Calcite takes a frame for empty by its bounds alone. */
  @Test
  void aFrameFromWhichItsOnlyRowIsLeftOutIsEmpty() {
    assertThat(
            column(
                "sum(0.5) OVER (ORDER BY x ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
                    + " EXCLUDE CURRENT ROW)",
                NULLS))
        .containsExactly(null, 0.5, 1.0, 1.5);
    assertThat(column("min(x) OVER (ORDER BY x RANGE CURRENT ROW EXCLUDE GROUP)", NULLS))
        .containsOnlyNulls();
    assertThat(column("avg(x) OVER w", named("ORDER BY x ROWS 1 PRECEDING EXCLUDE CURRENT ROW")))
        .containsExactly(null, 1.0, 2.0, 3.0);
    assertThat(column("first_value('a') OVER w", named("ORDER BY x ROWS 1 PRECEDING EXCLUDE TIES")))
        .containsOnly("a");
  }

  private static String named(String window) {
    return NULLS.replace("ORDER BY", "WINDOW w AS (" + window + ") ORDER BY");
  }

  @Test
  void rowsWhoseKeyIsAlwaysNullAreNearEachOther() {
    String none = " FROM (SELECT x, CAST(NULL AS BIGINT) AS k" + NULLS + ") AS n ORDER BY x";

    assertThat(
            column(
                "count(*) OVER (ORDER BY k RANGE BETWEEN UNBOUNDED PRECEDING AND 3 PRECEDING)",
                none))
        .containsExactly(4L, 4L, 4L, 4L);
    assertThat(column("sum(x) OVER (ORDER BY k RANGE BETWEEN 1 FOLLOWING AND 2 FOLLOWING)", none))
        .containsExactly(10L, 10L, 10L, 10L);
    assertThat(
            column(
                "count(*) OVER (PARTITION BY x ORDER BY k DESC RANGE BETWEEN 2 PRECEDING AND"
                    + " 1 PRECEDING)",
                none))
        .containsExactly(1L, 1L, 1L, 1L);
  }

  @Test
  void zerosAreOnePartitionAndEqual() {
    String zeros = " FROM (VALUES (0.0, 1), (-0.0, 2), (1.0, 3)) AS v(x, y) ORDER BY y";

    assertThat(column("count(*) OVER (PARTITION BY x)", zeros)).containsExactly(2L, 2L, 1L);
    assertThat(column("rank() OVER (ORDER BY x)", zeros)).containsExactly(1L, 1L, 3L);
  }

  @Test
  void sumsDoNotWrapRound() {
    SqlException failure = fixture.failure("SELECT sum(9223372036854775790 + x) OVER ()" + SIX);

    assertThat(failure.code()).isEqualTo(SqlErrorCode.INVALID_VALUE);
    assertThat(failure.getMessage()).startsWith("sum");
  }

  @Test
  void manyWindowsAndManyColumns() {
    String windows =
        IntStream.range(0, 300)
            .mapToObj(i -> "sum(x + " + i + ") OVER (ORDER BY x ROWS " + (i + 1) + " PRECEDING)")
            .collect(Collectors.joining(", "));

    assertThat(fixture.query("SELECT " + windows + SIX).rows()).hasSize(6);
    assertThat(
            fixture
                .query(
                    "SELECT count(*) OVER (PARTITION BY y), rank() OVER (ORDER BY y), sum(x) OVER"
                        + " (ORDER BY x)"
                        + NULLS)
                .rows())
        .containsExactly(
            Arrays.<Object>asList(2L, 1L, 1L),
            Arrays.<Object>asList(1L, 4L, 3L),
            Arrays.<Object>asList(2L, 1L, 6L),
            Arrays.<Object>asList(1L, 3L, 10L));
  }

  @Test
  void framesWithoutRowsAndKeysAtTheEndOfTheRange() {
    assertThat(
            fixture
                .query(
                    "SELECT last_value(-x) IGNORE NULLS OVER (ORDER BY x ROWS BETWEEN 2 PRECEDING"
                        + " AND 2 PRECEDING), first_value(x) OVER (ORDER BY x ROWS BETWEEN 5"
                        + " FOLLOWING AND 6 FOLLOWING)"
                        + SIX)
                .rows())
        .containsExactly(
            Arrays.asList(null, 9L),
            Arrays.asList(null, null),
            Arrays.asList(-1L, null),
            Arrays.asList(-2L, null),
            Arrays.asList(-3L, null),
            Arrays.asList(-5L, null));
    assertThat(
            fixture
                .query(
                    "SELECT count(*) OVER (ORDER BY x RANGE BETWEEN 1 FOLLOWING AND 1 FOLLOWING),"
                        + " count(*) OVER (ORDER BY -x DESC RANGE BETWEEN 1 FOLLOWING AND 2"
                        + " FOLLOWING) FROM (VALUES (9223372036854775806), (9223372036854775807))"
                        + " AS v(x)")
                .rows())
        .containsExactly(List.of(1L, 1L), List.of(0L, 0L));
  }

  @Test
  void framesOfGroupsAreRefusedWithWhatDoesTheSame() {
    SqlException refused =
        fixture.failure(
            "SELECT count(*) OVER (ORDER BY x GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW)" + SIX);

    assertThat(refused.getMessage()).isEqualTo("unexpected \"GROUPS\"");
    assertThat(refused.hint()).contains("RANGE", "dense_rank()");
    assertThat(
            fixture
                .query(
                    "SELECT x, count(*) OVER (ORDER BY g RANGE BETWEEN 1 PRECEDING AND CURRENT ROW)"
                        + " FROM (SELECT x, dense_rank() OVER (ORDER BY x > 3) AS g"
                        + SIX
                        + ") d ORDER BY 1")
                .column(1)
                .stream()
                .distinct())
        .hasSize(2);
  }

  @Test
  void windowsComputeWithWhatIsSimplified() {
    assertThat(
            fixture
                .query(
                    "SELECT lag(CASE 'a' WHEN 'a' THEN x WHEN 'b' THEN -x ELSE 0 END, 1) OVER"
                        + " (ORDER BY x), sum(x) OVER (ORDER BY x)"
                        + SIX)
                .column(0))
        .containsExactly(null, 1L, 2L, 3L, 5L, 8L);
  }

  @Test
  void windowsOverConstants() {
    assertThat(fixture.query("SELECT 1.5 AS a, count(*) OVER ()" + SIX).rows())
        .hasSize(6)
        .containsOnly(List.of(1.5, 6L));
    assertThat(
            fixture
                .query(
                    "SELECT count(*) OVER (ORDER BY k RANGE BETWEEN 1 PRECEDING AND 1 PRECEDING),"
                        + " count(*) OVER (ORDER BY k RANGE BETWEEN 0 PRECEDING AND 2 FOLLOWING)"
                        + " FROM (SELECT -0.5 AS k"
                        + SIX
                        + ")")
                .rows())
        .hasSize(6)
        .containsOnly(List.of(0L, 6L));
  }

  @Test
  void aggregatesWithFilterAndWindow() {
    assertThat(
            fixture
                .query(
                    "SELECT sum(x) FILTER (WHERE x > 2) OVER (ORDER BY x), count(*) FILTER (WHERE x <"
                        + " 3) OVER (), count(DISTINCT x) FILTER (WHERE x > 2) OVER (ORDER BY x ROWS 1"
                        + " PRECEDING)"
                        + SIX)
                .rows())
        .hasToString("[[null, 2, 0], [null, 2, 0], [3, 2, 1], [8, 2, 2], [16, 2, 2], [25, 2, 2]]");
    assertThat(fixture.failure("SELECT rank() FILTER (WHERE x > 2) OVER (ORDER BY x)" + SIX).code())
        .isEqualTo(SqlErrorCode.INVALID_QUERY);
  }
}
