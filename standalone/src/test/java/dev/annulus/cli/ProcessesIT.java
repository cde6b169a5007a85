package dev.annulus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The whole of Annulus with each part in a process of its own. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ProcessesIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final long NOW = System.currentTimeMillis() / 1000 - 100;

  @TempDir private static Path directory;
  private static AnnulusProcess broker;
  private static AnnulusProcess store;
  private static AnnulusProcess sink;
  private static AnnulusProcess gateway;
  private static AnnulusProcess query;
  private static ApiClient api;

  @BeforeAll
  static void start() {
    CompletableFuture<AnnulusProcess> starting =
        CompletableFuture.supplyAsync(
            () ->
                AnnulusProcess.start(
                    "broker", "--data-dir", dir("broker"), "--kafka-port", "0", "--port", "0"));
    store = startStore("0");
    broker = starting.join();
    sink = startSink();
    gateway = AnnulusProcess.start("gateway", "--port", "0", "--kafka-bootstrap", broker.address());
    query =
        AnnulusProcess.start(
            "query",
            "--port",
            "0",
            "--kafka-bootstrap",
            broker.address(),
            "--store-address",
            store.address(),
            "--set",
            "store.timeout=2s",
            "--set",
            "query.freshness-timeout=60s");
    api = new ApiClient(gateway.http(), query.http());
  }

  @AfterAll
  static void stop() {
    for (AnnulusProcess process : running()) {
      process.close();
    }
  }

  private static List<AnnulusProcess> running() {
    List<AnnulusProcess> processes = new ArrayList<>();
    for (AnnulusProcess process : new AnnulusProcess[] {query, gateway, sink, store, broker}) {
      if (process != null) {
        processes.add(process);
      }
    }
    return processes;
  }

  @Test
  @Order(1)
  void everyProcessBecomesReadyAndShowsItsMetrics() {
    for (AnnulusProcess process : running()) {
      Awaitility.await(process.http())
          .atMost(PATIENCE)
          .until(() -> ApiClient.get(process.http() + "/readyz").statusCode() == 200);
      assertThat(ApiClient.get(process.http() + "/-/metrics").body())
          .contains("jvm_memory_used_bytes");
    }
    assertThat(ApiClient.get(store.http() + "/-/metrics").body())
        .contains("annulus_store_server_commits_total")
        .contains("annulus_store_used_bytes");
  }

  @Test
  @Order(2)
  void whatIsPostedCanBeQueried() throws Exception {
    String token = api.ingest("posted", NOW, 37.5);
    assertThat(api.values("posted", token)).containsExactly(37.5);
  }

  @Test
  @Order(3)
  void whatTheJobAndTheGatewayDidIsCounted() {
    HttpResponse<String> refused =
        ApiClient.post(gateway.http() + "/ingest/gauge", "{\"name\":\"x\"}");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(ApiClient.get(gateway.http() + "/-/metrics").body())
        .containsPattern(
            "annulus_ingest_refused_requests_total\\{reason=\"invalid_sample\",source=\"[^\"]+\"} [1-9]")
        .contains("annulus_ingest_produce_seconds_count{outcome=\"ok\"}");
    assertThat(ApiClient.get(sink.http() + "/-/metrics").body())
        .contains("annulus_sink_samples_written_total{subtask=\"0\"} 1.0")
        .contains("annulus_sink_delay_seconds{")
        .contains("annulus_sink_written_up_to_seconds{")
        .contains("annulus_sink_pending_records{")
        .contains("annulus_sink_num_restarts 0.0");
    assertThat(ApiClient.get(query.http() + "/-/metrics").body())
        .contains("annulus_queries_queued");
    for (AnnulusProcess process : List.of(sink, query)) {
      assertThat(ApiClient.get(process.http() + "/-/metrics").body())
          .as(process.http())
          .containsPattern("annulus_store_client_commits_total(\\{[^}]*})? [1-9]")
          .contains("annulus_store_client_conflicts_total")
          .contains("annulus_store_client_retries_total");
    }
    assertThat(ApiClient.get(sink.http() + "/-/metrics").body())
        .containsPattern("annulus_store_client_largest_commit_bytes\\{[^}]*} [1-9]");
  }

  @Test
  @Order(3)
  void whatIsProducedToKafkaCanBeQueried() throws Exception {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.address()),
            new StringSerializer(),
            new StringSerializer())) {
      String sample =
          "{\"name\":\"produced\",\"type\":\"gauge\",\"ts\":%d,\"value\":2.5}".formatted(NOW);
      producer.send(new ProducerRecord<>("samples", sample)).get(60, TimeUnit.SECONDS);
    }
    Awaitility.await().atMost(PATIENCE).until(() -> !api.ids("produced", null).isEmpty());
    assertThat(api.values("produced", null)).containsExactly(2.5);
  }

  @Test
  @Order(4)
  void aKilledSinkLosesNothingAndRepeatsNothing() throws Exception {
    api.ingestCounter("counted", NOW, 10);
    String before = api.ingestCounter("counted", NOW + 1, 15);
    assertThat(api.values("counted", before)).containsExactly(10.0, 15.0);
    sink.kill();
    api.ingestCounter("counted", NOW + 2, 18);
    sink = startSink();
    String after = api.ingestCounter("counted", NOW + 3, 20);
    assertThat(api.values("counted", after)).containsExactly(10.0, 15.0, 18.0, 20.0);
    JsonNode counter =
        ApiClient.json(ApiClient.get(query.http() + "/metrics/" + api.ids("counted", null).get(0)));
    assertThat(counter.toString()).contains("\"increase\":10.0");
  }

  @Test
  @Order(5)
  void aKilledStoreHoldsWhatItHadAndTheRestWaitsInKafka() throws Exception {
    assertThat(api.values("posted", api.ingest("posted", NOW + 1, 1))).containsExactly(37.5, 1.0);
    store.kill();
    String waiting = api.ingest("posted", NOW + 2, 2);
    assertThat(ApiClient.get(query.http() + "/metrics").statusCode()).isEqualTo(503);
    store = startStore(store.port());
    assertThat(api.values("posted", waiting)).containsExactly(37.5, 1.0, 2.0);
  }

  @Test
  @Order(6)
  void capacityIsToldByTheQueryService() throws Exception {
    JsonNode capacity = ApiClient.json(ApiClient.get(query.http() + "/stats/capacity"));
    assertThat(capacity.get("metrics").asLong()).isEqualTo(3);
    assertThat(capacity.get("promised_bytes").asLong()).isGreaterThan(3 * 3600 * 30);
  }

  @Test
  @Order(6)
  void whatIsWatchedIsShown() throws Exception {
    api.ingestCounter("posted", NOW + 3, 1); // which is a gauge
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> ApiClient.get(query.http() + "/ingest/rejected").body().contains("posted"));
    Set<String> watched = new TreeSet<>();
    for (String file :
        List.of(
            "deploy/monitoring/alerts.yml",
            "deploy/monitoring/dashboard.json",
            "docs/operations.md")) {
      watched.addAll(MetricNames.in(Files.readString(Path.of("..", file))));
    }
    assertThat(watched).hasSizeGreaterThan(30);

    Set<String> shown = new TreeSet<>();
    for (AnnulusProcess process : running()) {
      shown.addAll(MetricNames.scraped(ApiClient.get(process.http() + "/-/metrics").body()));
    }
    assertThat(shown).containsAll(watched);
  }

  @Test
  @Order(7)
  void standaloneCanUseTheSharedStore() throws Exception {
    try (AnnulusProcess standalone =
        AnnulusProcess.startStandalone(
            "--port",
            "0",
            "--kafka-port",
            "0",
            "--data-dir",
            dir("standalone"),
            "--store",
            "remote",
            "--store-address",
            store.address())) {
      assertThat(ApiClient.get(standalone.http() + "/metrics").body())
          .as("what the other processes stored")
          .contains("\"posted\"");
    }
  }

  @Test
  @Order(8)
  void sigtermStopsEachProcess() throws Exception {
    for (AnnulusProcess process : running()) {
      assertThat(process.terminate()).as("128 + SIGTERM").isEqualTo(143);
    }
  }

  private static AnnulusProcess startSink() {
    return AnnulusProcess.start(
        "sink",
        "--port",
        "0",
        "--kafka-bootstrap",
        broker.address(),
        "--store-address",
        store.address());
  }

  private static AnnulusProcess startStore(String port) {
    return AnnulusProcess.start(
        "store", "--data-dir", dir("store"), "--store-port", port, "--port", "0");
  }

  private static String dir(String name) {
    return directory.resolve(name).toString();
  }
}
