package dev.annulus.query.http;

import static dev.annulus.query.http.QueryServiceFixture.gauge;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.annulus.query.exec.ReadLimits;
import dev.annulus.query.sql.SqlLimits;
import dev.annulus.wire.RejectedRecord;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists take as much memory as they may, however many and large the things in them are. */
class ListsIT {
  private static final int METRICS = 250;
  private static final int LISTED_BYTES = 20_000;
  private static final int REQUEST_BYTES = 200_000;

  @TempDir private static Path directory;
  private static QueryServiceFixture service;

  @BeforeAll
  static void start() {
    service =
        new QueryServiceFixture(
            directory,
            QueryServiceFixture.config(
                SqlLimits.DEFAULT,
                new ReadLimits(2, 2, Duration.ofMillis(100), 20, 4, REQUEST_BYTES),
                new AnswerLimits(1_000, 1_000, LISTED_BYTES, 3)));
    for (int i = 0; i < METRICS; i++) {
      String value = i < 30 ? "v".repeat(400) + i : "short";
      service.write(
          gauge(
              i % 3 == 0 ? "shared" : "Name" + "x".repeat(i % 100) + i,
              Map.of("t", value, "i", "" + i)),
          10,
          i);
    }
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 99, 100, 101, METRICS - 1, METRICS, 10_000})
  void pagesOfAnySizeTogetherAreTheWholeList(int limit) throws Exception {
    List<Long> all = pages("/metrics?limit=" + limit, limit);
    assertThat(all).hasSize(METRICS).isSorted().doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 50, 83, 84, 100, 101, 10_000})
  void soAreThoseOfASearch(int limit) throws Exception {
    assertThat(pages("/metrics?search=SHARED&limit=" + limit, limit)).hasSize(84);
    assertThat(pages("/metrics?search=name&limit=" + limit, limit)).hasSize(METRICS - 84);
    assertThat(pages("/metrics?search=e&limit=" + limit, limit))
        .hasSize(METRICS)
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 83, 84, 100, 101, 2_000})
  void aLookupSaysWhetherThereIsMore(int limit) throws Exception {
    JsonNode found =
        service.postJson("/metrics/lookup", "{\"name\":\"shared\",\"limit\":%d}".formatted(limit));
    assertThat(found.get("metrics")).hasSize(Math.min(84, limit));
    assertThat(found.get("hit_limit").asBoolean()).isEqualTo(limit < 84);
    assertThat(found.get("limit").asInt()).isEqualTo(limit);
  }

  @Test
  void aListIsCutOffAtItsBytes() throws Exception {
    JsonNode names = service.getJson("/metrics/names");
    assertThat(names.get("truncated").asBoolean()).isTrue();
    assertThat(bytes(names.get("names"))).isBetween(LISTED_BYTES / 2, LISTED_BYTES);

    JsonNode values = service.postJson("/metrics/tag-values", "{}");
    assertThat(values.get("truncated").asBoolean()).isTrue();
    assertThat(bytes(values.get("tags").get("i"))).isLessThanOrEqualTo(LISTED_BYTES);
    assertThat(service.postJson("/metrics/tag-values", "{\"name\":\"shared\"}").get("tags").size())
        .isPositive();

    for (int i = 0; i < 40; i++) {
      String body =
          "{\"slug\":\"d%d\",\"title\":\"%s\",\"definition\":{}}".formatted(i, "t".repeat(200));
      HttpResponse<String> saved = service.post("/dashboards", body);
      assertThat(saved.statusCode()).as(saved.body()).isEqualTo(200);
    }
    JsonNode dashboards = service.getJson("/dashboards");
    assertThat(dashboards.get("dashboards").size()).isBetween(20, 39);
    assertThat(dashboards.get("truncated").asBoolean()).isTrue();
  }

  /** As they are estimated: two for each character and a hundred beside them. */
  private static int bytes(JsonNode texts) {
    int bytes = 0;
    for (JsonNode text : texts) {
      bytes += 100 + 2 * text.asText().length();
    }
    return bytes;
  }

  @Test
  void rejectedSamplesHaveSoManyBytesToo() throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", service.broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < 10; i++) {
        byte[] payload = "p".repeat(6_000).getBytes(UTF_8);
        RejectedRecord rejected =
            new RejectedRecord("invalid", "no " + i, "samples", 1, i, 1, payload);
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>("rejected", payload);
        rejected.headers().forEach((k, v) -> record.headers().add(k, v.getBytes(UTF_8)));
        producer.send(record).get();
      }
    }
    JsonNode rejected = service.getJson("/ingest/rejected?limit=1000").get("rejected");
    List<Long> offsets = new ArrayList<>();
    rejected.forEach(one -> offsets.add(one.get("offset").asLong()));
    assertThat(offsets).as("the newest that fit").containsExactly(9L, 8L, 7L);
  }

  @Test
  void requestsTakeSoMuchMemoryTogether() throws Exception {
    String large = "{\"sql\":\"SELECT 1 AS x --%s\"}".formatted("x".repeat(30_000));
    HttpResponse<String> refused = service.post("/query", large);
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    String half = "{\"sql\":\"SELECT 1 AS x --%s\"}".formatted("x".repeat(12_000));
    for (int i = 0; i < 10; i++) {
      assertThat(service.post("/query", half).statusCode())
          .as("what ended takes none")
          .isEqualTo(200);
    }
    nothingStaysHeld();
  }

  @Test
  void aRequestIsRefusedBeforeAnythingIsMadeOfIt() throws Exception {
    String noJson = "[".repeat(30_000);
    for (String path : List.of("/query", "/metrics/lookup", "/metrics/tag-values")) {
      assertThat(service.post(path, noJson).statusCode()).as(path).isEqualTo(503);
      assertThat(service.post(path, "[".repeat(20_000)).statusCode()).as(path).isEqualTo(400);
      assertThat(service.post(path, "{\"limit\":\"x\"}").statusCode()).as(path).isEqualTo(400);
    }
    nothingStaysHeld();
  }

  @Test
  void oneThatWaitsForAWriteCountsToo() throws Exception {
    String later = "{\"sql\":\"SELECT 1 AS x --%s\",\"after\":\"0-999999\"}";
    ExecutorService client = Executors.newSingleThreadExecutor();
    try {
      CompletableFuture<HttpResponse<String>> waiting =
          CompletableFuture.supplyAsync(() -> posted(later.formatted("x".repeat(20_000))), client);
      await().atMost(Duration.ofSeconds(30)).until(() -> held() > 0 || waiting.isDone());
      assertThat(service.post("/query", "x".repeat(20_000)).statusCode()).isEqualTo(503);
      assertThat(service.query("SELECT 1 AS x").body()).as("a small one").contains("\"x\":1");
      assertThat(waiting.join().statusCode()).isEqualTo(504);
    } finally {
      client.shutdownNow();
    }
    nothingStaysHeld();
  }

  private static double held() {
    return service.metrics.get("annulus.queries.request.bytes").gauge().value();
  }

  /** An answer arrives a moment before its request is over. */
  private static void nothingStaysHeld() {
    await().atMost(Duration.ofSeconds(30)).until(() -> held() == 0);
  }

  private static HttpResponse<String> posted(String body) {
    try {
      return service.post("/query", body);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void theListOfQueriesShowsTheBeginningsOfTheirTexts() throws Exception {
    String slow =
        "SELECT sum(a.x * b.x) AS s FROM generate_series(1, 100000, 1) AS a(x),"
            + " generate_series(1, 100000, 1) AS b(x) --"
            + "x".repeat(8_000);
    ExecutorService client = Executors.newSingleThreadExecutor();
    try {
      CompletableFuture<HttpResponse<String>> answer =
          CompletableFuture.supplyAsync(() -> query(slow), client);
      await().atMost(Duration.ofSeconds(30)).until(() -> !running().isEmpty());
      JsonNode query = running().get(0);
      assertThat(query.get("sql").asText())
          .startsWith("SELECT sum(a.x")
          .hasSize(4_001)
          .endsWith("…");
      service.send("DELETE", "/queries/" + query.get("query_id").asText(), "");
      assertThat(answer.join().statusCode()).isNotEqualTo(200);
    } finally {
      client.shutdownNow();
    }
  }

  private static HttpResponse<String> query(String sql) {
    try {
      return service.query(sql);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<JsonNode> running() throws Exception {
    List<JsonNode> running = new ArrayList<>();
    service.getJson("/queries").get("queries").forEach(running::add);
    return running;
  }

  private static List<Long> pages(String path, int limit) throws Exception {
    List<Long> all = new ArrayList<>();
    String cursor = "";
    while (true) {
      JsonNode page = service.getJson(path + cursor);
      page.get("metrics").forEach(metric -> all.add(metric.get("metric_id").asLong()));
      if (!page.has("next_cursor")) {
        return all;
      }
      assertThat(page.get("metrics")).hasSize(limit);
      cursor = "&cursor=" + URLEncoder.encode(page.get("next_cursor").asText(), UTF_8);
    }
  }
}
