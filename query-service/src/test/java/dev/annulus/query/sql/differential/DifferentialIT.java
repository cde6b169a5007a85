package dev.annulus.query.sql.differential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.annulus.query.sql.differential.Deviations.Deviation;
import dev.annulus.query.sql.differential.Judge.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random queries return what DuckDB returns. A run ends after {@code -Dsql.queries} queries or
 * {@code -Dsql.minutes}, whichever comes first. It prints its seed, another each time; {@code
 * -Dsql.seed} repeats one.
 */
class DifferentialIT {
  private static final int QUERIES = Integer.getInteger("sql.queries", 3_000);
  private static final int MINUTES = Integer.getInteger("sql.minutes", 2);

  private static final long SEED = Long.getLong("sql.seed", Instant.now().getEpochSecond());

  /** A run ends early at this many differences: the first ones usually explain the rest. */
  private static final int MOST_DIFFERENCES = Integer.getInteger("sql.differences", 5);

  @TempDir private static Path directory;
  private static Rows rows;

  @BeforeAll
  static void open() throws SQLException {
    rows = new Rows(directory);
  }

  @AfterAll
  static void close() throws SQLException {
    rows.close();
  }

  @Test
  void randomQueriesReturnWhatTheReferenceReturns() throws Exception {
    System.out.printf("random queries: -Dsql.seed=%d%n", SEED);
    Run run = new Run(rows, Deviations.read(), SEED, QUERIES, MOST_DIFFERENCES);
    run.toEnd(Runtime.getRuntime().availableProcessors(), MINUTES);
    System.out.printf("random queries: %s%n", run.counts());
    List<Verdict> differences = run.differences();
    if (!differences.isEmpty()) {
      fail(
          "-Dsql.seed=%d, %s%s"
              .formatted(
                  SEED,
                  run.counts(),
                  differences.stream().map(v -> "\n\n" + v).collect(Collectors.joining())));
    }
    assertThat(run.compared()).as("%s", run.counts()).isGreaterThan(run.asked() / 2);
  }

  @Test
  void knownDeviationsStillDeviate() throws SQLException, IOException {
    try (Reference reference = rows.reference()) {
      Judge strict = new Judge(rows.fixture, reference, Deviations.none());
      for (Deviation deviation : Deviations.read().all()) {
        Verdict verdict = strict.judge(deviation.example());
        assertThat(verdict.relation())
            .as("%s: take it out of the file\n%s", deviation.reason(), verdict)
            .isEqualTo(Judge.Relation.DIFFERENT);
        assertThat(deviation.explains(verdict.query(), verdict.ours()))
            .as("%s\n%s", deviation, verdict)
            .isTrue();
      }
    }
  }
}
