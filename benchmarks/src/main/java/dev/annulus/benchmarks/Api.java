package dev.annulus.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;

/** HTTP client of a running Annulus, and output of measurements. */
final class Api {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final String origin;

  /**
   * @param args optionally the origin first, such as {@code http://127.0.0.1:8000}
   */
  Api(String[] args) {
    this.origin = args.length > 0 ? args[0] : "http://127.0.0.1:8000";
  }

  JsonNode get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(URI.create(origin + path)).GET());
  }

  JsonNode post(String path, String body) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(URI.create(origin + path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<byte[]> response =
        client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    if (response.statusCode() != 200) {
      throw new IOException(
          response.statusCode()
              + " "
              + new String(response.body(), java.nio.charset.StandardCharsets.UTF_8));
    }
    return JSON.readTree(response.body());
  }

  static void print(String what, double[] values) {
    Arrays.sort(values);
    System.out.printf(
        "%s: p50=%.2f p90=%.2f p99=%.2f max=%.2f n=%d%n",
        what,
        values[values.length / 2],
        values[values.length * 9 / 10],
        values[values.length * 99 / 100],
        values[values.length - 1],
        values.length);
  }
}
