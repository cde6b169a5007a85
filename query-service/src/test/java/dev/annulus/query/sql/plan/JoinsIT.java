package dev.annulus.query.sql.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Joins: which conditions they take, and which rows they keep. */
class JoinsIT {
  @TempDir private static Path directory;
  private static SqlFixture fixture;

  @BeforeAll
  static void open() {
    fixture = SqlFixture.ofThreeSeries(directory);
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  @Test
  void rightJoinsTakeAnyCondition() {
    assertThat(
            fixture
                .query(
                    "SELECT a.name, b.name FROM metrics a RIGHT JOIN metrics b ON a.metric_id <"
                        + " b.metric_id AND a.name <> 'mem' ORDER BY 2, 1")
                .rows())
        .containsExactly(List.of("cpu", "bare"), Arrays.asList(null, "cpu"), List.of("cpu", "mem"));
    assertThat(
            fixture
                .query("SELECT count(*), count(a.name) FROM metrics a RIGHT JOIN metrics b ON TRUE")
                .rows())
        .containsExactly(List.of(9L, 9L));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FALSE",
        "1 = 0",
        "a.metric_id < b.metric_id AND FALSE",
        "a.metric_id = b.metric_id AND CAST(NULL AS BOOLEAN)",
        "a.metric_id = b.metric_id AND NULLIF(1, 1) = 1"
      })
  void outerJoinsWithoutPairsKeepTheirRows(String condition) {
    String kept = "SELECT count(*), count(a.name), count(b.tag_key) FROM metrics a ";

    assertThat(fixture.query(kept + "LEFT JOIN metric_tags b ON " + condition).rows())
        .containsExactly(List.of(3L, 3L, 0L));
    assertThat(fixture.query(kept + "RIGHT JOIN metric_tags b ON " + condition).rows())
        .containsExactly(List.of(3L, 0L, 3L));
    assertThat(fixture.query(kept + "FULL JOIN metric_tags b ON " + condition).rows())
        .containsExactly(List.of(6L, 3L, 3L));
    assertThat(fixture.query(kept + "JOIN metric_tags b ON " + condition).rows())
        .containsExactly(List.of(0L, 0L, 0L));
  }

  @Test
  void fullJoinsNeedAnEquality() {
    assertThat(
            fixture
                .failure("SELECT 1 FROM metrics a FULL JOIN metrics b ON a.metric_id < b.metric_id")
                .getMessage())
        .isEqualTo("a full join needs an equality between columns of both sides");
  }

  @Test
  void conditionsThatFollowOnTheOtherSideOfOuterJoinsMayMeetNulls() {
    assertThat(
            fixture
                .query(
                    "SELECT count(*) FROM metrics a FULL JOIN (SELECT * FROM samples WHERE"
                        + " metric_id = 1) b ON a.metric_id = b.metric_id FULL JOIN samples c ON"
                        + " a.metric_id = c.metric_id WHERE c.metric_id = 1")
                .only())
        .isEqualTo(25L);
  }

  @Test
  void commasBindWeakerThanJoins() {
    String lists = "SELECT a.x, b.y, c.z FROM (VALUES (1), (2)) a(x), (VALUES (3)) b(y) ";

    assertThat(
            fixture.query(lists + "FULL JOIN (VALUES (4)) c(z) ON b.y = c.z ORDER BY 1, 2").rows())
        .containsExactlyInAnyOrder(
            Arrays.asList(1L, 3L, null),
            Arrays.asList(1L, null, 4L),
            Arrays.asList(2L, 3L, null),
            Arrays.asList(2L, null, 4L));
    assertThat(
            fixture
                .query(lists + "RIGHT JOIN (VALUES (4)) c(z) ON b.y = c.z, (VALUES (5)) d(w)")
                .rows())
        .containsExactlyInAnyOrder(Arrays.asList(1L, null, 4L), Arrays.asList(2L, null, 4L));
    assertThat(
            fixture
                .query(
                    "SELECT * FROM (VALUES (1, 7), (2, 8)) a(x, k), (VALUES (3)) b(y) NATURAL JOIN"
                        + " (VALUES (3, 1)) c(y, x)")
                .rows())
        .containsExactlyInAnyOrder(List.of(1L, 7L, 3L, 1L), List.of(2L, 8L, 3L, 1L));
    assertThat(fixture.failure(lists + "FULL JOIN (VALUES (4)) c(z) ON a.x = c.z").getMessage())
        .contains("there is no table a");
  }

  /** Calcite would take x of a for that of b where their types are the same. */
  @Test
  void lateralsSeeTheTablesTheyNameAfterCommasAndOuterJoins() {
    String lists = " FROM (VALUES (10), (11)) a(x), (VALUES (20)) b(x) ";
    String outer = "JOIN (VALUES (30)) c(x) ON b.x + 10 = c.x ";
    String lateral = "CROSS JOIN LATERAL (SELECT %s.x AS y FROM metrics LIMIT 1) q";

    for (String kind : List.of("", "LEFT ", "RIGHT ", "FULL ")) {
      String sql = "SELECT q.y" + lists + kind + outer + lateral;
      assertThat(fixture.query(sql.formatted("a")).column(0))
          .as(kind)
          .containsExactlyInAnyOrder(10L, 11L);
      assertThat(fixture.query(sql.formatted("b")).column(0)).as(kind).containsExactly(20L, 20L);
      assertThat(fixture.query(sql.formatted("c")).column(0)).as(kind).containsExactly(30L, 30L);
    }
    assertThat(
            fixture
                .failure(
                    "SELECT q.y FROM (VALUES (1)) a(x) CROSS JOIN ((VALUES (2)) b(x) "
                        + lateral.formatted("b")
                        + ")")
                .getMessage())
        .startsWith("LATERAL within a join that is the right side of another is not supported");
  }
}
