package dev.annulus.query.sql.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Times: a number is epoch seconds, wherever a time is taken, or it is refused. */
class TimesIT {
  /** 2023-11-14T22:14:00Z, a Tuesday. */
  private static final long START = 1_700_000_040L;

  @TempDir private static Path directory;
  private static SqlFixture fixture;

  @BeforeAll
  static void writeSamples() {
    fixture = new SqlFixture(directory);
    fixture.gauge(1, "cpu", Map.of("host", "a"), START, 10, ts -> ts - START);
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CAST(ts AS TIMESTAMP) | 2023-11-14T22:14:00Z",
        "ts::TIMESTAMP | 2023-11-14T22:14:00Z",
        "to_timestamp(ts) | 2023-11-14T22:14:00Z",
        "to_timestamp(ts + 0.25) | 2023-11-14T22:14:00.250Z",
        "from_unixtime(ts) | 2023-11-14T22:14:00Z",
        "timestamp_seconds(ts) | 2023-11-14T22:14:00Z",
        "to_timestamp(-1) | 1969-12-31T23:59:59Z",
        "to_timestamp(NULL) |",
        "CAST(to_timestamp(ts) AS BIGINT) | 1700000040",
        "CAST(to_timestamp(ts + 0.5) AS DOUBLE) | 1.7000000405E9",
        "CAST(to_timestamp(-0.5) AS BIGINT) | -1",
        "unix_seconds(to_timestamp(ts)) | 1700000040",
        "to_unixtime(to_timestamp(ts)) | 1700000040",
        "CAST(to_timestamp(ts) AS DATE) | 2023-11-14",
        "CAST('2024-01-31' AS TIMESTAMP) | 2024-01-31T00:00:00Z",
        "CAST('2024-01-31 10:00' AS TIMESTAMP) | 2024-01-31T10:00:00Z",
        "CAST(' 2024-1-31 10:00:05.1239 ' AS TIMESTAMP) | 2024-01-31T10:00:05.123Z",
        "CAST('2024-01-31T10:00:00Z' AS TIMESTAMP) | 2024-01-31T10:00:00Z",
        "CAST('2024-01-31T10:00:00.500Z' AS TIMESTAMP) | 2024-01-31T10:00:00.500Z",
        "CAST('2024-01-31 01:30:00+02:00' AS TIMESTAMP) | 2024-01-30T23:30:00Z",
        "CAST('2024-01-31T10:00:00Z' AS DATE) | 2024-01-31",
        "CAST('2024-01-31T10:20:30Z' AS TIME) | 10:20:30",
        "CAST('10:20' AS TIME) | 10:20:00",
        "TIMESTAMP '2024-01-31T10:00:00Z' | 2024-01-31T10:00:00Z",
        "TIMESTAMP '2024-01-31 10:00' | 2024-01-31T10:00:00Z",
        "to_timestamp(ts) < '2023-11-14T22:14:01Z' | true",
        "CAST(NULL AS TIMESTAMP) |",
        "extract(HOUR FROM to_timestamp(ts)) | 22",
        "now() | 2023-11-15T01:00:00Z",
        "now() - INTERVAL '1' HOUR | 2023-11-15T00:00:00Z",
        "now() - INTERVAL '90 minutes' | 2023-11-14T23:30:00Z",
        "now() + interval '1 day' | 2023-11-16T01:00:00Z",
        "now() - INTERVAL '3600' SECOND | 2023-11-15T00:00:00Z",
        "unix_seconds(now()) - ts | 9960",
        "time_bucket(60, ts + 5) | 1700000040",
        "time_bucket(ts + 5, 60) | 1700000040",
        "ts_bucket(60, ts + 5) | 1700000040",
        "time_bucket(INTERVAL '1' MINUTE, ts) | 1700000040",
        "time_bucket(INTERVAL '5 minutes', ts) | 1699999800",
        "time_bucket(ts, INTERVAL '1' HOUR) | 1699999200",
        "time_bucket('1 minute', ts) | 1700000040",
        "time_bucket('5m', ts) | 1699999800",
        "ts_bucket(ts, '1 hour') | 1699999200",
        "time_bucket('1h30m', ts) | 1699995600",
        "time_bucket('1 week', ts) | 1699488000",
        "time_bucket(60, ts, 7) | 1699999987",
        "align_time(ts, '1 minute', 7) | 1699999987",
        "ts_bucket(1700000001, 60) | 1699999980",
        "time_bucket(1700000001, 60) | 1699999980",
        "time_bucket(60, NULL) |",
        "date_trunc('second', ts) | 1700000040",
        "date_trunc('MINUTE', ts + 7) | 1700000040",
        "date_trunc('hour', ts) | 1699999200",
        "date_trunc('day', ts) | 1699920000",
        "date_trunc('week', ts) | 1699833600",
        "date_trunc('month', ts) | 1698796800",
        "date_trunc('quarter', ts) | 1696118400",
        "date_trunc('year', ts) | 1672531200",
        "date_trunc('day', ts, 'Europe/Berlin') | 1699916400",
        "date_trunc('day', ts, '+01:00') | 1699916400",
        "date_trunc('day', to_timestamp(ts), 'Europe/Berlin') | 2023-11-13T23:00:00Z",
        "date_trunc('hour', to_timestamp(ts)) | 2023-11-14T22:00:00Z",
        "date_trunc('year', DATE '2024-05-05') | 2024-01-01T00:00:00Z",
        "date_trunc('hour', NULL + ts) |",
      })
  void times_have_their_usual_meaning(String expression, String expected) {
    String sql =
        "SELECT %s FROM samples WHERE metric_id = 1 AND ts = %d".formatted(expression, START);
    Object cached = fixture.query(sql).only();
    assertThat(cached == null ? null : cached.toString()).isEqualTo(expected);
    assertThat(fixture.queryUncached(sql).only()).isEqualTo(cached);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ts > TIMESTAMP '2023-11-14 22:14:05' | 4",
        "TIMESTAMP '2023-11-14 22:14:05' <= ts | 5",
        "ts = TIMESTAMP '2023-11-14 22:14:05' | 1",
        "ts < to_timestamp(1700000045.5) | 6",
        "ts >= to_timestamp(1700000044.5) | 5",
        "to_timestamp(ts) <> to_timestamp(1700000045) | 9",
        "to_timestamp(ts) < now() | 10",
        "ts > now() | 0",
        "ts > now() - INTERVAL '1 day' | 10",
        "ts BETWEEN now() - INTERVAL '9957' SECOND AND now() - INTERVAL '9953' SECOND | 5",
        "ts BETWEEN TIMESTAMP '2023-11-14 22:14:05' AND now() | 5",
        "value > 3 AND ts < TIMESTAMP '2023-11-14 22:14:05' | 1",
      })
  void numbers_compare_with_timestamps_as_epoch_seconds(String condition, long count) {
    String sql = "SELECT count(*) FROM samples WHERE metric_id = 1 AND " + condition;
    assertThat(fixture.query(sql).only()).isEqualTo(count);
    assertThat(fixture.queryUncached(sql).only()).isEqualTo(count);
    assertThat(fixture.queryUnpushed(sql).only()).isEqualTo(count);
  }

  @Test
  void what_compares_ts_with_a_timestamp_confines_the_scan() {
    assertThat(
            fixture.plan(
                "SELECT date_trunc('week', ts), count(*) FROM samples WHERE metric_id = 1 AND ts >="
                    + " now() - INTERVAL '3' HOUR GROUP BY 1"))
        .contains("GroupScan")
        .contains("ts=[>= ")
        .doesNotContain("EnumerableCalc");
    assertThat(
            fixture.plan(
                "SELECT time_bucket('1 minute', ts) AS time, avg(value) FROM samples WHERE"
                    + " metric_id = 1 GROUP BY time"))
        .startsWith("GroupScan(keys=[ts_bucket(ts, 60)], aggregates=[avg])");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ts + INTERVAL '1' HOUR | to_timestamp(ts)",
        "now() - 3600 | unix_seconds(timestamp)",
        "now() - to_timestamp(ts) | unix_seconds(timestamp)",
        "extract(HOUR FROM ts) | to_timestamp(ts)",
        "floor(ts TO HOUR) | to_timestamp(ts)",
        "CAST(ts AS DATE) | to_timestamp(ts)",
        "unix_seconds(ts) | to_timestamp(ts)",
        "ts AT TIME ZONE 'Europe/Berlin' | date_trunc('day', ts, 'Europe/Berlin')",
        "ts > '2023-11-14 22:14:00' | TIMESTAMP '2024-01-31 10:00:00'",
        "date_part('hour', ts) | extract(HOUR FROM to_timestamp(ts))",
        "hour(ts) | extract(HOUR FROM to_timestamp(ts))",
        "strftime(ts, '%Y') | CAST(to_timestamp(ts) AS VARCHAR)",
      })
  void what_is_refused_names_the_alternative(String expression, String alternative) {
    SqlException failure =
        fixture.failure("SELECT " + expression + " FROM samples WHERE metric_id = 1");
    assertThat(failure.code()).isNotEqualTo(SqlErrorCode.INTERNAL);
    assertThat(failure.hint()).contains(alternative);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "coalesce(ts, now()) | INVALID_QUERY",
        "CASE WHEN ts > 1 THEN ts ELSE now() END | INVALID_QUERY",
        "ts FROM samples WHERE metric_id = 1 UNION ALL SELECT now() | INVALID_QUERY",
        "time_bucket('1 month', ts) | INVALID_QUERY",
        "time_bucket('soon', ts) | INVALID_QUERY",
        "time_bucket(INTERVAL '1' YEAR, ts) | INVALID_QUERY",
        "time_bucket('500 ms', ts) | INVALID_QUERY",
        "date_trunc('moon', ts) | INVALID_VALUE",
        "date_trunc('day', ts, 'Mars') | INVALID_VALUE",
        "to_timestamp(1e300) | INVALID_VALUE",
        "lag(value, 1.5) OVER (ORDER BY ts) | INVALID_QUERY",
      })
  void numbers_are_never_taken_for_milliseconds_or_cut(String expression, SqlErrorCode code) {
    String rest = expression.contains(" FROM ") ? "" : " FROM samples WHERE metric_id = 1";
    assertThat(fixture.failure("SELECT " + expression + rest).code()).isEqualTo(code);
  }

  @Test
  void date_trunc_agrees_with_the_calendar() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 100; i++) {
      long ts = random.nextLong(-5_000_000_000L, 5_000_000_000L);
      String zone = List.of("UTC", "Europe/Berlin", "Asia/Kathmandu").get(random.nextInt(3));
      Instant instant = Instant.ofEpochSecond(ts);
      LocalDate day = instant.atZone(ZoneId.of(zone)).toLocalDate();
      LocalDate monday = day.minusDays(day.getDayOfWeek().getValue() - 1L);
      assertThat(
              fixture
                  .query(
                      "SELECT date_trunc('hour', %1$d), date_trunc('day', %1$d, '%2$s'),"
                              .formatted(ts, zone)
                          + " date_trunc('week', %1$d, '%2$s'), date_trunc('month', %1$d, '%2$s')"
                              .formatted(ts, zone))
                  .rows())
          .as("seed %d, %d in %s", seed, ts, zone)
          .containsExactly(
              List.of(
                  instant.truncatedTo(ChronoUnit.HOURS).getEpochSecond(),
                  start(day, zone),
                  start(monday, zone),
                  start(day.withDayOfMonth(1), zone)));
    }
  }

  private static long start(LocalDate day, String zone) {
    return day.atStartOfDay(ZoneId.of(zone)).toEpochSecond();
  }

  @ParameterizedTest
  @CsvSource({
    "2024-02-30, DATE",
    "2024-13-01, DATE",
    "hello, DATE",
    "'', DATE",
    "10:00, DATE",
    "2024-02-30 10:00:00, TIMESTAMP",
    "2024-01-31 24:00:00, TIMESTAMP",
    "2024-01-31T10:00:00+99:00, TIMESTAMP",
    "2024-01-31X10:00:00, TIMESTAMP",
    "25:00:00, TIME",
    "2024-01-31, TIME",
  })
  void texts_that_are_no_times_are_refused(String text, String type) {
    for (String sql :
        List.of(
            "SELECT CAST('%s' AS %s)".formatted(text, type),
            "SELECT CAST(x AS %2$s) FROM (VALUES ('%1$s')) v(x)".formatted(text, type))) {
      SqlException failure = fixture.failure(sql);
      assertThat(failure.code()).as(sql).isEqualTo(SqlErrorCode.INVALID_VALUE);
      assertThat(failure)
          .as(sql)
          .hasMessage("'%s' is not a %s".formatted(text, type.toLowerCase(Locale.ROOT)));
    }
  }

  @Test
  void what_an_answer_prints_is_a_time() {
    Object printed = fixture.query("SELECT now()").only();
    assertThat(fixture.query("SELECT CAST('%s' AS TIMESTAMP) = now()".formatted(printed)).only())
        .isEqualTo(true);
  }
}
