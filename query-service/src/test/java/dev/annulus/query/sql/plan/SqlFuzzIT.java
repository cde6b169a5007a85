package dev.annulus.query.sql.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import dev.annulus.query.sql.SqlLimits;
import dev.annulus.query.sql.SqlRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Queries of a corpus, damaged: each is answered or refused in words, never with an inner fault.
 */
class SqlFuzzIT {
  private static final int TRIES = 300;

  @TempDir private static Path directory;
  private static SqlFixture fixture;
  private static List<String> corpus;

  @BeforeAll
  static void open() throws IOException {
    fixture = new SqlFixture(directory);
    fixture.gauge(1, "cpu", Map.of("host", "a"), 0, 20, ts -> ts);
    fixture.gauge(2, "cpu", Map.of("host", "b"), 0, 20, ts -> -ts);
    try (InputStream in = SqlFuzzIT.class.getResourceAsStream("/corpus/queries.sql")) {
      corpus = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  @Test
  void wordsLeftOutSwappedRepeatedAndMixed() {
    Random random = random();
    for (int i = 0; i < TRIES; i++) {
      List<String> words = words(random);
      for (int change = random.nextInt(3); change >= 0 && !words.isEmpty(); change--) {
        int at = random.nextInt(words.size());
        switch (random.nextInt(4)) {
          case 0 -> words.remove(at);
          case 1 -> words.add(random.nextInt(words.size()), words.get(at));
          case 2 -> words.set(at, words.get(random.nextInt(words.size())));
          default -> {
            List<String> other = words(random);
            words.set(at, other.get(random.nextInt(other.size())));
          }
        }
      }
      answeredOrRefused(String.join(" ", words));
    }
  }

  @Test
  void lettersChanged() {
    Random random = random();
    String alphabet = "()'\"`;,.*/-+%<>=!|&{}[]?:@#$^~\\ \n\t0aZ_\u0000\u00e9\ud83d";
    for (int i = 0; i < TRIES; i++) {
      StringBuilder sql = new StringBuilder(corpus.get(random.nextInt(corpus.size())));
      for (int change = random.nextInt(3); change >= 0; change--) {
        sql.setCharAt(
            random.nextInt(sql.length()), alphabet.charAt(random.nextInt(alphabet.length())));
      }
      answeredOrRefused(sql.toString());
    }
  }

  /** Another one each time, unless {@code -Dannulus.seed} repeats a run. */
  private static Random random() {
    long seed = Long.getLong("annulus.seed", System.nanoTime());
    System.out.println("SqlFuzzIT seed " + seed);
    return new Random(seed);
  }

  private static List<String> words(Random random) {
    String query = corpus.get(random.nextInt(corpus.size()));
    return new ArrayList<>(Arrays.asList(query.split("(?<=\\W)|(?=\\W)")));
  }

  private static void answeredOrRefused(String sql) {
    try {
      fixture.query(SqlRequest.of(sql, SqlLimits.DEFAULT));
    } catch (SqlException e) {
      assertThat(e.code()).as("%s: %s", sql, e.getMessage()).isNotEqualTo(SqlErrorCode.INTERNAL);
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
