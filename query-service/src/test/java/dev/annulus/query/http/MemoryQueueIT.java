package dev.annulus.query.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.query.QueryConfig;
import dev.annulus.query.exec.ReadLimits;
import dev.annulus.query.sql.MemoryLimits;
import dev.annulus.query.sql.SqlLimits;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queries that together would hold more memory than there is wait for each other. */
class MemoryQueueIT {
  private static final int CROWD = 12;
  private static final int ROWS = 200_000;

  private static final ExecutorService CLIENTS = Executors.newCachedThreadPool();
  @TempDir private static Path directory;
  private static QueryServiceFixture service;

  /** Memory for two of the groupings below, and places for six. */
  @BeforeAll
  static void start() {
    QueryConfig config =
        QueryServiceFixture.config(
            SqlLimits.DEFAULT.withMemory(new MemoryLimits(40 << 20, 80 << 20)),
            new ReadLimits(6, 4, Duration.ofMillis(100), 20, 4, 16 << 20),
            new AnswerLimits(1_000, 50, 1 << 20, 3));
    service = new QueryServiceFixture(directory, config);
  }

  @AfterAll
  static void stop() {
    CLIENTS.shutdownNow();
    service.close();
  }

  private static HttpResponse<String> grouping(int rows) {
    try {
      return service.query(
          "SELECT count(*) AS n, sum(c) AS s FROM (SELECT x, count(*) AS c FROM"
              + " generate_series(1, %d) AS g(x) GROUP BY x) AS q".formatted(rows));
    } catch (Exception e) {
      throw new CompletionException(e);
    }
  }

  @Test
  void allAreAnsweredInTheEnd() throws Exception {
    List<CompletableFuture<HttpResponse<String>>> all =
        IntStream.range(0, CROWD)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> grouping(ROWS), CLIENTS))
            .toList();
    do {
      HttpResponse<String> small = service.query("SELECT x FROM (VALUES (2), (1)) v(x) ORDER BY x");
      assertThat(small.statusCode()).as(small.body()).isEqualTo(200);
    } while (!all.stream().allMatch(CompletableFuture::isDone));
    for (CompletableFuture<HttpResponse<String>> one : all) {
      assertThat(one.join().body()).contains("\"n\":200000,\"s\":200000");
    }
    assertThat(service.metrics.get("annulus.queries.memory").gauge().value()).isZero();
  }

  @Test
  void oneThatIsTooLargeIsToldSoAtOnce() {
    HttpResponse<String> answer = grouping(2 * ROWS);
    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(answer.body()).contains("query.max-memory");
  }
}
