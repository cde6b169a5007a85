package dev.annulus.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The gateway with the heaps that compose and Kubernetes give it, and bodies as large as may be.
 */
class GatewayMemoryIT {
  private static final int SAMPLES = 99_000;
  private static final int SERIES = 100;
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({"400, 16", "512, 30"})
  void takesLargeBodiesAtOnceOrSaysWhenToComeAgain(int heapMiB, int clients) throws Exception {
    long now = Instant.now().getEpochSecond();
    List<byte[]> requests = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      byte[] body = Bodies.gzip(Bodies.json("body_" + i, SAMPLES, SERIES, now));
      assertThat(body.length).isGreaterThan(400_000);
      requests.add(RawHttp.post("/ingest/gauge", "application/json", "gzip", body));
    }
    ExecutorService threads = Executors.newFixedThreadPool(clients);
    try (Processes processes = new Processes(directory)) {
      processes.gateway.javaOptions("-Xmx" + heapMiB + "m");
      processes.start();
      int port = processes.gateway.http().getPort();
      List<Callable<RawHttp.Answer>> calls = new ArrayList<>();
      requests.forEach(request -> calls.add(() -> RawHttp.exchange(port, request, LIMIT)));
      List<Future<RawHttp.Answer>> answers = threads.invokeAll(calls);
      int accepted = 0;
      for (int i = 0; i < clients; i++) {
        RawHttp.Answer answer = answers.get(i).get();
        if (answer.status() == 200) {
          accepted++;
          awaitStored(processes.api(), "body_" + i);
        } else {
          assertThat(answer.status()).as(answer.text()).isEqualTo(503);
          assertThat(answer.saysWhenToComeAgain()).as(answer.text()).isTrue();
        }
      }
      System.out.printf("  %d MiB: %d of %d bodies at once%n", heapMiB, accepted, clients);
      assertThat(accepted).isPositive();
      assertThat(processes.gateway.isAlive()).isTrue();
      RawHttp.Answer again = RawHttp.exchange(port, requests.get(0), LIMIT);
      assertThat(again.status()).as("one alone").isEqualTo(200);
      assertThat(processes.gateway.output()).doesNotContain("OutOfMemoryError");
    } finally {
      threads.shutdownNow();
    }
  }

  private static void awaitStored(Api api, String name) {
    String query =
        "{\"selectors\":[{\"metric\":\"%s\",\"alias\":\"A\"}],\"sql\":"
            + "\"SELECT count(*) AS n FROM samples WHERE metric_id IN ({{A}})\"}";
    Awaitility.await(name)
        .atMost(LIMIT)
        .ignoreExceptions()
        .until(
            () ->
                api.json(api.post("/query", query.formatted(name))).at("/rows/0/n").asLong()
                    == SAMPLES);
  }
}
