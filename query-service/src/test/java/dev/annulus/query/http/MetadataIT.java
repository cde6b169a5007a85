package dev.annulus.query.http;

import static dev.annulus.query.http.QueryServiceFixture.counter;
import static dev.annulus.query.http.QueryServiceFixture.gauge;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.annulus.model.SeriesSpec;
import dev.annulus.wire.RejectedRecord;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the query service says about metrics, dashboards and rejected samples. Each test has its own
 * metrics in one store.
 */
class MetadataIT {
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
}
