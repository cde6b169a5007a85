package dev.annulus.query.http;

import static dev.annulus.query.http.QueryServiceFixture.gauge;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.annulus.model.SeriesSpec;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The HTTP contract of queries. Each test has its own metrics in one store. */
class QueryServiceIT {
  @TempDir private static Path directory;
  private static QueryServiceFixture service;

  @BeforeAll
  static void start() {
    service = QueryServiceFixture.withFewQueries(directory);
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void aQueryAnswersWithRowsColumnsAndStats() throws Exception {
    SeriesSpec spec = gauge("queried", Map.of());
    service.write(spec, 10, 1.5, 20, 2.5);
    long id = service.id(spec);
    JsonNode answer =
        service.postJson(
            "/query",
            """
            {"metric_ids":[%d],"start_ts":0,"end_ts":100,
             "sql":"SELECT ts, value FROM samples WHERE metric_id = %d ORDER BY ts; -- all"}
            """
                .formatted(id, id));
    assertThat(answer.get("rows").toString())
        .isEqualTo("[{\"ts\":10,\"value\":1.5},{\"ts\":20,\"value\":2.5}]");
    assertThat(answer.get("count").asInt()).isEqualTo(2);
    assertThat(answer.get("truncated").asBoolean()).isFalse();
    assertThat(answer.at("/columns/0").toString())
        .isEqualTo("{\"name\":\"ts\",\"type\":\"bigint\"}");
    assertThat(answer.at("/stats/samples_scanned").asInt()).isEqualTo(2);
    assertThat(answer.at("/stats/series").asInt()).isEqualTo(1);
    assertThat(answer.get("query_id").asText()).isNotBlank();
  }

  @Test
  void selectorsFillPlaceholders() throws Exception {
    SeriesSpec a = gauge("selected", Map.of("host", "a"));
    SeriesSpec b = gauge("selected", Map.of("host", "b"));
    service.write(a, 10, 1);
    service.write(b, 10, 2);
    String one =
        """
        {"selectors":[{"metric":"selected","tags":{"host":"b"},"alias":"B"}],"start_ts":1,"end_ts":99,
         "sql":"SELECT value FROM samples WHERE metric_id = {{B}} AND ts BETWEEN {{start_ts}} AND {{end_ts}}"}
        """;
    assertThat(service.postJson("/query", one).get("rows").toString())
        .isEqualTo("[{\"value\":2.0}]");
    String all =
        "{\"selectors\":[{\"metric\":\"selected\"}],"
            + "\"sql\":\"SELECT sum(value) AS s FROM samples WHERE metric_id IN ( {{S1}} )\"}";
    assertThat(service.postJson("/query", all).get("rows").toString()).isEqualTo("[{\"s\":3.0}]");
    HttpResponse<String> several = service.post("/query", all.replace("IN ( {{S1}} )", "= {{S1}}"));
    assertThat(several.statusCode()).isEqualTo(400);
    assertThat(several.body()).contains("matches 2 metrics").contains("IN ({{S1}})");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'tag':'ring','op':'=','value':'eu-1'} | 1.0",
        "{'tag':'ring','value':'eu-1'} | 1.0",
        "{'tag':'ring','op':'!=','value':'eu-1'} | 6.0",
        "{'tag':'ring','op':'=~','value':'eu-.'} | 3.0",
        "{'tag':'ring','op':'=~','value':'eu'} | null",
        "{'tag':'ring','op':'!~','value':'eu-.'} | 4.0",
        "{'tag':'ring','op':'=','value':''} | 4.0",
      })
  void aSelectorsFiltersSiftItsMetrics(String filter, String sum) throws Exception {
    service.write(gauge("sifted", Map.of("ring", "eu-1")), 10, 1);
    service.write(gauge("sifted", Map.of("ring", "eu-2")), 10, 2);
    service.write(gauge("sifted", Map.of()), 10, 4);
    String body =
        "{'sql':'SELECT sum(value) AS s FROM samples WHERE metric_id IN ({{A}})',"
            + "'selectors':[{'alias':'A','metric':'sifted','filters':["
            + filter
            + "]}]}";

    HttpResponse<String> answer = service.post("/query", body.replace('\'', '"'));

    if (sum.equals("null")) {
      assertThat(answer.body()).contains("selector_matches_nothing");
    } else {
      assertThat(service.parse(answer.body()).at("/rows/0/s").asText()).isEqualTo(sum);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'op':'=','value':''} | selectors[0].filters[0].tag: is missing",
        "{'tag':'a','op':'='} | selectors[0].filters[0].value: is missing",
        "{'tag':'a','op':'<','value':'1'} | op: must be =, !=, =~ or !~, got <",
        "{'tag':'a','op':'=~','value':'('} | is not a regular expression",
      })
  void aBadFilterSaysWhy(String filter, String detail) throws Exception {
    String body = "{'sql':'SELECT 1','selectors':[{'metric':'m','filters':[" + filter + "]}]}";
    HttpResponse<String> answer = service.post("/query", body.replace('\'', '"'));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(service.parse(answer.body()).get("detail").asText()).contains(detail);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'sql':''} | sql: is missing",
        "{} | sql: is missing",
        "{'sql':'SELECT 1','start_ts':2,'end_ts':1} | start_ts: must not be after end_ts",
        "{'sql':'SELECT 1','x':1} | x: is not a field",
        "{'sql':'SELECT 1','max_rows':0} | max_rows: must be at least 1",
        "{'sql':'SELECT {{A}}'} | There is no selector named A",
        "{'sql':'SELECT 1','selectors':[{'metric':'nothing'}]} | no metric nothing has these tags",
        "{'sql':'SELECT 1','selectors':[{'alias':'A'}]} | selectors[0].metric: is missing",
        "{'sql':'SELECT 1','selectors':[{'metric':'m','alias':'A'},{'metric':'n','alias':'A'}]} | A"
            + " is used twice",
        "{'sql':'SELECT value FROM samples'} | without a set of metrics",
        "{'sql':'DROP TABLE samples'} | SELECT",
        "{'sql':'SELECT 1; SELECT 2'} | one statement",
      })
  void aBadQuerySaysWhy(String body, String detail) throws Exception {
    HttpResponse<String> response = service.post("/query", body.replace('\'', '"'));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(service.parse(response.body()).get("detail").asText()).contains(detail);
  }

  @Test
  void anErrorIsMarkedInTheTextTheClientSent() throws Exception {
    service.write(gauge("marked", Map.of()), 1, 1);
    String body =
        "{\"selectors\":[{\"metric\":\"marked\",\"alias\":\"LONG_ALIAS\"}],"
            + "\"sql\":\"SELECT {{LONG_ALIAS}},\\n nowhere FROM samples\"}";
    JsonNode problem = service.postJson("/query", body);
    assertThat(problem.get("code").asText()).isEqualTo("unknown_column");
    assertThat(problem.get("position").toString())
        .isEqualTo("{\"offset\":24,\"line\":2,\"column\":2,\"length\":7}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/query | metric_ids[1] | {'metric_ids':[20,20.5],'sql':'SELECT 1'}",
        "/query | start_ts | {'start_ts':1.5,'sql':'SELECT 1'}",
        "/query | end_ts | {'end_ts':1e99,'sql':'SELECT 1'}",
        "/query | timeout_ms | {'timeout_ms':0.5,'sql':'SELECT 1'}",
        "/query | max_rows | {'max_rows':2147483648,'sql':'SELECT 1'}",
        "/query | max_rows | {'max_rows':1.000001,'sql':'SELECT 1'}",
        "/query | bucket | {'bucket':60.5,'sql':'SELECT 1'}",
        "/metrics/lookup | limit | {'limit':1.9}",
        "/metrics/1/retention | step | {'step':1.5,'slots':10}",
        "/metrics/1/retention | slots | {'step':1,'slots':10.25}",
      })
  void fractionsAndWhatDoesNotFitAreRefusedByName(String path, String field, String body)
      throws Exception {
    HttpResponse<String> answer = service.post(path, body.replace('\'', '"'));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(service.parse(answer.body()).get("detail").asText())
        .startsWith(field + ": must be a whole number within ");
  }

  @Test
  void aWholeNumberMayBeWrittenAsADecimalOne() throws Exception {
    JsonNode answer =
        service.postJson("/query", "{\"start_ts\":1.0,\"max_rows\":1e1,\"sql\":\"SELECT 1\"}");
    assertThat(answer.get("count").asInt()).isEqualTo(1);
  }

  @Test
  void aRunningQueryIsSeenAndCancelled() throws Exception {
    CompletableFuture<HttpResponse<String>> running = slowQuery("");
    JsonNode query =
        Awaitility.await()
            .until(() -> service.getJson("/queries").at("/queries/0"), q -> q.has("query_id"));
    assertThat(query.get("sql").asText()).contains("generate");
    String id = query.get("query_id").asText();
    assertThat(service.send("DELETE", "/queries/" + id, "").statusCode()).isEqualTo(200);
    HttpResponse<String> ended = running.get();
    assertThat(ended.statusCode()).isEqualTo(409);
    assertThat(ended.body()).contains("\"cancelled\"").contains(id);
    assertThat(service.getJson("/queries").get("queries")).isEmpty();
    assertThat(service.send("DELETE", "/queries/" + id, "").statusCode()).isEqualTo(404);
  }

  @Test
  void aQueryEndsWhenItsClientGoes() throws Exception {
    String body = "{\"sql\":\"" + slowSql() + "\"}";
    String request =
        "POST /query HTTP/1.1\r\n"
            + "Host: localhost\r\n"
            + "Content-Type: application/json\r\n"
            + "Content-Length: "
            + body.length()
            + "\r\n\r\n"
            + body;
    try (Socket client = new Socket("127.0.0.1", service.port())) {
      client.getOutputStream().write(request.getBytes(UTF_8));
      Awaitility.await().until(() -> service.getJson("/queries").get("queries").size() == 1);
    }
    Awaitility.await().until(() -> service.getJson("/queries").get("queries").isEmpty());
  }

  @Test
  void aQueryEndsAtItsDeadline() throws Exception {
    HttpResponse<String> ended = slowQuery(",\"timeout_ms\":600").get();
    assertThat(ended.statusCode()).isEqualTo(408);
    assertThat(ended.body()).contains("\"timeout\"");
    JsonNode slow = service.getJson("/queries/slow").at("/queries/0");
    assertThat(service.parse(ended.body()).get("query_id")).isEqualTo(slow.get("query_id"));
    assertThat(slow.get("elapsed_ms").asLong()).isGreaterThanOrEqualTo(500);
    assertThat(slow.get("outcome").asText()).isEqualTo("failed");
  }

  @Test
  void moreQueriesThanTheQueueHoldsAreTurnedAway() throws Exception {
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      answers.add(slowQuery(",\"timeout_ms\":1500"));
    }
    HttpResponse<String> refused = null;
    for (CompletableFuture<HttpResponse<String>> answer : answers) {
      if (answer.get().statusCode() == 503) {
        refused = answer.get();
      }
    }
    assertThat(refused).isNotNull();
    assertThat(refused.headers().firstValue("retry-after")).isPresent();
    assertThat(refused.body()).contains("too_many_queries");
    assertThat(service.rows("SELECT 1 AS x").toString()).isEqualTo("[{\"x\":1}]");
  }

  private static CompletableFuture<HttpResponse<String>> slowQuery(String more) {
    String sql = slowSql();
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return service.post("/query", "{\"sql\":\"" + sql + "\"" + more + "}");
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        },
        task -> new Thread(task).start());
  }

  /** A cross join that takes far longer than any test waits. */
  private static String slowSql() {
    String values = "(VALUES (1),(2),(3),(4),(5),(6),(7),(8),(9),(10),(11),(12)) AS ";
    StringBuilder from = new StringBuilder();
    for (char c = 'a'; c <= 'g'; c++) {
      from.append(from.isEmpty() ? "" : ", ").append(values).append(c).append("(n)");
    }
    return "SELECT /* generate */ sum(a.n * b.n + c.n) AS s FROM " + from;
  }

  @Test
  void aReaderWaitsForTheWriteItNames() throws Exception {
    long next = service.write(gauge("fresh", Map.of()), 1, 1);
    String token = "0-" + (next + 1);
    CompletableFuture<HttpResponse<String>> waiting =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return service.post(
                    "/metrics/lookup", "{\"name\":\"fresh2\",\"after\":\"" + token + "\"}");
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    service.write(gauge("fresh2", Map.of()), 1, 1);
    assertThat(service.parse(waiting.get().body()).get("metrics")).hasSize(1);
    HttpResponse<String> late = service.get("/metrics/names?after=0-" + (next + 1000));
    assertThat(late.statusCode()).isEqualTo(504);
    assertThat(late.body()).contains("not_visible_yet");
    assertThat(service.get("/metrics/names?after=nonsense").statusCode()).isEqualTo(400);
    assertThat(service.post("/query?after=" + token, "{\"sql\":\"SELECT 1\"}").statusCode())
        .isEqualTo(200);
  }

  @Test
  void theDocumentationOpensWithEverythingItLinks() throws Exception {
    HttpResponse<String> bare = service.get("/docs");
    assertThat(bare.statusCode()).isEqualTo(302);
    assertThat(bare.headers().firstValue("location").orElseThrow()).endsWith("docs/");
    HttpResponse<String> page = service.get("/docs/");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("content-type").orElseThrow()).startsWith("text/html");
    List<String> links =
        Pattern.compile("(?:href|src)=\"([^\":]+)\"")
            .matcher(page.body())
            .results()
            .map(link -> link.group(1))
            .toList();
    assertThat(links).hasSizeGreaterThanOrEqualTo(3);
    for (String link : links) {
      assertThat(service.get("/docs/" + link).statusCode()).as(link).isEqualTo(200);
    }
    assertThat(service.getJson("/openapi.json").get("openapi").asText()).startsWith("3.1");
  }

  @Test
  void theUiIsServedWithoutLeavingItsFolder() throws Exception {
    HttpResponse<String> page = service.get("/ui");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("cache-control")).hasValue("no-cache");
    assertThat(page.headers().firstValue("content-security-policy").orElseThrow())
        .contains("default-src 'self'");
    assertThat(service.get("/ui/explore").body()).as("deep links").contains("<div id=\"root\">");
    for (String path :
        List.of("/ui/../log4j2.xml", "/ui/%2e%2e/x.txt", "/ui/..%2fx.txt", "/ui/assets/x.js")) {
      assertThat(service.get(path).statusCode()).as(path).isEqualTo(404);
    }
  }
}
