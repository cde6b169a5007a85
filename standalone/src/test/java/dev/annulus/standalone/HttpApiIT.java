package dev.annulus.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.annulus.service.config.Settings;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole HTTP API in one process, held against its OpenAPI document. */
class HttpApiIT {
  /** Pages and files for browsers, which the document leaves out. */
  private static final Set<String> NOT_API =
      Set.of(
          "GET /",
          "GET /ui",
          "GET /ui/<path>",
          "GET /docs",
          "GET /docs/docs.js",
          "GET /docs/swagger-ui.css",
          "GET /docs/swagger-ui-bundle.js");

  @TempDir private static Path directory;
  private static Standalone standalone;
  private static ApiContract contract;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @BeforeAll
  static void start() throws Exception {
    Map<String, String> flags =
        Map.of("http.port", "0", "kafka.port", "0", "data-dir", directory.toString());
    standalone = Standalone.start(StandaloneConfig.from(Settings.of(flags, Map.of(), null)));
    contract = new ApiContract(send("GET", "/openapi.json", null).body());
  }

  @AfterAll
  static void stop() {
    standalone.close();
  }

  @Test
  void everyRouteIsDocumentedAndEveryDocumentedRouteIsThere() {
    Set<String> served = new TreeSet<>(standalone.routes());
    served.removeAll(NOT_API);
    assertThat(served).isEqualTo(contract.operations());
  }

  @Test
  void everyAnswerIsAsDocumented() throws Exception {
    long now = Instant.now().getEpochSecond() - 60;
    call("GET", "/livez", Map.of(), null);
    call("GET", "/readyz", Map.of(), null);
    call("GET", "/version", Map.of(), null);
    call("GET", "/-/metrics", Map.of(), null);
    call("GET", "/openapi.json", Map.of(), null);
    String connection = "'connectionId':'contract'";
    call("POST", "/avatica", Map.of(), "{'request':'openConnection'," + connection + "}");
    call("POST", "/avatica", Map.of(), "{'request':'createStatement','connectionId':'none'}");
    call("GET", "/session", Map.of(), null);
    call("POST", "/session", Map.of(), "{'token':'any'}");
    call("POST", "/session", Map.of(), "{}");
    call("DELETE", "/session", Map.of(), null);
    call("GET", "/schema", Map.of(), null);
    call("POST", "/demo/load", Map.of(), "");

    ingestAndRead(now);
    protocols();
    prometheus();
    manage();
    dashboards();
    call("GET", "/queries", Map.of(), null);
    call("GET", "/queries/slow", Map.of(), null);
    cancel();
    assertThat(contract.seen()).isEqualTo(contract.operations());
  }

  @Test
  void clientsOfInfluxSetUpBesideSql() throws Exception {
    String form = "q=CREATE+DATABASE+%22telegraf%22";
    HttpResponse<String> created = post("/query", "application/x-www-form-urlencoded", form);
    assertThat(created.statusCode()).isEqualTo(200);
    assertThat(created.body()).isEqualTo("{\"results\":[{\"statement_id\":0}]}");
    HttpResponse<String> inUrl = post("/query?q=CREATE%20DATABASE%20mydb", "text/plain", "");
    assertThat(inUrl.body()).isEqualTo(created.body());
    String sql = "{\"sql\":\"SELECT 1 AS one\"}";
    for (String type : List.of("application/json", "application/x-www-form-urlencoded")) {
      assertThat(post("/query", type, sql).body()).contains("{\"one\":1}");
    }
    HttpResponse<String> other = send("GET", "/query?q=SELECT%20*%20FROM%20cpu", null);
    assertThat(other.statusCode()).isEqualTo(400);
    assertThat(other.body()).startsWith("{\"error\":\"error parsing query");
    HttpResponse<String> neither = send("GET", "/query", null);
    assertThat(neither.statusCode()).isEqualTo(405);
    assertThat(neither.headers().firstValue("allow")).hasValue("POST");
  }

  @Test
  void protocolsKeepADayAndJsonAnHour() throws Exception {
    HttpResponse<String> line = post("/write", "text/plain", "kept_line v=1");
    assertThat(slotsOf("kept_line_v", line.headers().firstValue("x-annulus-token").orElseThrow()))
        .isEqualTo(86_400);
    String sample = "{\"name\":\"kept_json\",\"ts\":1,\"value\":1}";
    HttpResponse<String> json = post("/ingest/gauge", "application/json", sample);
    assertThat(slotsOf("kept_json", JSON.readTree(json.body()).get("token").asText()))
        .isEqualTo(3_600);
  }

