package dev.annulus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * Writes to a gateway and reads from a query service.
 *
 * @param gateway its address, without a slash at the end
 * @param query its address, without a slash at the end
 */
record ApiClient(String gateway, String query) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  String ingest(String name, long ts, double value) throws Exception {
    return ingest("gauge", "{\"name\":\"%s\",\"ts\":%d,\"value\":%s}".formatted(name, ts, value));
  }

  String ingestCounter(String name, long ts, double value) throws Exception {
    return ingest(
        "counter", "{\"name\":\"%s\",\"ts\":%d,\"raw_value\":%s}".formatted(name, ts, value));
  }

  private String ingest(String type, String body) throws Exception {
    HttpResponse<String> answer = post(gateway + "/ingest/" + type, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return json(answer).get("token").asText();
  }

  List<Long> ids(String name, String after) throws Exception {
    String body =
        after == null
            ? "{\"name\":\"%s\"}".formatted(name)
            : "{\"name\":\"%s\",\"after\":\"%s\"}".formatted(name, after);
    HttpResponse<String> answer = post(query + "/metrics/lookup", body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    List<Long> ids = new ArrayList<>();
    json(answer).get("metrics").forEach(metric -> ids.add(metric.get("metric_id").asLong()));
    return ids;
  }

  /** All values of a metric by ts; waits for {@code after} as long as the service lets it. */
  List<Double> values(String name, String after) throws Exception {
    if (after != null) {
      Awaitility.await()
          .atMost(PATIENCE)
          .until(() -> get(query + "/metrics/names?after=" + after).statusCode() == 200);
    }
    String sql = "SELECT value FROM samples ORDER BY ts";
    String body = "{\"metric_ids\":%s,\"sql\":\"%s\"}".formatted(ids(name, after), sql);
    HttpResponse<String> answer = post(query + "/query", body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    List<Double> values = new ArrayList<>();
    json(answer).get("rows").forEach(row -> values.add(row.get("value").asDouble()));
    return values;
  }

  static JsonNode json(HttpResponse<String> answer) throws Exception {
    return JSON.readTree(answer.body());
  }

  static HttpResponse<String> get(String uri) {
    return send(HttpRequest.newBuilder(URI.create(uri)).build());
  }

  static HttpResponse<String> post(String uri, String body) {
    return send(
        HttpRequest.newBuilder(URI.create(uri))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  static HttpResponse<String> post(String uri, String body, String accept) {
    return send(
        HttpRequest.newBuilder(URI.create(uri))
            .header("Content-Type", "application/json")
            .header("Accept", accept)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  private static HttpResponse<String> send(HttpRequest request) {
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
