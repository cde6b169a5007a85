package dev.annulus.query.sql.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Aggregates computed while scanning give the rows that aggregates over rows give. */
class AggregatePushPropertyIT {
  private static final long START = 1_700_000_000L;

  private static final List<String> KEYS =
      List.of(
          "ts_bucket(s.ts, 7)",
          "s.metric_id",
          "m.alias",
          "ts_bucket(s.ts, 7) + s.metric_id",
          "CASE WHEN s.metric_id = 2 THEN 'two' END",
          "m.metric_id",
          "align_time(s.ts, 7, 3)",
          "s.ts");

  /** Sums of these values are exact in any order. */
  private static final List<String> AGGREGATES =
      List.of(
          "count(*)",
          "count(s.value)",
          "sum(s.value)",
          "avg(s.value)",
          "min(s.value)",
          "max(s.value)",
          "min(s.ts)",
          "first(s.value, s.ts)",
          "last(s.value, s.ts)",
          "last(s.value, s.ts) FILTER (WHERE s.metric_id > 1)",
          "increase(s.value, s.ts)",
          "rate(s.value, s.ts)",
          "max(s.ts)",
          "sum(CASE WHEN m.alias = 'a' THEN s.value END)",
          "avg(s.value) FILTER (WHERE s.metric_id > 1)",
          "count(s.ts) FILTER (WHERE ts_bucket(s.ts, 7) > 1700000020)",
          "count(m.alias)",
          "avg(CASE WHEN s.metric_id = 3 THEN s.value END)");

  private static final List<String> SOURCES =
      List.of(
          "samples s JOIN m ON s.metric_id = m.metric_id",
          "m JOIN samples s ON s.metric_id = m.metric_id AND s.ts > 1700000010",
          "m LEFT JOIN samples s ON s.metric_id = m.metric_id AND s.value < 2",
          "samples s LEFT JOIN m ON s.metric_id = m.metric_id AND m.alias = 'a'"
              + " WHERE s.metric_id IN (1, 2, 3)",
          "samples s JOIN m ON s.metric_id = m.metric_id AND m.w > ts_bucket(s.ts, 7)",
          "samples s JOIN m ON s.metric_id = m.metric_id WHERE s.metric_id IN (SELECT metric_id"
              + " FROM metric_tags WHERE tag_value = 'x')",
          "samples s JOIN m ON s.metric_id = m.metric_id WHERE s.metric_id NOT IN (2)",
          "m FULL JOIN (SELECT * FROM samples WHERE metric_id IN (1, 2, 3)) AS s"
              + " ON s.metric_id = m.metric_id",
          "samples s RIGHT JOIN m ON s.metric_id = m.metric_id",
          "(SELECT ts, metric_id, value FROM samples WHERE metric_id IN (1, 3)) AS s, m");

  private static Path directory;
  private static SqlFixture fixture;

  @BeforeContainer
  static void writeSamples() throws IOException {
    directory = Files.createTempDirectory("aggregate-push");
    fixture = new SqlFixture(directory);
    fixture.gauge(1, "a", Map.of("host", "x"), START, 60, ts -> ts % 8 / 2.0 - 1);
    fixture.gauge(2, "b", Map.of("host", "y"), START + 10, 30, ts -> ts % 5);
    fixture.counter(3, "c", START + 5, 40, ts -> (ts - START) % 16);
  }

  @AfterContainer
  static void close() throws IOException {
    fixture.close();
    try (var files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }

  @Property(tries = 80)
  void pushing_does_not_show(
      @ForAll("sources") String source,
      @ForAll("keys") List<String> keys,
      @ForAll("aggregates") List<String> aggregates,
      @ForAll boolean having) {
    String items = String.join(", ", keys.isEmpty() ? aggregates : join(keys, aggregates));
    String sql =
        "WITH m AS (SELECT 'a' AS alias, 1 AS metric_id, 1700000030 AS w UNION ALL SELECT 'b', 2,"
            + " 1700000090 UNION ALL SELECT 'a', 2, 0 UNION ALL SELECT 'a', 3, 1700000050"
            + " UNION ALL SELECT 'c', 9, 1700000050) SELECT "
            + items
            + " FROM "
            + source
            + (keys.isEmpty() ? "" : " GROUP BY " + String.join(", ", keys))
            + (having ? " HAVING count(*) > 3" : "");

    assertThat(sorted(fixture.query(sql).rows()))
        .as(sql)
        .isEqualTo(sorted(fixture.queryUnpushed(sql).rows()));
  }

  @Provide
  Arbitrary<String> sources() {
    return Arbitraries.of(SOURCES);
  }

  @Provide
  Arbitrary<List<String>> keys() {
    return Arbitraries.of(KEYS).list().uniqueElements().ofMaxSize(3);
  }

  @Provide
  Arbitrary<List<String>> aggregates() {
    return Arbitraries.of(AGGREGATES).list().uniqueElements().ofMinSize(1).ofMaxSize(4);
  }

  private static List<String> join(List<String> keys, List<String> aggregates) {
    return Stream.concat(keys.stream(), aggregates.stream()).toList();
  }

  private static List<List<Object>> sorted(List<List<Object>> rows) {
    return rows.stream().sorted(Comparator.comparing(String::valueOf)).toList();
  }
}
