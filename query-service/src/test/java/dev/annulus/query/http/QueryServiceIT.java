package dev.annulus.query.http;

import static dev.annulus.query.http.QueryServiceFixture.counter;
import static dev.annulus.query.http.QueryServiceFixture.gauge;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.annulus.model.SeriesSpec;
import dev.annulus.query.QueryConfig;
import dev.annulus.query.jdbc.JdbcLimits;
import dev.annulus.query.sql.api.SqlLimits;
import dev.annulus.wire.RejectedRecord;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The HTTP contract of the query service. Tests use metrics of their own in one shared store. */
class QueryServiceIT {
  @TempDir private static Path directory;
  private static QueryServiceFixture service;

  @BeforeAll
  static void start() {
    SqlLimits limits = SqlLimits.DEFAULT.withResultBytes(20_000_000);
    QueryConfig config = new QueryConfig(limits, 2, 4, Duration.ofMillis(500), JdbcLimits.DEFAULT);
    service = new QueryServiceFixture(directory, config);
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  // Metrics

  @Test
  void metricsAreListedByIdInPages() throws Exception {
    for (int i = 0; i < 5; i++) {
      service.write(gauge("page", Map.of("i", "" + i)), 1, 1);
    }
    List<Long> ids = new ArrayList<>();
    String cursor = "";
    do {
      JsonNode page = service.getJson("/metrics?limit=2" + cursor);
      page.get("metrics").forEach(m -> ids.add(m.get("metric_id").asLong()));
      cursor = page.has("next_cursor") ? "&cursor=" + page.get("next_cursor").asText() : null;
    } while (cursor != null);
    assertThat(ids).isSorted().doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(5);
    JsonNode all = service.getJson("/metrics").get("metrics");
    assertThat(all).hasSameSizeAs(ids);
    assertThat(all.get(0).fieldNames())
        .toIterable()
        .containsExactly("metric_id", "name", "tags", "type", "step", "slots", "step_ms");
  }

  @Test
  void metricsAreSearchedByPartOfTheirName() throws Exception {
    service.write(gauge("searched.One", Map.of("a", "1")), 1, 1);
    service.write(gauge("searched.One", Map.of("a", "2")), 1, 1);
    service.write(gauge("Searched.two", Map.of()), 1, 1);
    JsonNode found = service.getJson("/metrics?search=SEARCHED").get("metrics");
    assertThat(found).hasSize(3);
    JsonNode first = service.getJson("/metrics?search=searched&limit=1");
    String cursor = first.get("next_cursor").asText();
    JsonNode rest = service.getJson("/metrics?search=searched&cursor=" + cursor).get("metrics");
    assertThat(rest).hasSize(2);
    assertThat(rest.findValues("metric_id")).doesNotContain(first.findValue("metric_id"));
    assertThat(service.getJson("/metrics?search=nowhere").get("metrics")).isEmpty();
    assertThat(service.get("/metrics?cursor=x").statusCode()).isEqualTo(400);
    assertThat(service.get("/metrics?limit=0").statusCode()).isEqualTo(400);
  }

  @Test
  void cardinalityNamesWhatTheSeriesComeFrom() throws Exception {
    for (int i = 0; i < 40; i++) {
      service.write(gauge("crowd", Map.of("crowd_host", "h" + i % 20, "i", "" + i)), 1, 1);
    }
    JsonNode byName = service.getJson("/stats/cardinality?limit=1");
    assertThat(byName.get("by").asText()).isEqualTo("name");
    assertThat(byName.get("items")).hasSize(1);
    assertThat(byName.at("/items/0/value").asText()).isEqualTo("crowd");
    assertThat(byName.at("/items/0/series").asLong()).isEqualTo(40);
    assertThat(service.getJson("/stats/cardinality?by=tag").toString())
        .contains("{\"value\":\"crowd_host\",\"series\":40,\"values\":20}");
    assertThat(service.getJson("/stats/cardinality?by=value&limit=1000").toString())
        .contains("{\"key\":\"crowd_host\",\"value\":\"h3\",\"series\":2}");
    assertThat(service.get("/stats/cardinality?by=color").body()).contains("name, tag or value");
  }

  @Test
  void capacityTellsWhatWasPromisedAndUsedByPage() throws Exception {
    service.write(gauge("promised", Map.of()), 1, 1);
    service.write(gauge("promised2", Map.of()), 1, 1);
    JsonNode first = service.getJson("/stats/capacity?limit=1");
    assertThat(first.get("metrics").asLong()).isGreaterThanOrEqualTo(2);
    assertThat(first.get("promised_bytes").asLong())
        .isGreaterThan(first.at("/items/0/promised_bytes").asLong());
    assertThat(first.get("used_bytes").asLong()).isNotNegative();
    assertThat(first.get("items")).hasSize(1);
    assertThat(first.at("/items/0/slots").asLong() * 30)
        .as("about 30 bytes a slot")
        .isCloseTo(first.at("/items/0/promised_bytes").asLong(), withinPercentage(10));
    JsonNode second =
        service.getJson("/stats/capacity?limit=1&cursor=" + first.get("cursor").asText());
    assertThat(second.at("/items/0/metric_id").asLong())
        .isGreaterThan(first.at("/items/0/metric_id").asLong());
    assertThat(service.get("/stats/capacity?limit=0").statusCode()).isEqualTo(400);
  }

  @Test
  void lookupMatchesNameAndTags() throws Exception {
    service.write(gauge("looked", Map.of("host", "a", "dc", "x")), 1, 1);
    service.write(gauge("looked", Map.of("host", "b", "dc", "x")), 1, 1);
    JsonNode byName = service.postJson("/metrics/lookup", "{\"name\":\"looked\"}");
    assertThat(byName.get("metrics")).hasSize(2);
    assertThat(byName.get("hit_limit").asBoolean()).isFalse();
    assertThat(byName.get("limit").asInt()).isEqualTo(200);
    assertThat(lookup("{\"name\":\"looked\",\"tags\":{\"host\":\"b\"}}")).hasSize(1);
    assertThat(lookup("{\"tags\":{\"dc\":\"x\"}}")).hasSize(2);
    assertThat(lookup("{\"name\":\"looked\",\"tags\":{\"host\":\"c\"}}")).isEmpty();
    JsonNode limited = service.postJson("/metrics/lookup", "{\"name\":\"looked\",\"limit\":1}");
    assertThat(limited.get("hit_limit").asBoolean()).isTrue();
    assertThat(limited.get("metrics")).hasSize(1);
    assertThat(service.post("/metrics/lookup", "{\"limit\":2001}").statusCode()).isEqualTo(400);
    assertThat(service.post("/metrics/lookup", "{\"nam\":\"x\"}").body())
        .contains("nam: is not a field");
  }

  private static JsonNode lookup(String body) throws Exception {
    return service.postJson("/metrics/lookup", body).get("metrics");
  }

  @Test
  void namesAndTagValuesAreDistinctAndSorted() throws Exception {
    service.write(gauge("named.b", Map.of("zone", "2")), 1, 1);
    service.write(gauge("named.a", Map.of("zone", "1")), 1, 1);
    List<String> names = new ArrayList<>();
    service.getJson("/metrics/names").get("names").forEach(n -> names.add(n.asText()));
    assertThat(names).contains("named.a", "named.b").isSorted().doesNotHaveDuplicates();
    assertThat(service.postJson("/metrics/tag-values", "{}").at("/tags/zone").toString())
        .isEqualTo("[\"1\",\"2\"]");
    assertThat(
            service
                .postJson("/metrics/tag-values", "{\"name\":\"named.b\"}")
                .get("tags")
                .toString())
        .isEqualTo("{\"zone\":[\"2\"]}");
  }

  @Test
  void oneMetricShowsItsRing() throws Exception {
    SeriesSpec spec =
        new SeriesSpec(null, gauge("ring", Map.of()).key(), counter("x").type(), 10_000L, 6);
    service.write(spec, 5, 1, 100, 2, 110, 5, 120, 3);
    JsonNode metric = service.getJson("/metrics/" + service.id(spec));
    assertThat(metric.get("window_seconds").asLong()).isEqualTo(60);
    assertThat(metric.get("samples").asInt()).as("the lap before does not count").isEqualTo(3);
    assertThat(metric.get("fill").asDouble()).isEqualTo(0.5);
    assertThat(metric.get("oldest_ts").asLong()).isEqualTo(100);
    assertThat(metric.get("newest_ts").asLong()).isEqualTo(120);
    assertThat(metric.get("newest_value").asDouble()).isEqualTo(3);
    assertThat(metric.at("/counter/resets").asLong()).isEqualTo(1);
    assertThat(metric.at("/counter/increase").asDouble()).isEqualTo(1 + 3 + 3);
    assertThat(service.get("/metrics/4000000000").statusCode()).isEqualTo(404);
    assertThat(service.get("/metrics/x").statusCode()).isEqualTo(400);
  }

  @Test
  void aSeriesIsBucketed() throws Exception {
    SeriesSpec gauge = gauge("bucketed", Map.of());
    service.write(gauge, 60, 1, 61, 3, 119, 5, 180, 7);
    assertThat(series(gauge, "start_ts=0&end_ts=200&bucket=60"))
        .isEqualTo("[{\"bucket\":60,\"value\":3.0},{\"bucket\":180,\"value\":7.0}]");
    assertThat(series(gauge, "start_ts=61&end_ts=119&bucket=60"))
        .isEqualTo("[{\"bucket\":60,\"value\":4.0}]");
    SeriesSpec counter = counter("bucketed_total");
    service.write(counter, 10, 100, 70, 160, 130, 10, 190, 70);
    assertThat(series(counter, "bucket=60"))
        .isEqualTo(
            "[{\"bucket\":0,\"value\":null},{\"bucket\":60,\"value\":1.0},"
                + "{\"bucket\":120,\"value\":null},{\"bucket\":180,\"value\":1.0}]");
    assertThat(service.get("/metrics/1/series?bucket=0").statusCode()).isEqualTo(400);
  }

  private static String series(SeriesSpec spec, String parameters) throws Exception {
    return service
        .getJson("/metrics/" + service.id(spec) + "/series?" + parameters)
        .get("rows")
        .toString();
  }

  @Test
  void retentionIsChangedForGaugesOnly() throws Exception {
    SeriesSpec gauge = gauge("resized", Map.of());
    service.write(gauge, 1, 1, 2, 2, 3, 3);
    long id = service.id(gauge);
    JsonNode answer = service.postJson("/metrics/" + id + "/retention", "{\"step\":1,\"slots\":2}");
    assertThat(answer.toString())
        .isEqualTo(
            "{\"status\":\"ok\",\"metric_id\":%d,\"step\":1,\"slots\":2,\"step_ms\":1000}"
                .formatted(id));
    assertThat(service.getJson("/metrics/" + id).get("samples").asInt()).isEqualTo(2);
    SeriesSpec counter = counter("resized_total");
    service.write(counter, 1, 1);
    HttpResponse<String> refused =
        service.post("/metrics/" + service.id(counter) + "/retention", "{\"step\":1,\"slots\":2}");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("retention of a counter cannot be changed");
    assertThat(service.post("/metrics/" + id + "/retention", "{\"step\":0,\"slots\":2}").body())
        .contains("step: must be between 1 and");
    assertThat(service.post("/metrics/" + id + "/retention", "{\"step\":1}").body())
        .contains("slots: is missing");
    assertThat(
            service.post("/metrics/4000000000/retention", "{\"step\":1,\"slots\":2}").statusCode())
        .isEqualTo(404);
  }

  @Test
  void aDeletedMetricIsGone() throws Exception {
    SeriesSpec spec = gauge("deleted", Map.of("t", "u"));
    service.write(spec, 1, 1);
    long id = service.id(spec);
    assertThat(service.send("DELETE", "/metrics/" + id, "").body())
        .isEqualTo("{\"status\":\"ok\",\"metric_id\":" + id + "}");
    assertThat(service.get("/metrics/" + id).statusCode()).isEqualTo(404);
    assertThat(service.send("DELETE", "/metrics/" + id, "").statusCode()).isEqualTo(404);
    assertThat(lookup("{\"name\":\"deleted\"}")).isEmpty();
  }

  // Dashboards

  @Test
  void aDashboardIsSavedLoadedAndGuardedAgainstLostUpdates() throws Exception {
    String body = "{\"slug\":\"main\",\"title\":\"Main\",\"definition\":{\"panels\":[1,2]}}";
    HttpResponse<String> saved = service.post("/dashboards", body);
    assertThat(saved.body()).isEqualTo("{\"status\":\"ok\",\"slug\":\"main\"}");
    HttpResponse<String> loaded = service.get("/dashboards/main");
    assertThat(service.parse(loaded.body()).get("title").asText()).isEqualTo("Main");
    assertThat(service.parse(loaded.body()).at("/definition/panels/1").asInt()).isEqualTo(2);
    String etag = loaded.headers().firstValue("etag").orElseThrow();
    assertThat(saved.headers().firstValue("etag")).hasValue(etag);

    String changed = "{\"title\":\"New\",\"definition\":{}}";
    assertThat(service.send("PUT", "/dashboards/main", changed, "If-Match", etag).statusCode())
        .isEqualTo(200);
    HttpResponse<String> lost = service.send("PUT", "/dashboards/main", changed, "If-Match", etag);
    assertThat(lost.statusCode()).isEqualTo(412);
    assertThat(lost.body()).contains("changed by someone else");
    assertThat(service.post("/dashboards", body, "If-None-Match", "*").statusCode()).isEqualTo(412);
    String second = body.replace("main", "second");
    assertThat(service.post("/dashboards", second, "If-None-Match", "*").statusCode())
        .isEqualTo(200);
    assertThat(service.send("DELETE", "/dashboards/second", "").statusCode()).isEqualTo(200);
    assertThat(service.getJson("/dashboards").at("/dashboards/0").toString())
        .isEqualTo("{\"slug\":\"main\",\"title\":\"New\"}");
    assertThat(service.send("DELETE", "/dashboards/main", "", "If-Match", etag).statusCode())
        .isEqualTo(412);
    assertThat(service.send("DELETE", "/dashboards/main", "").statusCode()).isEqualTo(200);
    assertThat(service.get("/dashboards/main").statusCode()).isEqualTo(404);
    assertThat(service.post("/dashboards", body.replace("main", "../x")).statusCode())
        .isEqualTo(400);
    String huge = "{\"slug\":\"h\",\"title\":\"t\",\"definition\":\"" + "x".repeat(90_000) + "\"}";
    assertThat(service.post("/dashboards", huge).statusCode()).isEqualTo(413);
  }

  // Queries

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
        "{'tag':'a','op':'=~','value':'('} | is no regular expression",
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
  void columnsOfOneNameHaveKeysOfTheirOwn() throws Exception {
    String sql = "SELECT 1 AS a, 2 AS a, 3 AS a_2, 4 AS a, 5 AS b";
    JsonNode rows = service.postJson("/query", "{\"sql\":\"" + sql + "\"}");
    assertThat(rows.get("rows").get(0).toString())
        .isEqualTo("{\"a\":1,\"a_3\":2,\"a_2\":3,\"a_4\":4,\"b\":5}");
    assertThat(rows.get("columns").findValuesAsText("name"))
        .containsExactly("a", "a_3", "a_2", "a_4", "b");
    String body = "{\"sql\":\"" + sql + "\"}";
    assertThat(service.post("/query", body, "Accept", "application/x-ndjson").body())
        .isEqualTo("{\"a\":1,\"a_3\":2,\"a_2\":3,\"a_4\":4,\"b\":5}\n");
    assertThat(service.post("/query", body, "Accept", "text/csv").body()).startsWith("a,a,a_2,a,b");
  }

  @Test
  void aLineOfCsvIsNeverBlank() throws Exception {
    String sql = "SELECT nullif(n, 1) FROM (VALUES (1), (2)) AS t(n) ORDER BY n";
    assertThat(service.post("/query", "{\"sql\":\"" + sql + "\"}", "Accept", "text/csv").body())
        .isEqualTo("\"nullif(n, 1)\"\r\n\"\"\r\n2\r\n");
  }

  @Test
  void aResultComesInTheFormatAskedFor() throws Exception {
    String sql =
        "{\"sql\":\"SELECT * FROM (VALUES (1, 'a,\\\"b', 1.5e0), (2, NULL, 2.5e0)) AS t(i, s,"
            + " d)\"}";
    assertThat(service.post("/query", sql, "Accept", "text/csv").body())
        .isEqualTo("i,s,d\r\n1,\"a,\"\"b\",1.5\r\n2,,2.5\r\n");
    assertThat(service.post("/query", sql, "Accept", "application/x-ndjson").body())
        .isEqualTo("{\"i\":1,\"s\":\"a,\\\"b\",\"d\":1.5}\n{\"i\":2,\"s\":null,\"d\":2.5}\n");
    JsonNode columns =
        service.parse(
            service.post("/query", sql, "Accept", "application/vnd.annulus.columns+json").body());
    assertThat(columns.get("data").toString()).isEqualTo("[[1,2],[\"a,\\\"b\",null],[1.5,2.5]]");
    assertThat(service.post("/query", sql, "Accept", "text/html, */*").body()).startsWith("{");
  }

  @Test
  void safeCsvHasNoTextThatBeginsAsAFormula() throws Exception {
    String sql =
        "{\"sql\":\"SELECT * FROM (VALUES ('=1+1', -1), ('+1', 2), ('-1', 3), ('@a', 4), ('a=1', -5.5)) AS t(s, \\\"-n\\\")\"}";
    assertThat(service.post("/query?csv=safe", sql, "Accept", "text/csv").body())
        .isEqualTo("s,'-n\r\n'=1+1,-1.0\r\n'+1,2.0\r\n'-1,3.0\r\n'@a,4.0\r\na=1,-5.5\r\n");
    String plain = service.post("/query", sql, "Accept", "text/csv").body();
    assertThat(plain).startsWith("s,-n\r\n=1+1,-1");
    assertThat(service.post("/query?csv=plain", sql, "Accept", "text/csv").body()).isEqualTo(plain);
    assertThat(service.post("/query?csv=x", sql, "Accept", "text/csv").statusCode()).isEqualTo(400);
  }

  @Test
  void aMillionRowsAreStreamedWithoutBeingKept() throws Exception {
    String sql = "SELECT x, x * 2 AS y FROM generate_series(1, 1000000, 1) AS g(x)";
    HttpRequest request =
        service
            .request("/query")
            .header("Content-Type", "application/json")
            .header("Accept", "application/x-ndjson")
            .POST(HttpRequest.BodyPublishers.ofString("{\"sql\":\"" + sql + "\"}"))
            .build();
    long before = usedHeap();
    try (BufferedReader rows =
        new BufferedReader(
            new InputStreamReader(
                HttpClient.newHttpClient()
                    .send(request, HttpResponse.BodyHandlers.ofInputStream())
                    .body(),
                UTF_8))) {
      for (int x = 1; x <= 1_000_000; x++) {
        assertThat(rows.readLine()).isEqualTo("{\"x\":" + x + ",\"y\":" + 2 * x + "}");
        if (x == 500_000) {
          // The server waits for its client; rows kept on either side would be 30 MiB and more.
          assertThat(usedHeap() - before).isLessThan(16L << 20);
        }
      }
      assertThat(rows.readLine()).isNull();
    }
  }

  private static long usedHeap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  @Test
  void aLargeResultIsStreamedAndCutWhereAsked() throws Exception {
    SeriesSpec spec =
        new SeriesSpec(
            null, gauge("large", Map.of()).key(), gauge("x", Map.of()).type(), 1_000L, 60_000);
    double[] samples = new double[120_000];
    for (int i = 0; i < 60_000; i++) {
      samples[2 * i] = i;
      samples[2 * i + 1] = i;
    }
    service.write(spec, samples);
    String sql = "SELECT ts, value FROM samples WHERE metric_id = " + service.id(spec);
    String csv = service.post("/query", "{\"sql\":\"" + sql + "\"}", "Accept", "text/csv").body();
    assertThat(csv.lines()).hasSize(60_001);
    JsonNode all = service.parse(service.query(sql).body());
    assertThat(all.get("count").asInt()).isEqualTo(60_000);
    JsonNode cut = service.postJson("/query", "{\"max_rows\":10,\"sql\":\"" + sql + "\"}");
    assertThat(cut.get("rows")).hasSize(10);
    assertThat(cut.get("truncated").asBoolean()).isTrue();
  }

  @Test
  void aResultOfTooManyBytesIsCutOff() throws Exception {
    String sql =
        "SELECT x, '"
            + "abcdefghij".repeat(100)
            + "' AS text FROM generate_series(1, 50000, 1) AS g(x)";
    double before = truncated();
    JsonNode cut = service.parse(service.query(sql).body());
    assertThat(cut.get("truncated").asBoolean()).isTrue();
    assertThat(cut.get("rows")).hasSize(19_842); // 1,008 bytes each
    assertThat(cut.at("/stats/rows").asInt()).isEqualTo(19_842);
    JsonNode fits = service.parse(service.query(sql.replace("50000", "19842")).body());
    assertThat(fits.get("truncated").asBoolean()).isFalse();
    assertThat(truncated() - before).isEqualTo(1);
  }

  private static double truncated() {
    return service.metrics.get("annulus.queries.truncated").counter().count();
  }

  @ParameterizedTest
  @CsvSource({"1000, X-Truncated: false", "900, X-Truncated: true"})
  void whatWasCutOffIsSaidBeforeAShortAnswer(int most, String header) throws Exception {
    assertThat(raw("generate_series(1, 1000, 1)", most)).contains("\r\n" + header + "\r\n");
  }

  @ParameterizedTest
  @CsvSource({"200000, X-Truncated: false", "190000, X-Truncated: true"})
  void whatWasCutOffIsSaidAfterALongAnswer(int most, String trailer) throws Exception {
    String answer = raw("generate_series(1, 200000, 1)", most);
    assertThat(answer).contains("\r\nTrailer: X-Truncated\r\n");
    assertThat(answer).endsWith("\r\n0\r\n" + trailer + "\r\n\r\n");
  }

  /** All that comes over the wire for a query in CSV. */
  private static String raw(String table, int mostRows) throws IOException {
    String body =
        "{\"max_rows\":%d,\"sql\":\"SELECT x FROM %s AS g(x)\"}".formatted(mostRows, table);
    String request =
        "POST /query HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAccept: text/csv\r\n"
            + "Content-Type: application/json\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body;
    try (Socket socket = new Socket("127.0.0.1", service.port())) {
      socket.getOutputStream().write(request.getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
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
    assertThat(slow.get("outcome").asText()).isIn("failed", "cancelled");
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

  // Freshness

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

  // Rejected samples

  @Test
  void rejectedSamplesAreListedNewestFirst() throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", service.broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < 3; i++) {
        RejectedRecord rejected =
            new RejectedRecord("invalid", "no " + i, "samples", 1, 40 + i, 1, "{}".getBytes(UTF_8));
        ProducerRecord<byte[], byte[]> record =
            new ProducerRecord<>("rejected", rejected.payload());
        rejected.headers().forEach((k, v) -> record.headers().add(k, v.getBytes(UTF_8)));
        producer.send(record).get();
      }
    }
    JsonNode rejected = service.getJson("/ingest/rejected?limit=2").get("rejected");
    assertThat(rejected).hasSize(2);
    assertThat(rejected.at("/0/detail").asText()).isEqualTo("no 2");
    assertThat(rejected.at("/0/reason").asText()).isEqualTo("invalid");
    assertThat(rejected.at("/0/offset").asInt()).isEqualTo(42);
    assertThat(rejected.at("/0/payload").asText()).isEqualTo("{}");
  }

  // Documentation

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

  // UI

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
      assertThat(service.get(path).statusCode()).as(path).isIn(400, 404);
    }
  }
}
