package dev.annulus.senders;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One {@code bin/annulus standalone} for all tests, and what is stored in it. A test gets it as a
 * parameter; it uses names or tags of its own.
 */
final class Annulus implements AutoCloseable, ExtensionContext.Store.CloseableResource {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path BIN = Path.of("..", "bin", "annulus").toAbsolutePath().normalize();

  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final int httpPort = Ports.free();
  private final int kafkaPort = Ports.free();
  private final int graphitePort = Ports.free();
  private final int picklePort = Ports.free();
  private final Process process;

  private Annulus(Path directory) throws IOException {
    Path log = directory.resolve("annulus.log");
    process =
        new ProcessBuilder(
                BIN.toString(),
                "standalone",
                "--port=" + httpPort,
                "--kafka-port=" + kafkaPort,
                "--data-dir=" + directory.resolve("data"),
                "--set=graphite.port=" + graphitePort,
                "--set=graphite.pickle-port=" + picklePort)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    Awaitility.await("annulus")
        .atMost(Duration.ofMinutes(4))
        .until(
            () -> {
              if (!process.isAlive()) {
                throw new AssertionError("annulus ended:\n" + Files.readString(log));
              }
              return isReady();
            });
  }

  /** Gives tests the one of this run, which is started with the first. */
  static final class Shared implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == Annulus.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(ExtensionContext.Namespace.create(Annulus.class))
          .getOrComputeIfAbsent(Annulus.class, type -> start());
    }

    private static Annulus start() {
      try {
        Path target = Files.createDirectories(Path.of("target", "annulus"));
        return new Annulus(Files.createTempDirectory(target.toAbsolutePath(), "run"));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  URI http() {
    return URI.create("http://127.0.0.1:" + httpPort);
  }

  String url(String path) {
    return http() + path;
  }

  int httpPort() {
    return httpPort;
  }

  String bootstrapServers() {
    return "127.0.0.1:" + kafkaPort;
  }

  int graphitePort() {
    return graphitePort;
  }

  /** Of Graphite's pickled protocol. */
  int picklePort() {
    return picklePort;
  }

  /** All series with a tag. */
  List<StoredSeries> withTag(String key, String value) throws IOException {
    return read(
        "metric_id IN (SELECT metric_id FROM metric_tags WHERE tag_key = '%s' AND tag_value = '%s')"
            .formatted(key, value));
  }

  /** All series whose names begin with a text. */
  List<StoredSeries> named(String prefix) throws IOException {
    return read("name LIKE '%s%%'".formatted(prefix));
  }

  private List<StoredSeries> read(String condition) throws IOException {
    JsonNode found =
        query("SELECT metric_id, name, type FROM metrics WHERE " + condition, List.of());
    Map<Long, StoredSeries> byId = new TreeMap<>();
    for (JsonNode row : found) {
      StoredSeries.Type type =
          row.get("type").asInt() == 1 ? StoredSeries.Type.COUNTER : StoredSeries.Type.GAUGE;
      byId.put(
          row.get("metric_id").asLong(),
          new StoredSeries(row.get("name").asText(), new TreeMap<>(), type, new TreeMap<>()));
    }
    if (byId.isEmpty()) {
      return List.of();
    }
    List<Long> ids = List.copyOf(byId.keySet());
    String list = ids.toString().replace('[', '(').replace(']', ')');
    for (JsonNode row :
        query(
            "SELECT metric_id, tag_key, tag_value FROM metric_tags WHERE metric_id IN " + list,
            List.of())) {
      byId.get(row.get("metric_id").asLong())
          .tags()
          .put(row.get("tag_key").asText(), row.get("tag_value").asText());
    }
    for (JsonNode row : query("SELECT metric_id, ts, value FROM samples", ids)) {
      byId.get(row.get("metric_id").asLong())
          .samples()
          .put(row.get("ts").asLong(), row.get("value").asDouble());
    }
    return List.copyOf(byId.values());
  }

  private JsonNode query(String sql, List<Long> ids) throws IOException {
    Map<String, Object> body = new HashMap<>();
    body.put("sql", sql);
    body.put("max_rows", 100_000);
    if (!ids.isEmpty()) {
      body.put("metric_ids", ids);
    }
    HttpResponse<String> answer =
        send(
            HttpRequest.newBuilder(http().resolve("/query"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
                .build());
    if (answer.statusCode() != 200) {
      throw new IOException(answer.statusCode() + " " + answer.body());
    }
    JsonNode rows = JSON.readTree(answer.body());
    if (rows.get("truncated").asBoolean()) {
      throw new AssertionError("too many rows for one answer");
    }
    return rows.get("rows");
  }

  /** Sends a request and reads its answer as text. */
  HttpResponse<String> send(HttpRequest request) throws IOException {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private boolean isReady() {
    try {
      return send(HttpRequest.newBuilder(http().resolve("/readyz")).build()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