  @Test
  void samplesTooOldForTheirRingAreCountedBySource() throws Exception {
    post("/write", "text/plain", "too_old v=1 1000000000000000000");
    post("/ingest/gauge", "application/json", "{\"name\":\"too_old\",\"ts\":1,\"value\":1}");
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              String metrics = send("GET", "/-/metrics", null).body();
              for (String source : List.of("influx", "json")) {
                assertThat(metrics)
                    .containsPattern(
                        "annulus_sink_samples_too_old_total\\{[^}]*source=\"" + source + "\"");
              }
            });
  }

  private static int slotsOf(String name, String token) throws Exception {
    String lookup = "{\"name\":\"" + name + "\"}";
    String path = "/metrics/lookup?after=" + URLEncoder.encode(token, StandardCharsets.UTF_8);
    return JSON.readTree(post(path, "application/json", lookup).body())
        .at("/metrics/0/slots")
        .asInt();
  }

  private static HttpResponse<String> post(String path, String type, String body) throws Exception {
    return CLIENT.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + standalone.httpPort() + path))
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void deltasOfOpenTelemetryAreReadAsACounter() throws Exception {
    long start = Instant.now().getEpochSecond() - 60;
    String point =
        "{'resourceMetrics':[{'scopeMetrics':[{'metrics':[{'name':'otel.jobs','sum':{"
            + "'aggregationTemporality':1,'isMonotonic':true,'dataPoints':["
            + "{'timeUnixNano':'%d000000000','asInt':'%d'}]}}]}]}]}";
    HttpResponse<String> last = null;
    for (int i = 0; i < 5; i++) {
      last = send("POST", "/v1/metrics", point.formatted(start + 10 * i, i + 1));
      send("POST", "/v1/metrics", point.formatted(start + 10 * i, i + 1)); // a client's retry
    }
    String counter = "{'name':'otel.jobs','ts':%d,'delta_value':%d}";
    last = send("POST", "/ingest/counter", counter.formatted(start + 50, 10));
    String token = last.headers().firstValue("X-Annulus-Token").orElseThrow();
    JsonNode answer =
        call(
            "POST",
            "/query",
            Map.of(),
            "{'after':'%s','sql':'SELECT value FROM samples WHERE metric_id = %s ORDER BY ts'}"
                .formatted(token, idAfter("otel.jobs", token)));
    assertThat(answer.get("rows").findValuesAsText("value"))
        .containsExactly("1.0", "3.0", "6.0", "10.0", "15.0", "25.0");
  }

  @Test
  void deltasOfOneSecondInSeveralRequestsAllCount() throws Exception {
    long second = Instant.now().getEpochSecond() - 60;
    String point =
        "{'resourceMetrics':[{'scopeMetrics':[{'metrics':[{'name':'otel.flushes','sum':{"
            + "'aggregationTemporality':1,'isMonotonic':true,'dataPoints':["
            + "{'timeUnixNano':'%d%09d','asInt':'%d'}]}}]}]}]}";
    send("POST", "/v1/metrics", point.formatted(second, 100, 3));
    send("POST", "/v1/metrics", point.formatted(second, 200, 2));
    send("POST", "/v1/metrics", point.formatted(second, 200, 2)); // a client's retry
    HttpResponse<String> last = send("POST", "/v1/metrics", point.formatted(second + 1, 0, 10));
    String token = last.headers().firstValue("X-Annulus-Token").orElseThrow();
    JsonNode answer =
        call(
            "POST",
            "/query",
            Map.of(),
            "{'after':'%s','sql':'SELECT value FROM samples WHERE metric_id = %s ORDER BY ts'}"
                .formatted(token, idAfter("otel.flushes", token)));
    assertThat(answer.get("rows").findValuesAsText("value")).containsExactly("5.0", "15.0");
  }

  private static String idAfter(String name, String token) throws Exception {
    call("GET", "/metrics", Map.of(), "?after=" + token, null);
    return id(name);
  }

  private static void ingestAndRead(long now) throws Exception {
    String gauge = "{'name':'api','ts':%d,'value':1.5,'tags':{'host':'a'}}".formatted(now);
    call("POST", "/ingest/gauge", Map.of(), gauge);
    call("POST", "/ingest/gauge", Map.of(), "{'name':'api','ts':-1,'value':1}");
    String counter =
        "[{'name':'hits','ts':%d,'raw_value':5},{'name':'hits','ts':%d,'raw_value':9}]";
    String token =
        call("POST", "/ingest/counter", Map.of(), counter.formatted(now, now + 1))
            .get("token")
            .asText();
    call("POST", "/ingest/gauge", Map.of(), "{'name':'hits','ts':%d,'value':1}".formatted(now));
    JsonNode wrongId =
        call(
            "POST",
            "/ingest/counter",
            Map.of(),
            "{'metric_id':4000000000,'name':'hits','ts':%d,'raw_value':1}".formatted(now));
    String after = "?after=" + token;
    JsonNode listed = call("GET", "/metrics", Map.of(), after, null);
    assertThat(listed.toString()).contains("\"api\"").contains("\"hits\"");
    call("GET", "/api/v1/metrics", Map.of(), "?limit=1", null);
    call("GET", "/metrics", Map.of(), "?limit=x", null);
    call("GET", "/metrics/names", Map.of(), null);
    call("POST", "/metrics/tag-values", Map.of(), "{'name':'api'}");
    call("GET", "/stats/cardinality", Map.of(), "?by=value", null);
    call("GET", "/stats/capacity", Map.of(), "?limit=1", null);
    call("GET", "/metrics", Map.of(), "?after=" + wrongId.get("token").asText(), null);
    await()
        .until(
            () ->
                call("GET", "/ingest/rejected", Map.of(), null).toString().contains("id_conflict"));
    String sql = "{'sql':'SELECT ts, value FROM samples WHERE metric_id IN ({{A}})',%s}";
    String selector = "'selectors':[{'metric':'api','alias':'A'}]";
    JsonNode rows = call("POST", "/query", Map.of(), sql.formatted(selector));
    assertThat(rows.at("/rows/0/value").asDouble()).isEqualTo(1.5);
    call("POST", "/query", Map.of(), "{'sql':'SELEC 1'}");
  }

  private static void protocols() throws Exception {
    call("GET", "/ping", Map.of(), null);
    call("GET", "/ping", Map.of(), "?verbose=true", null);
    call("GET", "/health", Map.of(), null);
    call("GET", "/ready", Map.of(), null);
    call("POST", "/write", Map.of(), "lines v=1");
    call("POST", "/write", Map.of(), "lines v=");
    call("POST", "/api/v2/write", Map.of(), "?precision=s", "lines v=2 1");
    call("POST", "/api/v2/write", Map.of(), "?precision=x", "lines v=2 1");
    call("POST", "/v1/metrics", Map.of(), "{'resourceMetrics':[]}");
    call("POST", "/v1/metrics", Map.of(), "[]");
    call("POST", "/collectd-post", Map.of(), "[]");
    call("POST", "/collectd-post", Map.of(), "{}");
    call("POST", "/api/v1/write", Map.of(), "wrong media type");
    HttpResponse<String> nothingInSnappy =
        send("POST", "/api/v1/write", "\u0000", "application/x-protobuf");
    contract.check("POST", "/api/v1/write", nothingInSnappy);
  }

  private static void prometheus() throws Exception {
    for (String path : List.of("query", "query_range", "format_query", "parse_query")) {
      String range = path.equals("query_range") ? "&start=1&end=2&step=1" : "";
      String parameters = "query=1%2B1&stats=all" + range;
      prometheus("GET", "/api/v1/" + path, Map.of(), parameters);
      prometheus("POST", "/api/v1/" + path, Map.of(), parameters);
      prometheus("GET", "/api/v1/" + path, Map.of(), "query=sum(" + range);
    }
    String match = "match%5B%5D=api";
    for (String path : List.of("labels", "series")) {
      prometheus("GET", "/api/v1/" + path, Map.of(), match);
      prometheus("POST", "/api/v1/" + path, Map.of(), match);
    }
    prometheus("GET", "/api/v1/label/{name}/values", Map.of("name", "__name__"), match);
    prometheus("GET", "/api/v1/label/{name}/values", Map.of("name", "a"), "limit=x");
    prometheus("GET", "/api/v1/query_exemplars", Map.of(), "query=up");
    prometheus("POST", "/api/v1/query_exemplars", Map.of(), "query=up");
    for (String path : List.of("metadata", "rules", "alerts", "status/buildinfo")) {
      prometheus("GET", "/api/v1/" + path, Map.of(), "");
    }
    call("POST", "/api/v1/read", Map.of(), "no Snappy block");
    HttpResponse<String> nothing = post("/api/v1/read", "application/x-protobuf", "\u0000");
    contract.check("POST", "/api/v1/read", nothing);
  }

  private static void prometheus(
      String method, String template, Map<String, String> path, String parameters)
      throws Exception {
    String filled = template;
    for (Map.Entry<String, String> one : path.entrySet()) {
      filled = filled.replace("{" + one.getKey() + "}", one.getValue());
    }
    HttpResponse<String> answer =
        method.equals("GET")
            ? send("GET", filled + "?" + parameters, null)
            : post(filled, "application/x-www-form-urlencoded", parameters);
    contract.check(method, template, answer);
  }

  private static void manage() throws Exception {
    Map<String, String> api = Map.of("id", id("api"));
    call("GET", "/metrics/{id}", api, null);
    call("GET", "/metrics/{id}", Map.of("id", id("hits")), null);
    call("GET", "/metrics/{id}", Map.of("id", "4000000000"), null);
    call("GET", "/metrics/{id}/series", api, "?bucket=60", null);
    call("POST", "/metrics/{id}/retention", api, "{'step':10,'slots':100}");
    call("POST", "/metrics/{id}/retention", Map.of("id", id("hits")), "{'step':1,'slots':1}");
    call("DELETE", "/metrics/{id}", api, null);
    call("DELETE", "/metrics/{id}", api, null);
  }

  private static String id(String name) throws Exception {
    JsonNode found = call("POST", "/metrics/lookup", Map.of(), "{'name':'" + name + "'}");
    return found.at("/metrics/0/metric_id").asText();
  }

  private static void dashboards() throws Exception {
    Map<String, String> slug = Map.of("slug", "d");
    call("POST", "/dashboards", Map.of(), "{'slug':'d','title':'D','definition':{'panels':[]}}");
    call("GET", "/dashboards", Map.of(), null);
    call("GET", "/dashboards/{slug}", slug, null);
    call("PUT", "/dashboards/{slug}", slug, "{'title':'E','definition':[]}");
    call("PUT", "/dashboards/{slug}", slug, "{'title':'','definition':[]}");
    call("DELETE", "/dashboards/{slug}", slug, null);
    call("GET", "/dashboards/{slug}", slug, null);
  }

  private static void cancel() throws Exception {
    String values = "(VALUES (1),(2),(3),(4),(5),(6),(7),(8),(9),(10)) AS ";
    String from = values + "a(n), " + values + "b(n), " + values + "c(n), " + values + "d(n), ";
    String sql = "SELECT sum(a.n) AS s FROM " + from + values + "e(n), " + values + "f(n), ";
    String body = "{'sql':'" + sql + values + "g(n), " + values + "h(n)'}";
    Thread slow = new Thread(() -> send("POST", "/query", body));
    slow.start();
    JsonNode running;
    do {
      running = call("GET", "/queries", Map.of(), null).get("queries");
    } while (running.isEmpty());
    call("DELETE", "/queries/{id}", Map.of("id", running.at("/0/query_id").asText()), null);
    call("DELETE", "/queries/{id}", Map.of("id", "none"), null);
    slow.join();
  }

  private static JsonNode call(
      String method, String template, Map<String, String> parameters, String body)
      throws IOException {
    return call(method, template, parameters, "", body);
  }

  /** Single quotes in a body stand for double ones. */
  private static JsonNode call(
      String method, String template, Map<String, String> parameters, String query, String body)
      throws IOException {
    String path = template;
    for (Map.Entry<String, String> parameter : parameters.entrySet()) {
      path =
          path.replace(
              "{" + parameter.getKey() + "}",
              URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8));
    }
    HttpResponse<String> answer = send(method, path + query, body);
    contract.check(method, template, answer);
    return JSON.readTree(
        answer.headers().firstValue("content-type").orElse("").contains("json")
            ? answer.body()
            : "{}");
  }

  private static HttpResponse<String> send(String method, String path, String body) {
    return send(method, path, body, "application/json");
  }

  private static HttpResponse<String> send(
      String method, String path, String body, String contentType) {
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + standalone.httpPort() + path));
      if (body == null) {
        request.method(method, HttpRequest.BodyPublishers.noBody());
      } else {
        request
            .header("Content-Type", contentType)
            .method(method, HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')));
      }
      return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
