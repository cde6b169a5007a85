package dev.annulus.senders;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Debian's Prometheus scrapes Debian's node_exporter and Micrometer's Prometheus registry and
 * writes to Annulus. What it has in its own store is what it has sent.
 */
@ExtendWith(Annulus.Shared.class)
class PrometheusIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String run = "prometheus-" + System.nanoTime();
  private final int nodePort = Ports.free();
  private final int prometheusPort = Ports.free();
  @TempDir private Path directory;

  @Test
  void everythingPrometheusHasIsStored(Annulus annulus) throws Exception {
    String prometheus = Sender.program("prometheus", "prometheus");
    String node = Sender.program("prometheus-node-exporter", "prometheus-node-exporter");
    HttpServer page = micrometer();
    try (Sender exporter =
            Sender.start(directory, List.of(node, "--web.listen-address=127.0.0.1:" + nodePort));
        Sender writer = Sender.start(directory, prometheus(prometheus, annulus, page))) {
      StoredSeries.await(
          () -> {
            exporter.assertRuns();
            writer.assertRuns();
            assertThat(scrapes(annulus, "node")).isGreaterThanOrEqualTo(3);
            assertThat(scrapes(annulus, "micrometer")).isGreaterThanOrEqualTo(3);
          });
      Map<Key, TreeMap<Long, Double>> sent = sent(annulus);
      assertThat(sent.size()).as("series of Prometheus").isGreaterThan(300);

      StoredSeries.await(() -> assertStored(annulus, sent));

      List<StoredSeries> stored = annulus.withTag("run", run);
      assertTypes(annulus, stored);
      assertMicrometer(stored);
    } finally {
      page.stop(0);
    }
  }

  private record Key(String name, Map<String, String> labels) {}

  private void assertStored(Annulus annulus, Map<Key, TreeMap<Long, Double>> sent)
      throws IOException {
    Map<Key, TreeMap<Long, Double>> stored = new HashMap<>();
    for (StoredSeries series : annulus.withTag("run", run)) {
      stored.put(new Key(series.name(), series.tags()), series.samples());
    }
    assertThat(stored.keySet()).containsAll(sent.keySet());
    sent.forEach(
        (key, samples) -> assertThat(stored.get(key)).as("%s", key).containsAllEntriesOf(samples));
  }

  private void assertTypes(Annulus annulus, List<StoredSeries> stored) throws IOException {
    JsonNode metadata = prometheus(annulus, "/api/v1/metadata");
    int checked = 0;
    for (StoredSeries series : stored) {
      String said = metadata.path(series.name()).path(0).path("type").asText();
      if (said.equals("counter") || said.equals("gauge")) {
        assertThat(series.type().name()).as(series.name()).isEqualToIgnoringCase(said);
        checked++;
      }
    }
    assertThat(checked).isGreaterThan(100);
  }

  private void assertMicrometer(List<StoredSeries> stored) {
    NewestValues newest =
        new NewestValues(stored, Map.of("run", run, "job", "micrometer", "instance", "page"));
    newest.counter("orders_placed_total", 5, Map.of("region", "eu west"));
    newest.gauge("pool_size", 42.5, Map.of());
    newest.counter("request_time_seconds_count", 2, Map.of());
    newest.counter("request_time_seconds_sum", 1, Map.of());
    newest.gauge("request_time_seconds_max", 0.75, Map.of());
    newest.counter("answer_size_bucket", 1, Map.of("le", "100.0"));
    newest.counter("answer_size_bucket", 2, Map.of("le", "+Inf"));
  }

  /** What Prometheus has in its store, as this store should have it. */
  private Map<Key, TreeMap<Long, Double>> sent(Annulus annulus) throws IOException {
    Map<Key, TreeMap<Long, Double>> sent = new HashMap<>();
    JsonNode found = query(annulus, "{job=~\".+\"}[5m]");
    for (JsonNode series : found) {
      Map<String, String> labels = new TreeMap<>();
      series
          .get("metric")
          .fields()
          .forEachRemaining(e -> labels.put(e.getKey(), e.getValue().asText()));
      String name = labels.remove("__name__");
      labels.put("run", run);
      TreeMap<Long, Double> samples = new TreeMap<>();
      for (JsonNode pair : series.get("values")) {
        double value = number(pair.get(1).asText());
        if (Double.isFinite(value)) {
          samples.put((long) Math.floor(pair.get(0).asDouble()), value);
        }
      }
      if (!samples.isEmpty()) {
        sent.put(new Key(name, labels), samples);
      }
    }
    return sent;
  }

  private static double number(String text) {
    return switch (text) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  private int scrapes(Annulus annulus, String job) throws IOException {
    JsonNode found = query(annulus, "sum_over_time(up{job=\"%s\"}[5m])".formatted(job));
    if (found.isEmpty()) {
      throw new NoSuchElementException("nothing scraped yet");
    }
    return found.get(0).get("value").get(1).asInt();
  }

  private JsonNode query(Annulus annulus, String promql) throws IOException {
    return prometheus(
            annulus, "/api/v1/query?query=" + URLEncoder.encode(promql, StandardCharsets.UTF_8))
        .get("result");
  }

  private JsonNode prometheus(Annulus annulus, String path) throws IOException {
    try {
      URI address = URI.create("http://127.0.0.1:" + prometheusPort + path);
      HttpResponse<String> response = annulus.send(HttpRequest.newBuilder(address).build());
      if (response.statusCode() == 503) {
        throw new NoSuchElementException("Prometheus is starting");
      }
      return JSON.readTree(response.body()).get("data");
    } catch (java.net.ConnectException e) {
      throw new NoSuchElementException("Prometheus does not listen yet", e);
    }
  }

  private HttpServer micrometer() throws IOException {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    MicrometerIT.Meters meters = new MicrometerIT.Meters(registry, run);
    meters.first();
    meters.second();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/prometheus",
        exchange -> {
          byte[] body = registry.scrape().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return server;
  }

  private List<String> prometheus(String program, Annulus annulus, HttpServer page)
      throws IOException {
    Path config =
        Files.writeString(
            directory.resolve("prometheus.yml"),
            """
            global:
              scrape_interval: 1s
              external_labels:
                run: %s
            scrape_configs:
              - job_name: node
                static_configs:
                  - targets: ['127.0.0.1:%d']
              - job_name: micrometer
                metrics_path: /prometheus
                static_configs:
                  - targets: ['127.0.0.1:%d']
                    labels:
                      instance: page
            remote_write:
              - url: %s
                queue_config:
                  batch_send_deadline: 1s
            """
                .formatted(
                    run, nodePort, page.getAddress().getPort(), annulus.url("/api/v1/write")));
    return List.of(
        program,
        "--config.file=" + config,
        "--storage.tsdb.path=" + directory.resolve("tsdb"),
        "--web.listen-address=127.0.0.1:" + prometheusPort,
        "--log.level=warn");
  }
}
