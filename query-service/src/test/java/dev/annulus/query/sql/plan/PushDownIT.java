package dev.annulus.query.sql.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlRequest;
import dev.annulus.query.sql.plan.SqlFixture.Result;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which rings and which metadata a query reads. */
class PushDownIT {
  private static final long START = 1_700_000_000L;

  @TempDir private static Path directory;
  private static SqlFixture fixture;

  @BeforeAll
  static void writeSamples() {
    fixture = new SqlFixture(directory);
    fixture.gauge(42, "cpu", Map.of("host", "demo", "dc", "x"), START, 100, ts -> ts % 60);
    fixture.gauge(43, "cpu", Map.of("host", "other"), START, 100, ts -> ts % 7);
    fixture.counter(44, "net", START, 100, ts -> ts - START);
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  private static long seriesRead(String sql) {
    return fixture.query(sql).cursor().stats().series();
  }

  @Test
  void a_constant_names_the_ring_and_the_range() {
    String sql =
        "SELECT ts, value FROM samples WHERE metric_id = 42 AND ts >= 1700000010 AND ts <"
            + " 1700000020";

    assertThat(fixture.plan(sql))
        .isEqualTo(
            "SampleScan(metric_id=[in [42]], ts=[>= 1700000010], ts=[< 1700000020], columns=[[ts,"
                + " value]])");
    assertThat(fixture.query(sql).rows()).hasSize(10);
    assertThat(fixture.query(sql).cursor().stats().samples()).isEqualTo(10);
  }

  @Test
  void a_list_and_an_or_name_rings() {
    assertThat(seriesRead("SELECT ts FROM samples WHERE metric_id IN (42, 44)")).isEqualTo(2);
    assertThat(seriesRead("SELECT ts FROM samples WHERE metric_id = 42 OR metric_id = 43"))
        .isEqualTo(2);
    assertThat(
            seriesRead(
                "SELECT ts FROM samples WHERE (metric_id = 42 AND value > 5) OR (metric_id = 43 AND"
                    + " ts < 1700000005)"))
        .isEqualTo(2);
  }

  @Test
  void a_sub_query_on_tags_names_rings() {
    String sql =
        "SELECT count(*) FROM samples WHERE metric_id IN (SELECT metric_id FROM metric_tags WHERE"
            + " tag_key = 'host' AND tag_value = 'demo')";

    assertThat(fixture.query(sql).only()).isEqualTo(100L);
    assertThat(seriesRead(sql)).isEqualTo(1);
    assertThat(fixture.plan(sql))
        .contains("TagScan(tag_key=[in ['host']], tag_value=[in ['demo']]");
  }

  @Test
  void a_join_on_metadata_names_rings() {
    Result result =
        fixture.query(
            "SELECT m.name, t.tag_value AS host, max(s.value) AS top FROM samples s JOIN metrics m"
                + " ON s.metric_id = m.metric_id LEFT JOIN metric_tags t ON t.metric_id ="
                + " s.metric_id AND t.tag_key = 'host' WHERE m.name = 'net' GROUP BY m.name,"
                + " t.tag_value");

    assertThat(result.rows()).hasSize(1);
    assertThat(result.rows().get(0)).containsExactly("net", null, 99.0);
    assertThat(result.cursor().stats().series()).isEqualTo(1);
  }

  @Test
  void a_scalar_and_a_correlated_sub_query_name_rings() {
    assertThat(
            seriesRead(
                "SELECT ts FROM samples WHERE metric_id = (SELECT min(metric_id) FROM metrics)"))
        .isEqualTo(1);
    assertThat(
            fixture
                .query(
                    "SELECT m.metric_id, (SELECT count(*) FROM samples s WHERE s.metric_id ="
                        + " m.metric_id) AS n FROM metrics m WHERE m.name = 'net'")
                .rows())
        .containsExactly(List.of(44L, 100L));
  }

  @Test
  void a_self_join_needs_to_name_the_ring_once() {
    Result result =
        fixture.query(
            "SELECT count(*) FROM samples a JOIN samples b ON a.ts = b.ts AND a.metric_id ="
                + " b.metric_id WHERE a.metric_id = 42");

    assertThat(result.only()).isEqualTo(100L);
    assertThat(result.cursor().stats().series()).isEqualTo(2);
  }

  @Test
  void the_request_bounds_every_scan() {
    SqlRequest request =
        SqlRequest.of("SELECT metric_id, ts FROM samples", fixture.engine.limits())
            .withMetricIds(List.of(43L, 99L))
            .withRange(START + 1, START + 2);

    assertThat(fixture.query(request).rows())
        .containsExactly(List.of(43L, START + 1), List.of(43L, START + 2));
  }

  @Test
  void a_scan_without_metrics_is_refused() {
    assertThat(fixture.failure("SELECT count(*) FROM samples WHERE ts > 5").code())
        .isEqualTo(SqlErrorCode.MISSING_BOUND);
    assertThat(
            fixture
                .failure("SELECT 1 FROM samples s LEFT JOIN metrics m ON s.metric_id = m.metric_id")
                .code())
        .isEqualTo(SqlErrorCode.MISSING_BOUND);
  }

  @Test
  void a_list_of_ids_reaches_the_other_side_of_an_outer_join() {
    String sql =
        "WITH m AS (SELECT 'a' AS alias, 42 AS metric_id UNION ALL SELECT 'b', 43) SELECT count(*),"
            + " count(m.alias) FROM samples s LEFT JOIN m ON s.metric_id = m.metric_id AND m.alias"
            + " = 'a' WHERE s.metric_id IN (42, 43, 44)";

    assertThat(fixture.query(sql).rows()).containsExactly(List.of(300L, 100L));
  }

  @Test
  void metadata_needs_no_bounds() {
    assertThat(fixture.query("SELECT metric_id FROM metrics ORDER BY metric_id").column(0))
        .containsExactly(42L, 43L, 44L);
    assertThat(fixture.query("SELECT tag_value FROM metric_tags WHERE metric_id = 42").column(0))
        .containsExactlyInAnyOrder("demo", "x");
  }
}
