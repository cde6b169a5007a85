package dev.annulus.query.sql.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.promql.eval.QueryResult;
import dev.annulus.promql.eval.QueryValue.MatrixSeries;
import dev.annulus.promql.eval.QueryValue.MatrixValue;
import dev.annulus.query.prometheus.PromqlQueries;
import dev.annulus.query.sql.CancelSignal;
import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import dev.annulus.query.sql.run.QueryBudget;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code TABLE(promql(…))}: PromQL as a table of SQL. */
class PromqlTableIT {
  private static final long FROM = 1_700_000_000L;
  private static SqlFixture fixture;

  @BeforeAll
  static void open(@TempDir Path directory) {
    fixture = new SqlFixture(directory);
    fixture.gauge(1, "cpu", Map.of("host", "a", "zone", "north"), FROM, 600, ts -> ts % 60);
    fixture.gauge(2, "cpu", Map.of("host", "b", "zone", "south"), FROM, 600, ts -> ts % 7);
    fixture.gauge(3, "limit", Map.of("host", "b"), FROM, 600, ts -> 5);
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  @AfterEach
  void everythingIsGivenBack() {
    assertThat(fixture.engine.memory().used()).isZero();
  }

  private static String table(String promql, String times) {
    return "TABLE(promql('%s', %s))".formatted(promql.replace("'", "''"), times);
  }

  private static String table(String promql) {
    return table(promql, "%d, %d, 15".formatted(FROM + 300, FROM + 360));
  }

  @Test
  void pointsAreRows() {
    SqlFixture.Result result = fixture.query("SELECT * FROM " + table("cpu{host='a'}"));

    assertThat(result.columns()).containsExactly("ts", "value", "labels");
    Map<String, String> labels = Map.of("__name__", "cpu", "host", "a", "zone", "north");
    List<List<Object>> expected = new ArrayList<>();
    for (long ts = FROM + 300; ts <= FROM + 360; ts += 15) {
      expected.add(List.of(ts, (double) (ts % 60), labels));
    }
    assertThat(result.rows()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cpu",
        "sum by (host) (rate(cpu[1m]))",
        "cpu > 3",
        "absent(nothing)",
        "nothing",
        "1 + 1",
        "max_over_time(cpu[2m:30s]) / on(host) group_left limit",
        "topk(1, cpu)",
        "label_replace(cpu, 'zone', '\"$1\\'', 'host', '(.*)')",
        "cpu * 0 / 0"
      })
  void everyQueryGivesWhatPromqlGives(String promql) {
    List<List<Object>> expected = new ArrayList<>();
    PromqlQueries queries = fixture.promql();
    try (QueryBudget budget = queries.budget(queries.limits().timeout(), new CancelSignal());
        QueryResult result =
            queries
                .engine(PromqlQueries.LOOKBACK_MILLIS)
                .range(
                    promql,
                    (FROM + 300) * 1_000,
                    (FROM + 360) * 1_000,
                    15_000,
                    queries.environment(budget))) {
      for (MatrixSeries series : ((MatrixValue) result.value()).series()) {
        Map<String, String> labels = new HashMap<>();
        series.labels().forEach(labels::put);
        series.forEach((millis, value) -> expected.add(List.of(millis / 1_000, value, labels)));
      }
    }

    assertThat(fixture.query("SELECT * FROM " + table(promql)).rows()).isEqualTo(expected);
    assertThat(fixture.query("SELECT count(*) FROM " + table(promql)).only())
        .isEqualTo((long) expected.size());
  }

  @Test
  void labelsAreLookedUpByName() {
    assertThat(
            fixture
                .query(
                    "SELECT labels['host'] AS host, labels['none'] AS none, max(value) AS m FROM "
                        + table("cpu")
                        + " WHERE labels['zone'] <> 'north' GROUP BY labels['host']"
                        + ", labels['none']")
                .rows())
        .containsExactly(Arrays.asList("b", null, 6.0));
    assertThat(
            fixture
                .query("SELECT labels, count(*) FROM " + table("cpu") + " GROUP BY labels")
                .rows())
        .hasSize(2)
        .allMatch(row -> row.get(1).equals(5L));
    assertThat(fixture.query("SELECT DISTINCT labels FROM " + table("cpu")).rows()).hasSize(2);
  }

  @Test
  void itJoinsWithMetadata() {
    String sql =
        "SELECT m.metric_id, t.tag_value, count(*) AS n FROM "
            + table("cpu")
            + " AS p JOIN metrics m ON m.name = p.labels['__name__'] JOIN metric_tags t"
            + " ON t.metric_id = m.metric_id AND t.tag_key = 'host'"
            + " AND t.tag_value = p.labels['host'] GROUP BY m.metric_id, t.tag_value"
            + " ORDER BY m.metric_id";
    assertThat(fixture.query(sql).rows())
        .containsExactly(List.of(1L, "a", 5L), List.of(2L, "b", 5L));
    String withSamples =
        "SELECT s.ts, s.value, p.value FROM samples s JOIN "
            + table("cpu{host='a'}")
            + " AS p ON p.ts = s.ts WHERE s.metric_id = 1 ORDER BY s.ts";
    assertThat(fixture.query(withSamples).rows())
        .hasSize(5)
        .allMatch(row -> row.get(1).equals(row.get(2)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1700000300, 1700000360, INTERVAL '15' SECOND",
        "to_timestamp(1700000300), to_timestamp(1700000360), 15",
        "to_timestamp(1700000300.9), 1700000360, INTERVAL '0:15' MINUTE TO SECOND",
        "1700000000 + 300, 1700000400 - 40, 10 + 5",
        "1700000300.0, 1.70000036E9, 15.0"
      })
  void timesHaveTheFormsOfSql(String times) {
    assertThat(fixture.query("SELECT ts, value FROM " + table("cpu{host='a'}", times)).rows())
        .isEqualTo(fixture.query("SELECT ts, value FROM " + table("cpu{host='a'}")).rows());
  }

  @Test
  void plansAreKeptAndRunAgainWithOtherLiterals() {
    for (int i = 0; i < 3; i++) {
      long start = FROM + 300 + i;
      assertThat(
              fixture
                  .query(
                      "SELECT min(ts) FROM " + table("limit + " + i, start + ", " + start + ", 1"))
                  .only())
          .isEqualTo(start);
    }
  }

  @Test
  void withoutAnArgumentThereAreNoRows() {
    String times = "CAST(NULL AS BIGINT), 1700000360, 15";
    assertThat(fixture.query("SELECT * FROM " + table("cpu", times)).rows()).isEmpty();
    assertThat(fixture.query("SELECT * FROM " + table("cpu", "1700000360, 1700000300, 15")).rows())
        .as("the end before the start")
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cpu{ | 1700000300, 1700000360, 15 | INVALID_VALUE | promql: 1:5: parse error",
        "cpu[5m] | 1700000300, 1700000360, 15 | INVALID_VALUE | must be scalar or instant vector",
        "cpu | 1700000300, 1700000360, 0 | INVALID_VALUE | the step must be a whole number",
        "cpu | 1700000300, 1700000360, -15 | INVALID_VALUE | the step must be a whole number",
        "cpu | 1700000300, 1700000360, 1.5 | INVALID_VALUE | the step must be a whole number",
        "cpu | 1700000300.5, 1700000360, 15 | INVALID_VALUE | the start must be whole epoch seconds",
        "cpu | 1700000300, 1e300, 15 | INVALID_VALUE | the end must be whole epoch seconds",
        "cpu | 0, 1700000360, 1 | TOO_COMPLEX | promql: ",
        "cpu | 1700000300, 1700000360 | INVALID_QUERY | promql",
        "cpu | 'a', 1700000360, 15 | INVALID_VALUE | a text is not a number",
        "cpu + on(zone) limit | 1700000300, 1700000360, 15 | OK | -"
      })
  void errorsNameWhatIsWrong(String promql, String times, String code, String message) {
    String sql = "SELECT * FROM " + table(promql, times);
    if (code.equals("OK")) {
      assertThat(fixture.query(sql).rows()).isEmpty();
      return;
    }
    SqlException failure = fixture.failure(sql);
    assertThat(failure.code()).as("%s", failure).isEqualTo(SqlErrorCode.valueOf(code));
    assertThat(failure.getMessage()).contains(message);
  }

  @Test
  void argumentsMayNotDependOnRows() {
    assertThat(
            fixture
                .failure(
                    "SELECT * FROM (VALUES (1700000300)) AS v(t), LATERAL TABLE(promql('cpu', v.t,"
                        + " v.t, 15)) AS p")
                .getMessage())
        .contains("the arguments of promql must not depend on a row");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT ts FROM $ ORDER BY labels",
        "SELECT ts, labels FROM $ ORDER BY 2 DESC LIMIT 1",
        "SELECT ts, row_number() OVER (ORDER BY labels) FROM $",
        "SELECT max(labels) FROM $",
        "SELECT ts, min(labels) FROM $ GROUP BY ts",
        "SELECT ts, max(labels) OVER (ORDER BY ts) FROM $",
        "SELECT ts FROM $ WHERE labels < labels"
      })
  void labelsHaveNoOrder(String sql) {
    SqlException failure = fixture.failure(sql.replace("$", table("cpu") + " AS p"));
    assertThat(failure.code()).as("%s", failure).isEqualTo(SqlErrorCode.UNSUPPORTED);
    assertThat(failure.getMessage()).contains("maps have no order");
  }

  @Test
  void labelsAreEqualOrNot() {
    String twice = table("cpu") + " AS p JOIN " + table("cpu") + " AS q ON p.labels = q.labels";
    assertThat(fixture.query("SELECT p.ts FROM " + twice + " AND p.ts = q.ts").rows()).hasSize(10);
    String union = "SELECT labels FROM %s UNION SELECT labels FROM %<s".formatted(table("cpu"));
    assertThat(fixture.query(union).rows()).hasSize(2);
    assertThat(fixture.query("SELECT count(DISTINCT labels) FROM " + table("cpu")).only())
        .isEqualTo(2L);
    assertThat(
            fixture
                .query(
                    "SELECT max(n) FROM (SELECT row_number() OVER (PARTITION BY labels ORDER BY ts)"
                        + " AS n FROM "
                        + table("cpu")
                        + ") AS q")
                .only())
        .isEqualTo(5L);
  }
}
