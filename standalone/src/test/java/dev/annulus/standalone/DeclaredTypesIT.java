package dev.annulus.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.annulus.service.config.Settings;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** JSON that contradicts the type of a series is told so, and never where the sink would accept. */
class DeclaredTypesIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @TempDir private static Path directory;
  private static Standalone standalone;

  private final long now = Instant.now().getEpochSecond() - 60;

  @BeforeAll
  static void start() {
    Map<String, String> flags =
        Map.of("http.port", "0", "kafka.port", "0", "data-dir", directory.toString());
    standalone = Standalone.start(StandaloneConfig.from(Settings.of(flags, Map.of(), null)));
  }

  @AfterAll
  static void stop() {
    standalone.close();
  }

  /** Whether or not the sample before is stored yet. */
  @Test
  void aContradictionIsRefusedAtOnce() throws Exception {
    assertThat(gauge("at_once", 1).statusCode()).isEqualTo(200);
    for (int time = 1; time <= 2; time++) {
      HttpResponse<String> refused = counter("at_once", 2);
      assertThat(refused.statusCode()).isEqualTo(409);
      JsonNode problem = JSON.readTree(refused.body());
      assertThat(problem.get("code").asText()).isEqualTo("type_conflict");
      assertThat(problem.get("field").asText()).isEqualTo("type");
      assertThat(problem.get("index").asInt()).isZero();
      assertThat(problem.get("detail").asText())
          .startsWith("Sample 0: type: at_once is a gauge")
          .endsWith("not a counter.");
      assertThat(problem.get("hint").asText()).contains("/ingest/gauge");
    }
    HttpResponse<String> right = gauge("at_once", 3);
    assertThat(valuesAfter("at_once", right)).isEqualTo("gauge [3.0]");
    assertThat(send("GET", "/ingest/rejected", "").body()).doesNotContain("at_once");
  }

  @Test
  void nothingOfARequestIsWrittenBesideAContradiction() throws Exception {
    await(counter("whole", 1));
    String batch =
        "[{\"name\":\"whole_other\",\"ts\":%d,\"value\":1},{\"name\":\"whole\",\"ts\":%d,\"value\":1}]"
            .formatted(now, now);
    HttpResponse<String> refused = post("/ingest/gauge", batch);
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(JSON.readTree(refused.body()).get("index").asInt()).isEqualTo(1);
    await(gauge("whole_marker", 1));
    assertThat(lookUp("whole_other", "").isEmpty()).isTrue();
  }

  @Test
  void aSeriesThatWasDeletedMayComeBackAsAnother() throws Exception {
    for (int round = 1; round <= 3; round++) {
      HttpResponse<String> asGauge = gauge("reborn", 1);
      assertThat(valuesAfter("reborn", asGauge)).isEqualTo("gauge [1.0]");
      assertThat(counter("reborn", 1).statusCode()).isEqualTo(409);
      delete("reborn");
      HttpResponse<String> asCounter = counter("reborn", 2);
      assertThat(valuesAfter("reborn", asCounter)).isEqualTo("counter [2.0]");
      assertThat(gauge("reborn", 1).statusCode()).isEqualTo(409);
      delete("reborn");
    }
  }

  @Test
  void whatIsDeletedBeforeItIsStoredHoldsNothingBack() throws Exception {
    await(gauge("short_lived", 1));
    delete("short_lived");
    assertThat(valuesAfter("short_lived", counter("short_lived", 5))).isEqualTo("counter [5.0]");
  }

  @Test
  void aTypeThatWasInferredGivesWayOnce() throws Exception {
    await(send("POST", "/write", "inferred value=1 " + now + "000000000"), 204);
    HttpResponse<String> declared = counter("inferred", 2);
    assertThat(valuesAfter("inferred", declared)).isEqualTo("counter [2.0]");
    assertThat(gauge("inferred", 3).statusCode()).isEqualTo(409);
    HttpResponse<String> line = send("POST", "/write", "inferred value=4 " + now + "000000000");
    assertThat(valuesAfter("inferred", line)).isEqualTo("counter [4.0]");
  }

  @Test
  void aSeriesIsFoundByItsIdToo() throws Exception {
    await(gauge("numbered", 1));
    String id = lookUp("numbered", "").at("/0/metric_id").asText();
    String byId = "{\"metric_id\":%s,\"ts\":%d,\"raw_value\":1}".formatted(id, now);
    assertThat(post("/ingest/counter", byId).statusCode()).isEqualTo(409);
    // The sink refuses it for its id, and says so.
    String otherName = "{\"metric_id\":%s,\"name\":\"n2\",\"ts\":%d,\"raw_value\":1}";
    await(post("/ingest/counter", otherName.formatted(id, now)));
    Awaitility.await()
        .untilAsserted(
            () -> assertThat(send("GET", "/ingest/rejected", "").body()).contains("id_conflict"));
  }

  private HttpResponse<String> gauge(String name, double value) throws Exception {
    return post(
        "/ingest/gauge", "{\"name\":\"%s\",\"ts\":%d,\"value\":%s}".formatted(name, now, value));
  }

  private HttpResponse<String> counter(String name, double value) throws Exception {
    return post(
        "/ingest/counter",
        "{\"name\":\"%s\",\"ts\":%d,\"raw_value\":%s}".formatted(name, now, value));
  }

  private static void delete(String name) throws Exception {
    String id = lookUp(name, "").at("/0/metric_id").asText();
    assertThat(send("DELETE", "/metrics/" + id, "").statusCode()).isEqualTo(200);
  }

  /** The type and the values of a series once a write is visible. */
  private static String valuesAfter(String name, HttpResponse<String> write) throws Exception {
    JsonNode metric = lookUp(name, after(write)).get(0);
    String sql =
        "{\"sql\":\"SELECT value FROM samples WHERE metric_id = %s ORDER BY ts\"}"
            .formatted(metric.get("metric_id").asText());
    JsonNode rows = JSON.readTree(post("/query", sql).body()).get("rows");
    return (metric.get("type").asInt() == 0 ? "gauge " : "counter ")
        + rows.findValuesAsText("value");
  }

  private static void await(HttpResponse<String> write) throws Exception {
    await(write, 200);
  }

  private static void await(HttpResponse<String> write, int status) throws Exception {
    assertThat(write.statusCode()).as(write.body()).isEqualTo(status);
    assertThat(send("GET", "/metrics" + after(write), "").statusCode()).isEqualTo(200);
  }

  private static String after(HttpResponse<String> write) {
    String token = write.headers().firstValue("X-Annulus-Token").orElseThrow();
    return "?after=" + URLEncoder.encode(token, StandardCharsets.UTF_8);
  }

  private static JsonNode lookUp(String name, String after) throws Exception {
    String answer = post("/metrics/lookup" + after, "{\"name\":\"" + name + "\"}").body();
    return JSON.readTree(answer).get("metrics");
  }

  private static HttpResponse<String> post(String path, String body) throws Exception {
    return send("POST", path, body);
  }

  private static HttpResponse<String> send(String method, String path, String body)
      throws Exception {
    return CLIENT.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + standalone.httpPort() + path))
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
