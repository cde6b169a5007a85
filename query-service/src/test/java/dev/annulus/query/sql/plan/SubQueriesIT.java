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
import org.junit.jupiter.params.provider.CsvSource;

/** Joins and sub-queries over several tables, and the same table several times. */
class SubQueriesIT {
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

  @Test
  void correlatedSubQueryOverDerivedTableKeepsColumnsApart() {
    assertThat(
            fixture
                .query(
                    "SELECT d.c, d.n, d.k, EXISTS (SELECT 1 FROM metric_tags e WHERE e.tag_key ="
                        + " 'dc' AND e.metric_id = d.c), (SELECT count(*) FROM metric_tags e WHERE"
                        + " e.metric_id = d.c) FROM (SELECT name AS n, type AS k, metric_id AS c"
                        + " FROM metrics) d ORDER BY 1")
                .rows())
        .containsExactly(
            List.of(1L, "cpu", 0, true, 2L),
            List.of(2L, "mem", 0, false, 1L),
            List.of(3L, "bare", 0, false, 0L));
  }

  @Test
  void notInWithNullsIsPlannedSoon() {
    assertThat(
            fixture
                .query(
                    "SELECT v.k FROM (VALUES (1, NULL), (4, 30), (5, 1)) v(id, k) WHERE v.k NOT IN"
                        + " (SELECT metric_id FROM metrics)")
                .column(0))
        .containsExactly(30L);
    assertThat(
            fixture
                .query(
                    "SELECT v.k FROM (VALUES (1, NULL), (4, 30), (5, 1)) v(id, k) WHERE v.k NOT IN"
                        + " (SELECT k FROM (VALUES (1, NULL), (2, 7)) w(id, k))")
                .column(0))
        .isEmpty();
  }

