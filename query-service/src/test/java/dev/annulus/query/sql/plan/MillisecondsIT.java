package dev.annulus.query.sql.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.model.MetricType;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.SeriesSpec;
import dev.annulus.model.StaleMarker;
import dev.annulus.query.sql.SqlRequest;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Times within a second, and values that are no numbers, on a store that keeps them. */
class MillisecondsIT {
  private static final long START = 1_700_000_000_000L;

  @TempDir private static Path directory;
  private static SqlFixture fixture;

  @BeforeAll
  static void writeSamples() {
    fixture = new SqlFixture(directory);
    SeriesSpec fine = new SeriesSpec(1L, SeriesKey.of("fine"), MetricType.GAUGE, 100L, 1_000);
    long[] times = {0, 100, 950, 1_000, 1_999, 2_000, 60_500};
    double[] values = {1, 5, 3, 4, 2, 7, 6};
    for (int i = 0; i < times.length; i++) {
      times[i] += START;
    }
    fixture.write(new SeriesSamples(fine, times, values));
    fixture.write(
        new SeriesSamples(
            new SeriesSpec(2L, SeriesKey.of("odd"), MetricType.GAUGE, null, null),
            new long[] {START, START + 1_000, START + 2_000, START + 3_000, START + 4_000},
            new double[] {1, StaleMarker.VALUE, Double.NaN, Double.POSITIVE_INFINITY, -2}));
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ts_ms = 1700000000950 | 1",
        "ts_ms >= 1700000000950 | 5",
        "ts_ms > 1700000000950 | 4",
        "ts_ms < 1700000001000 | 3",
        "ts_ms <= 1700000001000 | 4",
        "ts_ms BETWEEN 1700000000100 AND 1700000001999 | 4",
        "ts_ms > 1.7000000009495e12 | 5",
        "ts = 1700000000 | 3",
        "ts > 1700000000 | 4",
        "ts < 1700000001 | 3",
        "ts <= 1700000001 | 5",
        "ts >= 1700000001 AND ts_ms < 1700000002000 | 2",
        "ts = ts_ms / 1000 | 7",
        "ts BETWEEN 1700000001 AND 1700000001 | 2",
      })
  void conditionsOnBothTimesSelectWhatTheySay(String condition, long count) {
    String sql = "SELECT count(*) FROM samples WHERE metric_id = 1 AND " + condition;
    assertThat(fixture.query(sql).only()).isEqualTo(count);
    assertThat(fixture.queryUnpushed(sql).only()).isEqualTo(count);
  }

  @Test
  void aBoundInMillisecondsKeepsTheScanShort() {
    String sql = "SELECT value FROM samples WHERE metric_id = 1 AND ts_ms > 1700000000950";
    assertThat(fixture.plan(sql)).contains("ts_ms=[> 1700000000950").doesNotContain("Filter");
    // Without an end, any slot of a ring may have a later sample.
    assertThat(samplesRead(sql)).isEqualTo(7);
    // The slot of a bound is read, too.
    assertThat(samplesRead(sql + " AND ts_ms < 1700000060000")).isEqualTo(4);
    assertThat(samplesRead(sql + " AND ts < 1700000002")).isEqualTo(3);
  }

  private static long samplesRead(String sql) {
    return fixture.query(sql).cursor().stats().samples();
  }

  @Test
  void theRangeOfTheRequestIncludesItsLastSecond() {
    SqlRequest request =
        SqlRequest.of(
                "SELECT ts_ms - 1700000000000 FROM samples WHERE metric_id = 1 ORDER BY 1",
                fixture.limits())
            .withRange(1_700_000_000L, 1_700_000_001L);
    assertThat(fixture.query(request).column(0)).containsExactly(0L, 100L, 950L, 1_000L, 1_999L);
  }

  @Test
  void newColumnsComeLast() {
    assertThat(fixture.query("SELECT * FROM samples WHERE metric_id = 1 LIMIT 1").columns())
        .containsExactly("metric_id", "ts", "value", "type", "ts_ms");
    assertThat(fixture.query("SELECT * FROM metrics WHERE metric_id = 1").rows())
        .containsExactly(List.of(1L, "fine", 0, 1L, 1_000L, 100L));
  }

  /** By metric, by second, by bucket: the same whether the scan groups or not. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT ts, count(*), sum(value) FROM samples WHERE metric_id = 1 GROUP BY ts ORDER BY ts"
            + " | [[1700000000, 3, 9.0], [1700000001, 2, 6.0], [1700000002, 1, 7.0],"
            + " [1700000060, 1, 6.0]]",
        "SELECT ts_bucket(ts, 60) AS b, max(value), min(ts), max(ts) FROM samples WHERE metric_id"
            + " = 1 GROUP BY b ORDER BY b | [[1699999980, 7.0, 1700000000, 1700000002],"
            + " [1700000040, 6.0, 1700000060, 1700000060]]",
        "SELECT ts_bucket(ts_ms, 500) AS b, count(*) FROM samples WHERE metric_id = 1 GROUP BY b"
            + " ORDER BY b LIMIT 3 | [[1700000000000, 2], [1700000000500, 1], [1700000001000, 1]]",
        "SELECT first(value, ts), last(value, ts) FROM samples WHERE metric_id = 1 AND ts <"
            + " 1700000002 | [[5.0, 4.0]]",
        "SELECT first(value, ts_ms), last(value, ts_ms) FROM samples WHERE metric_id = 1 AND ts <"
            + " 1700000002 | [[1.0, 2.0]]",
        "SELECT rate(value, ts), increase(value, ts) FROM samples WHERE metric_id = 1 AND ts ="
            + " 1700000000 | [[null, 7.0]]",
      })
  void aggregatesAreTheSamePushedOrNot(String sql, String rows) {
    assertThat(fixture.query(sql).rows().toString()).isEqualTo(rows);
    assertThat(fixture.queryUnpushed(sql).rows().toString()).isEqualTo(rows);
  }

  @Test
  void aStalenessMarkerIsNoRowAndNaNIsOne() {
    assertThat(fixture.query("SELECT value FROM samples WHERE metric_id = 2 ORDER BY ts").column(0))
        .containsExactly(1.0, Double.NaN, Double.POSITIVE_INFINITY, -2.0);
    assertThat(
            fixture
                .query("SELECT value FROM samples WHERE metric_id = 2 AND value > 0 ORDER BY ts")
                .column(0))
        .containsExactly(1.0, Double.NaN, Double.POSITIVE_INFINITY);
  }

  /** NaN is the largest value, however the smallest and the largest are found. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT value FROM samples WHERE metric_id = 2 ORDER BY value"
            + " | [[-2.0], [1.0], [Infinity], [NaN]]",
        "SELECT ts, value FROM samples WHERE metric_id = 2 ORDER BY value DESC LIMIT 2"
            + " | [[1700000002, NaN], [1700000003, Infinity]]",
        "SELECT x FROM (SELECT CASE WHEN value < 0 THEN NULL ELSE value END AS x FROM samples"
            + " WHERE metric_id = 2) AS t ORDER BY x NULLS FIRST | [[null], [1.0], [Infinity], [NaN]]",
        "SELECT count(*), min(value), max(value), avg(value) FROM samples WHERE metric_id = 2"
            + " | [[4, -2.0, NaN, NaN]]",
        "SELECT min(value), max(value) FROM samples WHERE metric_id = 2 AND ts <= 1700000002"
            + " | [[1.0, NaN]]",
        "SELECT min(value), max(value) FROM samples WHERE metric_id = 2 AND ts = 1700000002"
            + " | [[NaN, NaN]]",
        "SELECT min(value), max(value) FROM samples WHERE metric_id = 2 AND ts_ms = 1700000001000"
            + " | [[null, null]]",
        "SELECT metric_id, min(value), max(value) FROM samples WHERE metric_id IN (1, 2) GROUP BY"
            + " metric_id ORDER BY metric_id | [[1, 1.0, 7.0], [2, -2.0, NaN]]",
        "SELECT min(value), max(value) FROM samples WHERE metric_id IN (1, 2)" + " | [[-2.0, NaN]]",
        "SELECT min(value + 1), max(value + 1) FROM samples WHERE metric_id = 2"
            + " | [[-1.0, NaN]]",
        "SELECT DISTINCT min(value) OVER (), max(value) OVER () FROM samples WHERE metric_id = 2"
            + " | [[-2.0, NaN]]",
      })
  void naNIsTheLargestValue(String sql, String rows) {
    assertThat(fixture.query(sql).rows().toString()).isEqualTo(rows);
    assertThat(fixture.queryUnpushed(sql).rows().toString()).isEqualTo(rows);
  }

  /** A condition and the opposite one select every row once, whatever the planner makes of them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "value > 0 | 3",
        "value <= 0 | 1",
        "NOT (value > 0) | 1",
        "value < 0 OR value >= 0 | 4",
        "value = CAST('NaN' AS DOUBLE) | 1",
        "value <> CAST('NaN' AS DOUBLE) | 3",
        "value = value | 4",
        "value > CAST('Infinity' AS DOUBLE) | 1",
        "value >= CAST('Infinity' AS DOUBLE) | 2",
        "value <= CAST('Infinity' AS DOUBLE) | 3",
        "value < CAST('-Infinity' AS DOUBLE) | 0",
        "value < CAST('NaN' AS DOUBLE) | 3",
        "value <= CAST('NaN' AS DOUBLE) | 4",
        "value > CAST('NaN' AS DOUBLE) | 0",
        "value BETWEEN 0 AND CAST('Infinity' AS DOUBLE) | 2",
        "value NOT BETWEEN 0 AND CAST('Infinity' AS DOUBLE) | 2",
        "value IN (1, -2) | 2",
        "value NOT IN (1, -2) | 2",
        "greatest(value, 5) = value | 2",
        "least(value, 5) = value | 2",
        "value IS NOT DISTINCT FROM CAST('NaN' AS DOUBLE) | 1",
        "value IS DISTINCT FROM CAST('NaN' AS DOUBLE) | 3",
        "ts < CAST('NaN' AS DOUBLE) | 4",
        "ts >= CAST('NaN' AS DOUBLE) | 0",
        "CASE WHEN value > 1 THEN 1 ELSE 0 END = 1 | 2",
        "value > CASE WHEN CAST('NaN' AS DOUBLE) > 5 THEN 0 ELSE 100 END | 3",
        "ts < CASE WHEN CAST('NaN' AS DOUBLE) <= 5 THEN 0 ELSE 10000000000 END | 4",
      })
  void comparisonsFollowThatOrder(String condition, long rows) {
    String where = "SELECT count(*) FROM samples WHERE metric_id = 2 AND (%s)";
    String join =
        "SELECT count(*) FROM samples JOIN (VALUES (2)) AS v(x) ON metric_id = v.x AND (%s)"
            + " WHERE metric_id IN (1, 2)";
    String filter =
        "SELECT count(*) FILTER (WHERE %s) FROM (SELECT ts, value + 0 AS value FROM samples WHERE"
            + " metric_id = 2 LIMIT 10) AS t";
    for (String query : List.of(where, join, filter)) {
      String sql = query.formatted(condition);
      assertThat(fixture.query(sql).column(0)).as(sql).containsExactly(rows);
      assertThat(fixture.queryUnpushed(sql).column(0)).as(sql).containsExactly(rows);
    }
  }
}
