package dev.annulus.query.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Joins and sub-queries over several tables, and the same table several times. */
class SubQueriesIT {
  @TempDir private static Path directory;
  private static SqlFixture fixture;

  @BeforeAll
  static void open() {
    fixture = new SqlFixture(directory);
    fixture.gauge(1, "cpu", Map.of("host", "a", "dc", "x"), 100, 5, ts -> ts);
    fixture.gauge(2, "mem", Map.of("host", "b"), 100, 3, ts -> -ts);
    fixture.gauge(3, "bare", Map.of(), 100, 2, ts -> 1);
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  @Test
  void scansOfDifferentTablesAreDifferentNodes() {
    assertThat(
            fixture
                .query(
                    "SELECT count(*) FROM metrics m JOIN metric_tags t ON m.metric_id ="
                        + " t.metric_id")
                .only())
        .isEqualTo(3L);
    assertThat(
            fixture
                .query(
                    "SELECT (SELECT count(*) FROM metrics), (SELECT count(*) FROM metric_tags),"
                        + " (SELECT count(DISTINCT metric_id) FROM metric_tags)")
                .rows())
        .containsExactly(List.of(3L, 3L, 2L));
    assertThat(
            fixture
                .query(
                    "SELECT name FROM metrics WHERE metric_id NOT IN (SELECT metric_id FROM"
                        + " metric_tags)")
                .column(0))
        .containsExactly("bare");
  }

  @Test
  void scansWithLongListsOfIdsAreDifferentNodes() {
    String one = "1 OR metric_id = 11 OR metric_id = 12 OR metric_id = 13 OR metric_id = 14";
    String other = "2 OR metric_id = 11 OR metric_id = 12 OR metric_id = 13 OR metric_id = 14";
    String more = " OR metric_id = 15 OR metric_id = 16 OR metric_id = 17 OR metric_id = 18";

    assertThat(
            fixture
                .query(
                    "SELECT (SELECT count(*) FROM samples WHERE metric_id = %s), (SELECT count(*)"
                            .formatted(one + more)
                        + " FROM samples WHERE metric_id = %s)".formatted(other + more))
                .rows())
        .containsExactly(List.of(5L, 3L));
  }

  @Test
  void bucketsOfDifferentStepsAreDifferentNodes() {
    String counts =
        "(SELECT count(*) FROM (SELECT ts_bucket(ts, %d) AS b, count(*) AS n FROM samples WHERE"
            + " metric_id = 1 GROUP BY b) AS g)";

    assertThat(fixture.query("SELECT " + counts.formatted(2) + ", " + counts.formatted(5)).rows())
        .containsExactly(List.of(3L, 1L));
  }
}