  /** Unknown only if there is a row to compare with. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CAST(NULL AS VARCHAR) NOT IN (SELECT n.name FROM metrics n WHERE n.type = m.metric_id + 1)"
            + " | true",
        "CAST(NULL AS VARCHAR) IN (SELECT n.name FROM metrics n WHERE n.type = m.metric_id + 1)"
            + " | false",
        "CAST(NULL AS BIGINT) IN (SELECT n.metric_id FROM metrics n WHERE n.name = m.name) | ",
        "CAST(NULL AS BIGINT) NOT IN (SELECT n.metric_id FROM metrics n WHERE n.name = m.name) | ",
        "CAST(NULL AS BIGINT) NOT IN (SELECT metric_id FROM metrics WHERE type = 9) | true",
        "CAST(NULL AS BIGINT) NOT IN (SELECT metric_id FROM metrics) | ",
        "NULLIF(m.metric_id, m.metric_id) NOT IN (SELECT metric_id FROM metrics WHERE type = 9)"
            + " | true",
        "(CAST(NULL AS BIGINT), 1) IN (SELECT metric_id, 2 FROM metrics) | false",
        "CAST(NULL AS BIGINT) = ANY (SELECT metric_id FROM metrics WHERE type = 9) | false",
        "CAST(NULL AS BIGINT) > ALL (SELECT metric_id FROM metrics WHERE type = 9) | true",
        "CAST(NULL AS BIGINT) > ALL (SELECT n.metric_id FROM metrics n WHERE n.type = m.type + 9)"
            + " | true",
        "CAST(NULL AS BIGINT) < ANY (SELECT n.metric_id FROM metrics n WHERE n.type = m.type + 9)"
            + " | false",
        "CAST(NULL AS BIGINT) < ANY (SELECT n.metric_id FROM metrics n WHERE n.type = m.type) | ",
      })
  void nullIsAMemberOfNothing(String condition, Boolean expected) {
    String sql = "SELECT DISTINCT %s FROM metrics m WHERE m.metric_id IN (1, 2)";
    assertThat(fixture.query(sql.formatted(condition)).column(0)).containsExactly(expected);
    String where = "SELECT count(*) FROM metrics m WHERE m.metric_id IN (1, 2) AND " + condition;
    assertThat(fixture.query(where).column(0))
        .containsExactly(Boolean.TRUE.equals(expected) ? 2L : 0L);
  }

  @Test
  void windowsComputeWithSubQueries() {
    assertThat(
            fixture
                .query(
                    "SELECT metric_id, sum((SELECT count(*) FROM metric_tags t WHERE t.metric_id ="
                        + " m.metric_id)) OVER (ORDER BY metric_id), row_number() OVER (ORDER BY"
                        + " (SELECT max(value) FROM samples s WHERE s.metric_id = m.metric_id))"
                        + " FROM metrics m ORDER BY 1")
                .rows())
        .containsExactly(List.of(1L, 2L, 3L), List.of(2L, 3L, 1L), List.of(3L, 3L, 2L));
  }

  @Test
  void conditionsOfOuterJoinsHaveSubQueries() {
    String join = "SELECT count(m.name), count(*) FROM metric_tags t LEFT JOIN metrics m ON ";

    assertThat(
            fixture.query(join + "m.metric_id = t.metric_id AND m.name IN (SELECT 'mem')").rows())
        .containsExactly(List.of(1L, 3L));
    assertThat(
            fixture
                .query(
                    join
                        + "m.metric_id = t.metric_id AND EXISTS (SELECT 1 FROM metric_tags o WHERE"
                        + " o.metric_id = t.metric_id AND o.tag_value <> t.tag_value)")
                .rows())
        .containsExactly(List.of(2L, 3L));
    assertThat(
            fixture.failure(
                join
                    + "EXISTS (SELECT 1 FROM metrics o WHERE o.step = m.step AND o.name = t.tag_key)"))
        .hasMessageContaining("both of its sides");
  }

  @Test
  void lateralJoinsReachWhatStandsBefore() {
    String tags = "(SELECT count(*) AS n FROM metric_tags t WHERE t.metric_id = m.metric_id) g";

    for (String join : List.of(", LATERAL ", " CROSS JOIN LATERAL ")) {
      assertThat(
              fixture.query("SELECT name, n FROM metrics m" + join + tags + " ORDER BY 2").rows())
          .containsExactly(List.of("bare", 0L), List.of("mem", 1L), List.of("cpu", 2L));
    }
    assertThat(
            fixture
                .query(
                    "SELECT name, n FROM metrics m, LATERAL (SELECT max(tag_value) AS n FROM"
                        + " metric_tags t WHERE t.metric_id = m.metric_id) g ORDER BY 1")
                .column(1))
        .containsExactly(null, "x", "b");
  }

  @Test
  void subQueryForOneValueGivesOne() {
    assertThat(
            fixture
                .failure("SELECT (SELECT tag_key FROM metric_tags WHERE metric_id = 1)")
                .getMessage())
        .isEqualTo("a sub-query that stands for one value gives several rows");
    assertThat(fixture.query("SELECT (SELECT tag_key FROM metric_tags WHERE metric_id = 2)").only())
        .isEqualTo("host");
  }

  @Test
  void joinsOnNullConditionsAreEmpty() {
    assertThat(
            fixture
                .query("SELECT m.name FROM metrics m JOIN metric_tags t ON NULLIF(1, 1) = 1")
                .rows())
        .isEmpty();
  }

  @Test
  void subQueriesAreOperandsOfOthers() {
    String tags = "(SELECT count(*) FROM metric_tags t WHERE t.metric_id = m.metric_id)";
    String ids = " (SELECT metric_id FROM metrics WHERE metric_id <= m.metric_id)";

    assertThat(
            fixture
                .query(
                    "SELECT name, "
                        + tags
                        + " IN"
                        + ids
                        + ", 1 IN"
                        + ids
                        + " FROM metrics m ORDER BY 1")
                .rows())
        .containsExactly(
            List.of("bare", false, true), List.of("cpu", false, true), List.of("mem", true, true));
    assertThat(
            fixture
                .query("SELECT name FROM metrics m WHERE " + tags + " NOT IN" + ids + " ORDER BY 1")
                .column(0))
        .containsExactly("bare", "cpu");
    assertThat(
            fixture
                .query(
                    "SELECT m.name FROM metrics m JOIN metrics n ON m.metric_id = n.metric_id AND "
                        + tags
                        + " IN (SELECT metric_id FROM metrics WHERE metric_id <= n.metric_id)")
                .column(0))
        .containsExactly("mem");
  }

  @Test
  void comparisonsWithNullPassNothing() {
    String never = "NULLIF(step, step) = metric_id";

    assertThat(fixture.query("SELECT DISTINCT name FROM metrics WHERE " + never).rows()).isEmpty();
    assertThat(
            fixture
                .query(
                    "SELECT count(*) FROM samples s JOIN metrics m USING (metric_id) WHERE "
                        + "metric_id = 1 AND s.value > NULLIF(s.value, s.value)")
                .only())
        .isEqualTo(0L);
    assertThat(
            fixture
                .query(
                    "SELECT count(t.tag_key) FROM metrics m LEFT JOIN metric_tags t ON m.metric_id ="
                        + " t.metric_id AND t.tag_key = NULLIF('a', 'a')")
                .only())
        .isEqualTo(0L);
    assertThat(
            fixture
                .query(
                    "SELECT (SELECT sum(9223372036854775807 + step) FROM metrics) FROM metrics WHERE"
                        + " NOT TRUE")
                .rows())
        .isEmpty();
  }

  @Test
  void conditionOfTotalDropsItsRow() {
    assertThat(fixture.query("SELECT count(*) FROM metrics HAVING 'a' LIKE '%o%'").rows())
        .isEmpty();
    assertThat(
            fixture
                .query(
                    "SELECT name, count(*) FROM metrics GROUP BY ROLLUP (name) HAVING 'a' LIKE 'b'")
                .rows())
        .isEmpty();
    assertThat(
            fixture
                .query("SELECT * FROM (SELECT count(*) AS n FROM metrics) d WHERE 'a' LIKE 'b'")
                .rows())
        .isEmpty();
  }

  @Test
  void unknownMembershipIsNotTrue() {
    String unknown = "step + 5 IN (SELECT NULLIF(metric_id, 1) FROM metrics)";

    assertThat(
            fixture
                .query(
                    "SELECT DISTINCT %1$s, NULLIF(TRUE, %1$s), CASE WHEN %1$s THEN NULL ELSE TRUE END FROM metrics"
                        .formatted(unknown))
                .rows())
        .containsExactly(Arrays.asList(null, true, true));
    assertThat(
            fixture
                .query(
                    "SELECT count(*) FROM metrics WHERE CASE WHEN "
                        + unknown
                        + " THEN FALSE ELSE TRUE END")
                .only())
        .isEqualTo(3L);
  }

  @Test
  void sidesOfSetOperationsHaveSubQueries() {
    assertThat(
            fixture
                .query(
                    "SELECT DISTINCT c FROM (SELECT 2.5 AS k, TRUE AS c FROM metrics WHERE EXISTS"
                        + " (SELECT 1 FROM (VALUES (6, 'a')) AS v(x, y)) INTERSECT SELECT 2.5, TRUE"
                        + " FROM metric_tags) AS t")
                .rows())
        .containsExactly(List.of(true));
  }
}
