package dev.annulus.query.http;

import static dev.annulus.query.http.QueryServiceFixture.counter;
import static dev.annulus.query.http.QueryServiceFixture.gauge;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.annulus.query.exec.ReadLimits;
import dev.annulus.query.sql.MemoryLimits;
import dev.annulus.query.sql.SqlLimits;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Prometheus' query API, as Grafana and others ask it, on a real store. */
class PrometheusQueriesIT {
  private static final long NOW = 1_700_000_040;
  private static final int MANY = 3_000;
  private static final int MOST_SERIES = 2_000;

  @TempDir private static Path directory;
  private static QueryServiceFixture service;

  @BeforeAll
  static void start() {
    SqlLimits limits =
        SqlLimits.DEFAULT
            .withMetrics(MOST_SERIES)
            .withSamples(100_000)
            .withMemory(new MemoryLimits(64 << 20, 128 << 20))
            .withTimeout(Duration.ofSeconds(20));
    service =
        new QueryServiceFixture(
            directory,
            QueryServiceFixture.config(
                limits, ReadLimits.DEFAULT, new AnswerLimits(1_000, 2_500, 1 << 20, 3)),
            InstantSource.fixed(Instant.ofEpochSecond(NOW)));
    for (String job : List.of("api", "db")) {
      for (String env : List.of("prod", "test")) {
        double[] samples = new double[2 * 60];
        for (int i = 0; i < 60; i++) {
          samples[2 * i] = NOW - 60 * 15 + i * 15;
          samples[2 * i + 1] = i;
        }
        service.write(gauge("up", Map.of("job", job, "env", env)), samples);
      }
    }
    service.write(gauge("up", Map.of("job", "bare")), NOW - 10, 7);
    service.write(counter("requests_total"), NOW - 45, 10, NOW - 30, 20, NOW - 15, 5, NOW, 15);
    service.write(gauge("http.größe", Map.of("http.method", "GET /\"x\"\n")), NOW - 5, 0.5);
    service.write(gauge("clash", Map.of("__name__", "inner", "a", "1")), NOW - 5, 1);
    for (int i = 0; i < MANY; i++) {
      service.write(gauge("many", Map.of("i", Integer.toString(i))), NOW - 5, i);
    }
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void grafanasSaveAndTest() throws Exception {
    HttpResponse<String> answer = form("/api/v1/query", "query=1%2B1&time=4");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(answer.body())
        .isEqualTo(
            "{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[4,\"2\"]}}");
    JsonNode build = service.getJson("/api/v1/status/buildinfo").get("data");
    assertThat(build.get("version").asText()).startsWith("3.");
    assertThat(build.has("features")).isFalse();
  }

  @Test
  void anInstantVectorByGetAndByForm() throws Exception {
    String expected =
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":"
            + "{\"__name__\":\"up\",\"job\":\"bare\"},\"value\":["
            + NOW
            + ",\"7\"]}]}}";

    assertThat(get("/api/v1/query", "query", "up{job=\"bare\"}").body()).isEqualTo(expected);
    assertThat(form("/api/v1/query", "query=" + encoded("up{job=\"bare\"}") + "&foo=bar").body())
        .isEqualTo(expected);
    assertThat(get("/api/v1/query", "query", "nothing").body())
        .isEqualTo("{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}");
  }

  @Test
  void aRangeWithFloatingAndWrittenTimes() throws Exception {
    String floats =
        get(
                "/api/v1/query_range",
                "query",
                "sum by (job) (up{job!=\"bare\"})",
                "start",
                (NOW - 30) + ".5",
                "end",
                NOW + ".000",
                "step",
                "15")
            .body();

    assertThat(floats)
        .contains("\"resultType\":\"matrix\"")
        .contains("{\"metric\":{\"job\":\"api\"},\"values\":[[" + (NOW - 30) + ".500,\"116\"]");
    String written =
        get(
                "/api/v1/query_range",
                "query",
                "sum by (job) (up{job!=\"bare\"})",
                "start",
                Instant.ofEpochMilli(NOW * 1000 - 29_500).toString(),
                "end",
                Instant.ofEpochSecond(NOW).toString(),
                "step",
                "15s",
                "timeout",
                "10s",
                "stats",
                "all")
            .body();
    assertThat(service.parse(written).at("/data/result"))
        .isEqualTo(service.parse(floats).at("/data/result"));
    assertThat(service.parse(written).at("/data/stats/samples/totalQueryableSamples").asInt())
        .isPositive();
  }

  @Test
  void aCounterIsAsItWasSent() throws Exception {
    JsonNode raw = result("requests_total[1m]").get(0).get("values");

    assertThat(raw.size()).isEqualTo(4);
    assertThat(raw.get(2).get(1).asText()).isEqualTo("5");
    assertThat(result("resets(requests_total[1m])").get(0).get("value").get(1).asText())
        .isEqualTo("1");
  }

  @Test
  void matchersFindWhatTheyMatch() throws Exception {
    assertThat(jobs("up{env=\"\"}")).containsExactly("bare");
    assertThat(jobs("up{job!=\"bare\",env=\"prod\"}")).containsExactlyInAnyOrder("api", "db");
    assertThat(jobs("up{env=~\"prod|\"}")).containsExactlyInAnyOrder("api", "bare", "db");
    assertThat(jobs("{job=~\"a.*\",env!~\"t.+\"}")).containsExactly("api");
    assertThat(jobs("{job=\"db\"}")).containsExactlyInAnyOrder("db", "db");
    assertThat(jobs("{__name__=~\"u.\",env=\"test\"}")).containsExactlyInAnyOrder("api", "db");
    assertThat(jobs("{__name__!=\"up\",job!=\"\"}")).isEmpty();
    assertThat(jobs("up{job=\"api\",job=\"db\"}")).isEmpty();
  }

  private static List<String> jobs(String query) throws Exception {
    List<String> jobs = new ArrayList<>();
    result(query).forEach(series -> jobs.add(series.at("/metric/job").asText()));
    return jobs;
  }

  @Test
  void anyNameCanBeAsked() throws Exception {
    JsonNode found = result("{\"http.größe\",\"http.method\"=~\"GET.*\"}").get(0).get("metric");

    assertThat(found.get("__name__").asText()).isEqualTo("http.größe");
    assertThat(found.get("http.method").asText()).isEqualTo("GET /\"x\"\n");
    assertThat(texts("/api/v1/label/http.method/values")).containsExactly("GET /\"x\"\n");
    assertThat(texts("/api/v1/label/U__http_2e_method/values")).containsExactly("GET /\"x\"\n");
    JsonNode clash = result("clash{exported___name__=\"inner\"}").get(0).get("metric");
    assertThat(clash.get("__name__").asText()).isEqualTo("clash");
    assertThat(clash.get("exported___name__").asText()).isEqualTo("inner");
  }

  @Test
  void pickersGetNamesAndValues() throws Exception {
    String range = "?start=" + (NOW - 3600) + "&end=" + NOW;

    assertThat(texts("/api/v1/label/__name__/values" + range + "&limit=40000"))
        .containsExactly("clash", "http.größe", "many", "requests_total", "up");
    assertThat(texts("/api/v1/labels" + range))
        .containsExactly("__name__", "a", "env", "exported___name__", "http.method", "i", "job");
    assertThat(texts("/api/v1/labels?match[]=up&match[]=requests_total".replace("[]", "%5B%5D")))
        .containsExactly("__name__", "env", "job");
    assertThat(texts("/api/v1/label/job/values")).containsExactly("api", "bare", "db");
    assertThat(texts("/api/v1/label/job/values?match%5B%5D=" + encoded("up{env=\"prod\"}")))
        .containsExactly("api", "db");
    assertThat(texts("/api/v1/label/nothing/values")).isEmpty();
    HttpResponse<String> post = form("/api/v1/labels", "match%5B%5D=requests_total");
    assertThat(service.parse(post.body()).get("data").toString()).isEqualTo("[\"__name__\"]");
  }

  @Test
  void listsEndAtTheirLimit() throws Exception {
    JsonNode values = service.getJson("/api/v1/label/i/values?limit=2");
    assertThat(values.get("data").size()).isEqualTo(2);
    assertThat(values.get("warnings").get(0).asText()).contains("truncated");
    JsonNode matched = service.getJson("/api/v1/label/i/values?limit=2&match%5B%5D=many");
    assertThat(matched.get("data").size()).isEqualTo(2);
    assertThat(matched.get("warnings").get(0).asText()).contains("truncated");
    JsonNode names = service.getJson("/api/v1/labels?limit=1&match%5B%5D=up&match%5B%5D=many");
    assertThat(names.get("data").size()).isOne();
    assertThat(names.get("warnings").get(0).asText()).contains("truncated");
    JsonNode most = service.getJson("/api/v1/label/i/values");
    assertThat(most.get("data").size()).isEqualTo(2_500);
    assertThat(most.get("warnings").size()).isOne();

    JsonNode vector = service.parse(get("/api/v1/query", "query", "up", "limit", "3").body());
    assertThat(vector.at("/data/result").size()).isEqualTo(3);
    assertThat(vector.get("warnings").get(0).asText()).contains("truncated");
    assertThat(service.getJson("/api/v1/series?limit=2&match%5B%5D=up").get("data").size())
        .isEqualTo(2);
  }

  @Test
  void seriesAndMetadata() throws Exception {
    JsonNode series =
        service.getJson("/api/v1/series?match%5B%5D=requests_total&match%5B%5D=up").get("data");
    assertThat(series.size()).isEqualTo(6);
    assertThat(series.get(0).toString()).isEqualTo("{\"__name__\":\"requests_total\"}");
    JsonNode metadata = service.getJson("/api/v1/metadata").get("data");
    assertThat(metadata.size()).isEqualTo(5);
    assertThat(metadata.at("/requests_total/0/type").asText()).isEqualTo("counter");
    assertThat(metadata.at("/up/0/type").asText()).isEqualTo("gauge");
    assertThat(service.getJson("/api/v1/metadata?limit=2").get("data").size()).isEqualTo(2);
    assertThat(service.getJson("/api/v1/metadata?metric=up").get("data").toString())
        .isEqualTo("{\"up\":[{\"type\":\"gauge\",\"help\":\"\",\"unit\":\"\"}]}");
  }

  @Test
  void whatIsAlwaysEmpty() throws Exception {
    assertThat(service.get("/api/v1/rules?type=alert&rule_group%5B%5D=x").body())
        .isEqualTo("{\"status\":\"success\",\"data\":{\"groups\":[]}}");
    assertThat(service.get("/api/v1/alerts").body())
        .isEqualTo("{\"status\":\"success\",\"data\":{\"alerts\":[]}}");
    assertThat(get("/api/v1/query_exemplars", "query", "up", "start", "1", "end", "2").body())
        .isEqualTo("{\"status\":\"success\",\"data\":[]}");
  }

  @Test
  void queriesAreFormattedAndParsed() throws Exception {
    assertThat(get("/api/v1/format_query", "query", "sum( up )by(job)").body())
        .isEqualTo("{\"status\":\"success\",\"data\":\"sum by (job) (up)\"}");
    JsonNode tree =
        service
            .parse(
                get("/api/v1/parse_query", "query", "rate(a{b=~\"c\"}[5m] offset 1m) > bool 1")
                    .body())
            .get("data");
    assertThat(tree.get("type").asText()).isEqualTo("binaryExpr");
    assertThat(tree.get("bool").asBoolean()).isTrue();
    assertThat(tree.at("/lhs/func/name").asText()).isEqualTo("rate");
    assertThat(tree.at("/lhs/args/0/range").asLong()).isEqualTo(300_000);
    assertThat(tree.at("/lhs/args/0/offset").asLong()).isEqualTo(60_000);
    assertThat(tree.at("/lhs/args/0/matchers/0/type").asText()).isEqualTo("=~");
    assertThat(tree.at("/rhs/val").asText()).isEqualTo("1");
  }

  @Test
  void errorsHavePrometheusTypes() throws Exception {
    assertError(get("/api/v1/query", "query", "sum("), 400, "bad_data", "1:5: parse error");
    assertError(get("/api/v1/query"), 400, "bad_data", "no expression found");
    assertError(get("/api/v1/query", "query", "1", "time", "now"), 400, "bad_data", "timestamp");
    assertError(range("up", 2, 1, "1"), 400, "bad_data", "end timestamp must not be before start");
    assertError(range("up", 1, 2, "0"), 400, "bad_data", "zero or negative query resolution");
    assertError(
        range("up", 0, 11_001, "1"), 400, "bad_data", "exceeded maximum resolution of 11,0");
    assertThat(range("vector(1)", 0, 11_000, "1").statusCode()).isEqualTo(200);
    assertError(range("up[5m]", 0, 1, "1"), 400, "bad_data", "invalid expression type");
    assertError(get("/api/v1/query", "query", "up + on(job) up"), 422, "execution", "many-to-many");
    assertError(
        get("/api/v1/query", "query", "histogram_avg(up)"), 400, "bad_data", "not supported");
    assertError(service.get("/api/v1/series"), 400, "bad_data", "no match[] parameter");
    assertError(service.get("/api/v1/series?match%5B%5D=%7B%7D"), 400, "bad_data", "match[]");
    assertError(
        service.get("/api/v1/label/job/values?start=x"), 400, "bad_data", "valid timestamp");
    assertError(
        service.send("DELETE", "/api/v1/label/x/values", ""), 405, "method_not_allowed", "GET");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "many", // more series than a query may read
        "{__name__=~\".+\"}",
        "sum(many)",
        "count_over_time(up[365d:1ms])", // too many steps
        "sum_over_time(vector(1)[10y:1s])",
      })
  void whatIsTooMuchIsSaidSo(String query) throws Exception {
    HttpResponse<String> answer = get("/api/v1/query", "query", query);

    assertError(answer, 422, "execution", "more than");
    assertThat(get("/api/v1/query", "query", "1").statusCode()).isEqualTo(200);
  }

