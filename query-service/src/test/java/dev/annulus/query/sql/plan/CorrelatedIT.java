package dev.annulus.query.sql.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sub-queries that refer to the rows around them. */
class CorrelatedIT {
  private static final String THREE = " FROM (VALUES (1), (2), (7)) v(a) ORDER BY 1";

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
  void severalColumnsEqualOneVariable() {
    for (String equals : List.of("=", "IS NOT DISTINCT FROM")) {
      String where = " FROM metrics m WHERE m.metric_id %s v.a AND v.a = m.step".formatted(equals);
      assertThat(
              fixture
                  .query(
                      "SELECT v.a, (SELECT count(*)"
                          + where
                          + "), (SELECT sum(step)"
                          + where
                          + "), EXISTS (SELECT 1"
                          + where
                          + ")"
                          + THREE)
                  .rows())
          .containsExactly(
              List.of(1L, 1L, 1L, true),
              Arrays.asList(2L, 0L, null, false),
              Arrays.asList(7L, 0L, null, false));
    }
  }

  /** Each would double the plan if it read the sub-queries before it, too. */
  @Test
  void manyStandSideBySide() {
    String columns =
        IntStream.range(0, 16)
            .mapToObj(
                i ->
                    "(SELECT max(m.step + %d) FROM metrics m WHERE m.metric_id = v.a AND m.step > v.a - 99)"
                        .formatted(i))
            .collect(Collectors.joining(", "));
    String nested =
        IntStream.range(0, 8)
            .mapToObj(
                i ->
                    """
                    (SELECT min((SELECT count(*) + %d FROM metrics m
                                 WHERE m.metric_id = w.b AND m.step < w.c))
                     FROM (VALUES (1, 99), (2, 0)) AS w(b, c) WHERE w.b = v.a)"""
                        .formatted(i))
            .collect(Collectors.joining(", "));

    List<List<Object>> rows = fixture.query("SELECT " + columns + THREE).rows();
    assertThat(rows.get(0)).isEqualTo(LongStream.range(0, 16).mapToObj(i -> step(1) + i).toList());
    assertThat(rows.get(2)).hasSize(16).containsOnlyNulls();
    assertThat(fixture.query("SELECT " + nested + THREE).rows())
        .containsExactly(
            List.of(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L),
            List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L),
            Collections.nCopies(8, null));
  }

  private static long step(long metric) {
    return (long)
        fixture.query("SELECT step FROM metrics WHERE metric_id = " + metric).rows().get(0).get(0);
  }

  @Test
  void totalsOfNothingAreRows() {
    String nothing = "FROM metrics m WHERE m.metric_id = v.a";

    assertThat(
            fixture
                .query(
                    "SELECT v.a, EXISTS (SELECT 1 %1$s HAVING sum(m.step) IS NULL), v.a IN (SELECT"
                            .formatted(nothing)
                        + " max(m.metric_id) %1$s GROUP BY ROLLUP (m.name)), (SELECT w.c FROM"
                            .formatted(nothing)
                        + " (SELECT sum(m.step) AS n %1$s) x CROSS JOIN (VALUES (5)) w(c))"
                            .formatted(nothing)
                        + THREE)
                .rows())
        .containsExactly(
            List.of(1L, false, true, 5L),
            List.of(2L, false, true, 5L),
            Arrays.asList(7L, true, null, 5L));
  }

  @Test
  void keysOfGroupsAndWindowsKeepTheirPlaces() {
    String joined =
        " FROM metric_tags t RIGHT JOIN metrics m ON t.metric_id = m.metric_id AND t.metric_id <>"
            + " v.a";

    assertThat(
            fixture
                .query(
                    "SELECT v.a, (SELECT sum(d.k + d.n) FROM (SELECT m.metric_id AS k,"
                        + " t.metric_id, count(*) AS n"
                        + joined
                        + " GROUP BY m.metric_id, t.metric_id) d)"
                        + THREE)
                .rows())
        .containsExactly(List.of(1L, 9L), List.of(2L, 10L), List.of(7L, 10L));
    assertThat(
            fixture
                .query(
                    "SELECT v.a, (SELECT max(d.n) FROM (SELECT rank() OVER (ORDER BY m.metric_id"
                        + " DESC) AS n, m.metric_id AS i"
                        + joined
                        + ") d WHERE d.i = 2)"
                        + THREE)
                .rows())
        .containsExactly(List.of(1L, 2L), List.of(2L, 2L), List.of(7L, 2L));
    assertThat(
            fixture
                .query(
                    "SELECT v.a, (SELECT min(d.i) FROM (SELECT row_number() OVER (ORDER BY"
                        + " abs(m.metric_id - v.a), m.metric_id) AS n, m.metric_id AS i FROM"
                        + " metrics m) d WHERE d.n = 1)"
                        + THREE)
                .rows())
        .containsExactly(List.of(1L, 1L), List.of(2L, 2L), List.of(7L, 3L));
  }

  @Test
  void variablesReachTheQueryThatTheyBelongTo() {
    String before = "(SELECT count(*) FROM metrics x WHERE x.metric_id < v.a)";

    for (String between :
        List.of("", " FROM (VALUES (1)) w(q)", " FROM metrics w WHERE w.metric_id = 2")) {
      assertThat(
              fixture
                  .query(
                      "SELECT v.a, (SELECT %s%s), (SELECT %s + %s%s)"
                              .formatted(before, between, before, before, between)
                          + THREE)
                  .rows())
          .as(between)
          .containsExactly(List.of(1L, 0L, 0L), List.of(2L, 1L, 2L), List.of(7L, 3L, 6L));
    }
    assertThat(
            fixture
                .query(
                    "SELECT v.a, (SELECT %s * 10 + (SELECT count(*) FROM metrics x WHERE x.metric_id"
                            .formatted(before)
                        + " > w.metric_id) FROM metrics w WHERE w.metric_id = 2), (SELECT count(*)"
                        + " FROM metrics w WHERE EXISTS (SELECT 1 FROM metrics x WHERE x.metric_id"
                        + " < v.a AND x.metric_id > w.metric_id))"
                        + THREE)
                .rows())
        .containsExactly(List.of(1L, 1L, 0L), List.of(2L, 11L, 0L), List.of(7L, 31L, 2L));
  }

  @Test
  void columnsOfOuterQueriesNeedNoGroup() {
    assertThat(
            fixture
                .query(
                    "SELECT v.a, (SELECT count(*) + v.a FROM metrics x), (SELECT count(*) FROM"
                        + " metrics x HAVING count(*) > v.a), (SELECT CASE WHEN max(x.metric_id) >"
                        + " v.a THEN 'above' ELSE 'below' END FROM metrics x)"
                        + THREE)
                .rows())
        .containsExactly(
            Arrays.asList(1L, 4L, 3L, "above"),
            Arrays.asList(2L, 5L, 3L, "above"),
            Arrays.asList(7L, 10L, null, "below"));
    assertThat(
            fixture
                .query(
                    "SELECT v.a, x.c, x.n FROM (VALUES (1), (2)) v(a), LATERAL (SELECT v.a +"
                        + " m.metric_id AS c, v.a * count(*) AS n FROM metrics m WHERE m.metric_id <"
                        + " 3 GROUP BY v.a + m.metric_id) x ORDER BY 1, 2")
                .rows())
        .containsExactly(
            List.of(1L, 2L, 1L), List.of(1L, 3L, 1L), List.of(2L, 3L, 2L), List.of(2L, 4L, 2L));
  }

  @Test
  void aggregatesOfOuterColumnsAreRefused() {
    for (String aggregate : List.of("sum(m.step)", "max(step)", "count(DISTINCT m.step + 1)")) {
      assertThat(
              fixture
                  .failure(
                      "SELECT (SELECT %s FROM (VALUES (1)) x(q)) FROM metrics m"
                          .formatted(aggregate))
                  .getMessage())
          .as(aggregate)
          .contains("in a sub-query has columns of an outer query only");
    }
    assertThat(
            fixture
                .query(
                    "SELECT (SELECT sum(m.step + x.q) FROM (VALUES (1), (2)) x(q)) FROM metrics m")
                .column(0))
        .containsExactly(5L, 5L, 5L);
    assertThat(
            fixture
                .query(
                    "SELECT m.metric_id, d.s FROM metrics m, LATERAL (SELECT sum(m.metric_id) OVER"
                        + " () AS s, x.q FROM (VALUES (1), (2)) x(q)) d WHERE d.q = 1 ORDER BY 1")
                .rows())
        .containsExactly(List.of(1L, 2L), List.of(2L, 4L), List.of(3L, 6L));
  }

  @Test
  void queriesWithoutRowsAreTheirValues() {
    assertThat(
            fixture
                .query(
                    "SELECT v.a, (SELECT v.a), (SELECT v.a + (SELECT v.a)), EXISTS (SELECT v.a)"
                        + " FROM (VALUES (1), (2), (7)) v(a) WHERE (SELECT v.a) > 1 ORDER BY 1")
                .rows())
        .containsExactly(List.of(2L, 2L, 4L, true), List.of(7L, 7L, 14L, true));
    assertThat(
            fixture
                .query(
                    "SELECT m.metric_id, t.tag_key FROM metrics m JOIN metric_tags t ON m.metric_id ="
                        + " (SELECT t.metric_id) ORDER BY 1, 2")
                .rows())
        .containsExactly(List.of(1L, "dc"), List.of(1L, "host"), List.of(2L, "host"));
  }

  @Test
  void subQueriesReferToSeveralKeysOfGroups() {
    String tags = "FROM metric_tags t WHERE t.metric_id >= m.metric_id AND t.tag_key > m.name";
    assertThat(
            fixture
                .query(
                    ("SELECT m.step, m.name, (SELECT count(*) %s), max(m.step) + (SELECT"
                            + " max(t.metric_id) %s) FROM metrics m GROUP BY m.step, m.name,"
                            + " m.metric_id HAVING EXISTS (SELECT 1 %s) OR m.metric_id = 3 ORDER BY"
                            + " (SELECT count(*) %s) DESC, 2")
                        .formatted(tags, tags, tags, tags))
                .rows())
        .containsExactly(List.of(1L, "cpu", 3L, 3L), Arrays.asList(1L, "bare", 0L, null));
  }

  @Test
  void keysThatTotalsLeaveOutAreNull() {
    assertThat(
            fixture
                .query(
                    "SELECT m.name, m.metric_id, (SELECT count(*) FROM metric_tags t WHERE t.metric_id"
                        + " >= m.metric_id AND t.tag_key > m.name), (SELECT sum(t.metric_id +"
                        + " m.metric_id) FROM metric_tags t WHERE t.metric_id = 1), EXISTS (SELECT 1"
                        + " FROM metric_tags t WHERE t.metric_id <> m.metric_id) FROM metrics m WHERE"
                        + " m.metric_id < 3 GROUP BY ROLLUP (m.name, m.metric_id)")
                .rows())
        .containsExactlyInAnyOrder(
            Arrays.asList("cpu", 1L, 3L, 4L, true),
            Arrays.asList("mem", 2L, 0L, 6L, true),
            Arrays.asList("cpu", null, 0L, null, false),
            Arrays.asList("mem", null, 0L, null, false),
            Arrays.asList(null, null, 0L, null, false));
  }

  @Test
  void subQueriesOfHavingHaveWindows() {
    assertThat(
            fixture
                .query(
                    "SELECT type, count(*) FROM metrics GROUP BY type HAVING count(*) > (SELECT"
                        + " min(r) FROM (SELECT rank() OVER (ORDER BY metric_id) AS r FROM metrics)"
                        + " x) AND type NOT IN (SELECT row_number() OVER () FROM metrics)")
                .rows())
        .hasToString("[[0, 3]]");
    assertThat(
            fixture
                .failure("SELECT type FROM metrics GROUP BY type HAVING count(*) OVER () > 1")
                .getMessage())
        .contains("QUALIFY");
  }

  @Test
  void boundsReachScansBelowSubQueriesInJoins() {
    assertThat(
            fixture
                .query(
                    "SELECT (SELECT count(*) FROM metrics a CROSS JOIN samples s JOIN metrics b ON"
                        + " a.metric_id = b.metric_id AND EXISTS (SELECT 1 FROM samples t WHERE"
                        + " t.metric_id IN (1) AND t.ts < s.ts) WHERE s.metric_id IN (1) AND a.name ="
                        + " m.name) FROM metrics m")
                .column(0))
        .containsExactly(4L, 4L, 4L);
  }
}
