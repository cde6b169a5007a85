package dev.annulus.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;

/** A client of the HTTP API. Thread-safe. */
final class Api {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  private final URI gateway;
  private final URI query;

  Api(URI origin) {
    this(origin, origin);
  }

  /**
   * @param gateway where samples go
   * @param query where everything else goes
   */
  Api(URI gateway, URI query) {
    this.gateway = gateway;
    this.query = query;
  }

  boolean isReady() {
    try {
      return get("/readyz").statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  HttpResponse<String> get(String path) throws IOException {
    return send("GET", path, null);
  }

  HttpResponse<String> post(String path, String body) throws IOException {
    return send("POST", path, body);
  }

  HttpResponse<String> send(String method, String path, String body) throws IOException {
    URI origin = method.equals("POST") && path.startsWith("/ingest/") ? gateway : query;
    HttpRequest request =
        HttpRequest.newBuilder(origin.resolve(path))
            .timeout(Duration.ofSeconds(30))
            .header("Content-Type", "application/json")
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  JsonNode json(HttpResponse<String> answer) throws IOException {
    if (answer.statusCode() != 200) {
      throw new IOException(answer.statusCode() + " " + answer.body());
    }
    return JSON.readTree(answer.body());
  }

  /** Waits until everything up to a write is visible. */
  void awaitVisible(String token) {
    Awaitility.await()
        .atMost(Duration.ofMinutes(5))
        .ignoreException(IOException.class)
        .until(() -> get("/metrics?limit=1&after=" + token).statusCode() == 200);
  }

  /** The metric with a name; there must be exactly one. */
  long idOf(String name) throws IOException {
    JsonNode found = json(post("/metrics/lookup", "{\"name\":\"" + name + "\"}")).get("metrics");
    if (found.size() != 1) {
      throw new AssertionError("there should be one metric " + name + ": " + found);
    }
    return found.at("/0/metric_id").asLong();
  }

  JsonNode metric(String name) throws IOException {
    return json(get("/metrics/" + idOf(name)));
  }

  /** The rows of a query; all of them. */
  JsonNode query(String sql) throws IOException {
    JsonNode answer = json(post("/query", JSON.writeValueAsString(Map.of("sql", sql))));
    if (answer.get("truncated").asBoolean()) {
      throw new AssertionError("too many rows for one answer");
    }
    return answer.get("rows");
  }

  /** All samples of a metric by time. */
  TreeMap<Long, Double> samples(String name) throws IOException {
    TreeMap<Long, Double> samples = new TreeMap<>();
    for (JsonNode row : query("SELECT ts, value FROM samples WHERE metric_id = " + idOf(name))) {
      samples.put(row.get("ts").asLong(), row.get("value").asDouble());
    }
    return samples;
  }
}
