package dev.annulus.query.sql.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.annulus.query.sql.SqlRequest;
import dev.annulus.query.sql.plan.SqlFixture.Result;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The SQL texts of the original system, word by word. */
class SeedQueriesIT {
  private static final long START = 1_700_000_000L;
  private static final long END = 1_700_003_600L;
  private static final List<Long> IDS = List.of(42L, 3020L, 3021L, 3001L, 3003L, 3004L);

  @TempDir private static Path directory;
  private static SqlFixture fixture;

  @BeforeAll
  static void writeSamples() {
    fixture = new SqlFixture(directory);
    fixture.gauge(42, "cpu_percent", Map.of("host", "demo"), START, 3600, ts -> ts % 60);
    fixture.counter(3020, "net_bytes_sent", START, 3600, ts -> (ts - START) * 10.0);
    fixture.counter(3021, "net_bytes_recv", START, 3600, ts -> (ts - START) * 4.0);
    fixture.gauge(3001, "cpu", Map.of(), START, 3600, ts -> 1);
    fixture.gauge(3003, "mem", Map.of(), START, 3600, ts -> 2);
    fixture.gauge(3004, "disk", Map.of(), START, 3600, ts -> 3);
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  private static Result run(String sql) {
    return fixture.query(
        SqlRequest.of(sql, fixture.engine.limits()).withMetricIds(IDS).withRange(START, END));
  }

  @Test
  void lists_the_samples_of_a_metric() {
    Result result = run("SELECT ts, value FROM samples WHERE metric_id = 42 ORDER BY ts");

    assertThat(result.columns()).containsExactly("ts", "value");
    assertThat(result.rows()).hasSize(3600);
    assertThat(result.rows().get(7)).containsExactly(START + 7, (double) ((START + 7) % 60));
    assertThat(result.cursor().stats().series()).isEqualTo(1);
  }

  @Test
  void finds_a_metric_by_its_name() {
    Result result = run("SELECT metric_id FROM metrics WHERE name = 'cpu_percent';");

    assertThat(result.rows()).containsExactly(List.of(42L));
  }

  @Test
  void averages_by_minute_through_a_selector_map() {
    Result result =
        run(
            "WITH selector_map AS ( SELECT 'cpu' AS alias, 42 AS metric_id ), base_agg AS ( SELECT"
                + " ts_bucket(s.ts, 60) AS bucket, 'cpu' AS alias, avg(s.value) AS value FROM"
                + " samples AS s JOIN selector_map AS sel ON s.metric_id = sel.metric_id WHERE s.ts"
                + " BETWEEN 1700000000 AND 1700003600 GROUP BY bucket ) SELECT bucket, alias, value"
                + " FROM base_agg ORDER BY bucket;");

    assertThat(result.columns()).containsExactly("bucket", "alias", "value");
    assertThat(result.rows()).hasSize(61);
    assertThat(result.rows().get(1)).containsExactly(1_700_000_040L, "cpu", 29.5);
    assertThat(result.cursor().stats().series()).isEqualTo(1);
  }

  @Test
  void turns_a_counter_into_rates() {
    Result result =
        run(
            "WITH selector_map AS ( SELECT 'net_sent' AS alias, 3020 AS metric_id ), base AS ("
                + " SELECT ts_bucket(s.ts, 60) AS bucket, s.metric_id, avg(s.value) AS bucket_avg"
                + " FROM samples AS s JOIN selector_map AS sel ON s.metric_id = sel.metric_id WHERE"
                + " s.ts BETWEEN 1700000000 AND 1700003600 GROUP BY bucket, s.metric_id ) SELECT"
                + " b.bucket, sel.alias AS series, bucket_rate(b.bucket_avg, LAG(b.bucket_avg) OVER"
                + " (ORDER BY b.bucket), 60) AS per_second FROM base AS b JOIN selector_map AS sel"
                + " ON b.metric_id = sel.metric_id ORDER BY bucket;");

    assertThat(result.columns()).containsExactly("bucket", "series", "per_second");
    assertThat(result.rows()).hasSize(61);
    assertThat(result.rows().get(0)).containsExactly(1_699_999_980L, "net_sent", null);
    assertThat((double) result.rows().get(2).get(2)).isCloseTo(10, within(1e-9));
  }

  @Test
  void subtracts_two_rates() {
    Result result =
        run(
            "WITH selector_map AS ( SELECT 'sent' AS alias, 3020 AS metric_id UNION ALL SELECT"
                + " 'recv' AS alias, 3021 AS metric_id ), bucketed AS ( SELECT ts_bucket(s.ts, 60)"
                + " AS bucket, sel.alias, avg(s.value) AS bucket_avg FROM samples AS s JOIN"
                + " selector_map AS sel ON s.metric_id = sel.metric_id WHERE s.ts BETWEEN"
                + " 1700000000 AND 1700003600 GROUP BY bucket, sel.alias ), rates AS ( SELECT"
                + " bucket, alias, bucket_rate(bucket_avg, LAG(bucket_avg) OVER (PARTITION BY alias"
                + " ORDER BY bucket), 60) AS rate FROM bucketed )\n"
                + "SELECT bucket, max(CASE WHEN alias = 'sent' THEN rate END) AS sent_rate,"
                + " max(CASE WHEN alias = 'recv' THEN rate END) AS recv_rate, max(CASE WHEN alias ="
                + " 'sent' THEN rate END) - max(CASE WHEN alias = 'recv' THEN rate END) AS delta"
                + " FROM rates GROUP BY bucket ORDER BY bucket;");

    assertThat(result.columns()).containsExactly("bucket", "sent_rate", "recv_rate", "delta");
    assertThat(result.rows()).hasSize(61);
    assertThat(result.rows().get(5)).containsExactly(1_700_000_280L, 10.0, 4.0, 6.0);
    assertThat(result.cursor().stats().series()).isEqualTo(2);
  }

  @Test
  void puts_three_gauges_side_by_side() {
    Result result =
        run(
            "WITH selector_map AS ( SELECT 'cpu' AS alias, 3001 AS metric_id UNION ALL SELECT 'mem'"
                + " AS alias, 3003 AS metric_id UNION ALL SELECT 'disk' AS alias, 3004 AS"
                + " metric_id ), bucketed AS ( SELECT ts_bucket(s.ts, 60) AS bucket, sel.alias,"
                + " avg(s.value) AS pct FROM samples AS s JOIN selector_map AS sel ON s.metric_id ="
                + " sel.metric_id WHERE s.ts BETWEEN 1700000000 AND 1700003600 GROUP BY bucket,"
                + " sel.alias ) SELECT bucket, max(CASE WHEN alias = 'cpu' THEN pct END) AS"
                + " cpu_percent, max(CASE WHEN alias = 'mem' THEN pct END) AS mem_used_percent,"
                + " max(CASE WHEN alias = 'disk' THEN pct END) AS disk_used_percent FROM bucketed"
                + " GROUP BY bucket ORDER BY bucket;");

    assertThat(result.columns())
        .containsExactly("bucket", "cpu_percent", "mem_used_percent", "disk_used_percent");
    assertThat(result.rows()).hasSize(61);
    assertThat(result.rows().get(9)).containsExactly(1_700_000_520L, 1.0, 2.0, 3.0);
    assertThat(result.cursor().stats().series()).isEqualTo(3);
  }

  @Test
  void needs_no_bounds_in_the_request() {
    Result result =
        fixture.query(
            "WITH selector_map AS (SELECT 'cpu' AS alias, 42 AS metric_id) SELECT sel.alias,"
                + " count(*) AS n FROM selector_map AS sel JOIN samples AS s ON s.metric_id ="
                + " sel.metric_id GROUP BY sel.alias");

    assertThat(result.rows()).containsExactly(List.of("cpu", 3600L));
    assertThat(result.cursor().stats().series()).isEqualTo(1);
  }
}
