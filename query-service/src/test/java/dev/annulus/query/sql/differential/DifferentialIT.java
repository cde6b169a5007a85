package dev.annulus.query.sql.differential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.annulus.query.sql.differential.Deviations.Deviation;
import dev.annulus.query.sql.differential.Judge.Relation;
import dev.annulus.query.sql.differential.Judge.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Random queries are answered as DuckDB answers them. {@code -Dsql.queries=} and {@code
 * -Dsql.minutes=} say how many and for how long at most, {@code -Dsql.seed=} repeats a run.
 */
@EnabledIfSystemProperty(named = "sql.queries", matches = ".+")
class DifferentialIT {
  private static final Logger LOG = LoggerFactory.getLogger(DifferentialIT.class);
  private static final int QUERIES = Integer.getInteger("sql.queries", 3_000);
  private static final int MINUTES = Integer.getInteger("sql.minutes", 2);
  private static final long SEED = Long.getLong("sql.seed", new Random().nextInt(1_000_000_000));

  /** More differences than these are seldom looked at before the first are mended. */
  private static final int SHOWN = Integer.getInteger("sql.shown", 5);

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
  void randomQueriesAreAnsweredAsTheReferenceDoes() throws SQLException, IOException {
    LOG.atInfo().addKeyValue("seed", SEED).log("random queries");
    Judge judge = new Judge(rows, Deviations.read());
    Map<Relation, Integer> counts = new EnumMap<>(Relation.class);
    List<Verdict> differences = new ArrayList<>();
    long end = System.nanoTime() + MINUTES * 60_000_000_000L;
    int asked = 0;
    while (asked < QUERIES && differences.size() < SHOWN && System.nanoTime() < end) {
      Choices choices = Choices.random(SEED * 1_000_003L + asked++);
      Verdict verdict = judge.judge(Queries.generate(choices));
      counts.merge(verdict.relation(), 1, Integer::sum);
      if (verdict.relation() == Relation.DIFFERENT) {
        differences.add(Shrinker.shrink(judge, verdict, choices.taken()));
      }
    }
    LOG.atInfo().addKeyValue("seed", SEED).addKeyValue("answers", counts).log("compared");
    if (!differences.isEmpty()) {
      fail(
          "-Dsql.seed=%d, query %d: %d differences%s"
              .formatted(SEED, asked, differences.size(), text(differences)));
    }
    assertThat(counts.getOrDefault(Relation.SAME, 0)).as("%s", counts).isGreaterThan(asked / 2);
  }

  private static String text(List<Verdict> differences) {
    StringBuilder text = new StringBuilder();
    differences.forEach(verdict -> text.append("\n\n").append(verdict));
    return text.toString();
  }

  @Test
  void knownDeviationsStillDeviate() throws SQLException, IOException {
    Judge strict = new Judge(rows, Deviations.none());
    for (Deviation deviation : Deviations.read().all()) {
      Verdict verdict = strict.judge(deviation.example());
      assertThat(verdict.relation())
          .as("%s: take it out of the file\n%s", deviation.reason(), verdict)
          .isEqualTo(Relation.DIFFERENT);
      assertThat(deviation.explains(verdict.query(), verdict.ours()))
          .as("%s\n%s", deviation, verdict)
          .isTrue();
    }
  }
}
