package dev.annulus.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Metrics that are created, re-slotted and deleted while they are written, with a crash between.
 */
class ChurnIT {
  private static final int CLIENTS = 1_000;
  private static final long START = 1_700_000_000L;

  @TempDir private Path directory;

  @Test
  void aThousandClientsCreateOneMetricAcrossACrash() throws Exception {
    try (Annulus annulus = new Annulus(directory).start()) {
      Api api = annulus.api();
      for (Random random : Rounds.of("a thousand creators")) {
        String name = "shared_" + random.nextInt(Integer.MAX_VALUE);
        ConcurrentHashMap<Long, Double> acknowledged = new ConcurrentHashMap<>();
        ExecutorService clients = Executors.newFixedThreadPool(100);
        List<Future<?>> posts = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
          long ts = START + i;
          double value = random.nextDouble();
          posts.add(clients.submit(() -> post(api, name, ts, value, acknowledged)));
        }
        int before = random.nextInt(CLIENTS / 2);
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> acknowledged.size() > before);
        annulus.kill();
        annulus.start();
        for (Future<?> post : posts) {
          post.get();
        }
        clients.shutdown();
        Awaitility.await()
            .atMost(Duration.ofMinutes(1))
            .untilAsserted(
                () -> assertThat(api.samples(name)).isEqualTo(new TreeMap<>(acknowledged)));
      }
    }
  }

  private static void post(
      Api api, String name, long ts, double value, Map<Long, Double> acknowledged) {
    String body = "{\"name\":\"%s\",\"ts\":%d,\"value\":%s}".formatted(name, ts, value);
    Awaitility.await()
        .atMost(Duration.ofMinutes(5))
        .until(
            () -> {
              try {
                return api.post("/ingest/gauge", body).statusCode() == 200;
              } catch (IOException e) {
                return false;
              }
            });
    acknowledged.put(ts, value);
  }

  @Test
  void retentionChangesDuringIngestKeepEverySampleThatFits() throws Exception {
    Ledger ledger = new Ledger();
    try (Annulus annulus = new Annulus(directory).start()) {
      Api api = annulus.api();
      for (Random random : Rounds.of("retention change and kill -9")) {
        String prefix = "t" + ledger.size() + "_";
        String name = prefix + "0_gauge_50000";
        try (Load load = new Load(api, ledger, random, prefix, 2)) {
          load.awaitMore(3_000);
          long id = Awaitility.await().ignoreExceptions().until(() -> api.idOf(name), i -> i > 0);
          Future<?> change =
              Executors.newSingleThreadExecutor()
                  .submit(
                      () ->
                          api.post(
                              "/metrics/" + id + "/retention", "{\"step\":1,\"slots\":60000}"));
          if (random.nextBoolean()) {
            change.get();
          }
          annulus.kill();
          annulus.start();
          api.json(api.post("/metrics/" + id + "/retention", "{\"step\":1,\"slots\":70000}"));
        }
        ledger.verify(api);
        assertThat(api.metric(name).get("slots").asInt()).isEqualTo(70_000);
      }
    }
  }

  @Test
  void aDeleteDuringIngestIsFinalThoughTheProcessDies() throws Exception {
    try (Annulus annulus = new Annulus(directory).start()) {
      Api api = annulus.api();
      for (Random random : Rounds.of("delete during ingest and kill -9")) {
        String name = "doomed_" + random.nextInt(Integer.MAX_VALUE);
        AtomicLong next = new AtomicLong(START);
        ConcurrentSkipListMap<Long, Double> acknowledged = new ConcurrentSkipListMap<>();
        AtomicBoolean stopped = new AtomicBoolean();
        Thread writer =
            new Thread(
                () -> {
                  while (!stopped.get()) {
                    long ts = next.getAndIncrement();
                    post(api, name, ts, (double) ts, acknowledged);
                  }
                });
        writer.start();
        awaitSize(acknowledged, 50);
        Awaitility.await().ignoreExceptions().until(() -> api.idOf(name) > 0);
        long id = api.idOf(name);
        CompletableFuture<Void> cut =
            CompletableFuture.runAsync(
                () -> {
                  try {
                    api.send("DELETE", "/metrics/" + id, null);
                  } catch (IOException e) {
                    // The process died under it; whether it is done is not known.
                  }
                });
        awaitSize(acknowledged, acknowledged.size() + random.nextInt(20));
        annulus.kill();
        cut.join();
        annulus.start();
        awaitSize(acknowledged, acknowledged.size() + 20);
        long before = acknowledged.lastKey();
        delete(api, name);
        long after = next.get();
        awaitSize(acknowledged, acknowledged.size() + 20);
        stopped.set(true);
        writer.join();
        String last = "{\"name\":\"%s\",\"ts\":%d,\"value\":0}".formatted(name, next.get());
        api.awaitVisible(api.json(api.post("/ingest/gauge", last)).get("token").asText());
        TreeMap<Long, Double> left = api.samples(name);
        assertThat(left.headMap(before, true)).as("accepted before the delete").isEmpty();
        assertThat(left)
            .as("accepted after the delete")
            .containsAllEntriesOf(acknowledged.tailMap(after, true));
      }
    }
  }

  /** Until the metric is deleted, by whatever id it has. */
  private static void delete(Api api, String name) {
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .ignoreExceptions()
        .until(() -> api.send("DELETE", "/metrics/" + api.idOf(name), null).statusCode() == 200);
  }

  private static void awaitSize(ConcurrentSkipListMap<Long, Double> map, int size) {
    Awaitility.await().atMost(Duration.ofMinutes(3)).until(() -> map.size() >= size);
  }

  @Test
  void whatWasAcceptedBeforeADeleteDoesNotComeBack() throws Exception {
    try (Annulus annulus = new Annulus(directory).start()) {
      Api api = annulus.api();
      for (Random random : Rounds.of("delete and kill -9")) {
        String name = "gone_" + random.nextInt(Integer.MAX_VALUE);
        String token = "";
        for (int i = 0; i < 50; i++) {
          String body = "{\"name\":\"%s\",\"ts\":%d,\"value\":1}".formatted(name, START + i);
          token = api.json(api.post("/ingest/gauge", body)).get("token").asText();
        }
        api.awaitVisible(token);
        long id = api.idOf(name);
        assertThat(api.send("DELETE", "/metrics/" + id, null).statusCode()).isEqualTo(200);
        annulus.kill();
        annulus.start();
        String late = "{\"name\":\"%s\",\"ts\":%d,\"value\":2}".formatted(name, START + 7);
        api.awaitVisible(api.json(api.post("/ingest/gauge", late)).get("token").asText());
        assertThat(api.get("/metrics/" + id).statusCode()).isEqualTo(404);
        assertThat(api.samples(name)).containsExactly(Map.entry(START + 7, 2.0));
      }
    }
  }
}
