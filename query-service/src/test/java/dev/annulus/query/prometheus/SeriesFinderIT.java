package dev.annulus.query.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.promql.parser.Parser;
import dev.annulus.query.sql.CancelSignal;
import dev.annulus.query.sql.plan.SqlFixture;
import dev.annulus.query.sql.run.QueryBudget;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each way to find series, on a real index. */
class SeriesFinderIT {
  private static final int SERIES = 1_200;

  @TempDir private static Path directory;
  private static SqlFixture fixture;
  private static PromqlQueries queries;

  @BeforeAll
  static void write() {
    fixture = new SqlFixture(directory);
    for (int i = 0; i < SERIES; i++) {
      fixture.gauge(
          i + 1,
          i % 2 == 0 ? "even" : "odd",
          Map.of("i", Integer.toString(i), "job", "a"),
          1_700_000_000,
          1,
          ts -> 1);
    }
    queries = fixture.promql();
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "even", // by name
        "even{job=\"a\"}", // by name and tag
        "{job=\"a\"}", // by tag
        "{__name__=~\"e.*|o.*\"}", // by several names
        "{i=~\".+\"}" // by a tag's values
      })
  void aVisitEndsWhenTheVisitorHasEnough(String selector) {
    List<FoundSeries> seen = new ArrayList<>();
    try (QueryBudget budget = queries.budget(Duration.ofSeconds(30), new CancelSignal())) {
      queries
          .finder()
          .visit(
              Parser.parseSelector(selector),
              budget,
              series -> {
                seen.add(series);
                return seen.size() < 3;
              });
      assertThat(seen).doesNotHaveDuplicates().hasSize(3);
      seen.clear();
      queries.finder().visit(Parser.parseSelector(selector), budget, seen::add);
    }
    assertThat(seen)
        .doesNotHaveDuplicates()
        .hasSize(selector.startsWith("even") ? SERIES / 2 : SERIES);
  }
}
