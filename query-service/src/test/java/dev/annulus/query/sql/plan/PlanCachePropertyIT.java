package dev.annulus.query.sql.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** A plan made for other literals gives the rows that a plan of the text's own gives. */
class PlanCachePropertyIT {
  private static final long START = 1_700_000_000L;

  private static final List<String> TEMPLATES =
      List.of(
          "SELECT ts, value * #n FROM samples WHERE metric_id = #i AND ts > #t",
          "SELECT ts FROM samples WHERE metric_id IN (#i, #i, #i) AND value >= #n AND ts <= #t",
          "SELECT ts FROM samples WHERE metric_id = 1 AND (ts BETWEEN #t AND #t OR value = #n)",
          "SELECT ts_bucket(ts, #b) AS b, sum(value + #n) FROM samples WHERE metric_id IN (#i, #i)"
              + " GROUP BY b HAVING count(*) > #n",
          "WITH m AS (SELECT #x AS alias, #i AS metric_id UNION ALL SELECT #x, #i)"
              + " SELECT m.alias, ts / #b AS b, max(CASE WHEN alias = #x THEN value ELSE #n END)"
              + " FROM samples s JOIN m ON s.metric_id = m.metric_id WHERE s.ts < #t"
              + " GROUP BY m.alias, b",
          "SELECT clamp(value, #n, #n), coalesce(nullif(value, #n), #n), ts % #b FROM samples"
              + " WHERE metric_id = #i ORDER BY 1, 2, 3 LIMIT #b",
          "SELECT name FROM metrics WHERE name IN (#x, #x) OR type = #n OR metric_id NOT IN (#i)",
          "SELECT #x AS a, #n AS b, count(*) FROM samples WHERE metric_id = #i AND value <> #n");

  private static Path directory;
  private static SqlFixture fixture;

  @BeforeContainer
  static void writeSamples() throws IOException {
    directory = Files.createTempDirectory("plan-cache");
    fixture = new SqlFixture(directory);
    fixture.gauge(1, "a", Map.of("host", "x"), START, 30, ts -> ts % 6);
    fixture.gauge(2, "b", Map.of("host", "y"), START, 30, ts -> ts % 7 - 3.5);
    fixture.counter(3, "c'", START, 30, ts -> ts - START);
  }

  @AfterContainer
  static void close() throws IOException {
    fixture.close();
    try (var files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }

  @Property(tries = 60)
  void sharing_a_plan_does_not_show(
      @ForAll("templates") String template,
      @ForAll("literals") List<Integer> one,
      @ForAll("literals") List<Integer> other) {
    String primed = filled(template, one);
    String asked = filled(template, other);

    fixture.query(primed);
    assertThat(sorted(fixture.query(asked).rows()))
        .isEqualTo(sorted(fixture.queryUncached(asked).rows()));
  }

  @Provide
  Arbitrary<String> templates() {
    return Arbitraries.of(TEMPLATES);
  }

  @Provide
  Arbitrary<List<Integer>> literals() {
    return Arbitraries.integers().between(0, 11).list().ofSize(12);
  }

  private static String filled(String template, List<Integer> choices) {
    StringBuilder sql = new StringBuilder();
    int next = 0;
    for (int i = 0; i < template.length(); i++) {
      if (template.charAt(i) == '#') {
        int choice = choices.get(next++ % choices.size());
        sql.append(literal(template.charAt(++i), choice));
      } else {
        sql.append(template.charAt(i));
      }
    }
    return sql.toString();
  }

  private static String literal(char kind, int choice) {
    return switch (kind) {
      case 'i' -> String.valueOf(1 + choice % 4);
      case 't' -> String.valueOf(START + 3L * choice);
      case 'b' -> String.valueOf(1 + choice);
      case 'n' ->
          List.of("0", "1", "-2", "2.5", "3", "1e0", "0.5", "-1.5", "4", "5", "6", "7.0")
              .get(choice);
      case 'x' ->
          List.of("'a'", "'b'", "'c'''", "''", "'x y'", "'ä'", "'?0'", "'\"'").get(choice % 8);
      default -> throw new IllegalArgumentException("no literal " + kind);
    };
  }

  private static List<List<Object>> sorted(List<List<Object>> rows) {
    return rows.stream().sorted(Comparator.comparing(String::valueOf)).toList();
  }
}