  @Test
  void limitsNameTheirSetting() throws Exception {
    assertError(get("/api/v1/query", "query", "many"), 422, "execution", "query.max-metrics");
    assertError(
        form("/api/v1/query", "query=" + encoded("1 + ".repeat(60_000) + "1")),
        400,
        "bad_data",
        "query.max-sql-chars");
  }

  private static HttpResponse<String> range(String query, long start, long end, String step)
      throws Exception {
    return get(
        "/api/v1/query_range",
        "query",
        query,
        "start",
        Long.toString(start),
        "end",
        Long.toString(end),
        "step",
        step);
  }

  private static void assertError(
      HttpResponse<String> answer, int status, String type, String message) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    JsonNode body = service.parse(answer.body());
    assertThat(body.get("status").asText()).isEqualTo("error");
    assertThat(body.get("errorType").asText()).isEqualTo(type);
    assertThat(body.get("error").asText()).contains(message);
  }

  private static JsonNode result(String query) throws Exception {
    HttpResponse<String> answer = get("/api/v1/query", "query", query);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return service.parse(answer.body()).at("/data/result");
  }

  private static List<String> texts(String path) throws Exception {
    List<String> texts = new ArrayList<>();
    service.getJson(path).get("data").forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static HttpResponse<String> get(String path, String... parameters) throws Exception {
    StringBuilder query = new StringBuilder();
    for (int i = 0; i < parameters.length; i += 2) {
      query.append(i == 0 ? '?' : '&').append(parameters[i]).append('=');
      query.append(encoded(parameters[i + 1]));
    }
    return service.get(path + query);
  }

  private static HttpResponse<String> form(String path, String body) throws Exception {
    return service.send(
        service
            .request(path)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }
}
