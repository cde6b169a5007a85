package dev.annulus.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.annulus.service.config.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A Prometheus as Debian packages it scrapes a page and Annulus itself, on the API's port and on
 * the management port, and writes what it finds to Annulus.
 */
class RealPrometheusIT {
  private static final String PAGE =
      """
      # TYPE jobs_total counter
      jobs_total{queue="a"} 41
      # TYPE temperature_celsius gauge
      temperature_celsius 21.5
      # TYPE latency_seconds histogram
      latency_seconds_bucket{le="0.5"} 3
      latency_seconds_bucket{le="+Inf"} 4
      latency_seconds_sum 2.5
      latency_seconds_count 4
      # TYPE quantile_seconds summary
      quantile_seconds{quantile="0.5"} NaN
      """;
  private static final String NEWEST_OF_PAGE =
      "SELECT m.name, m.type, last(s.value, s.ts) AS v FROM samples s JOIN metrics m"
          + " ON s.metric_id = m.metric_id WHERE s.metric_id IN (SELECT metric_id FROM metric_tags"
          + " WHERE tag_key = 'job' AND tag_value = 'page') GROUP BY s.metric_id, m.name, m.type"
          + " ORDER BY m.name, v";

  @TempDir private Path directory;

  @Test
  void whatPrometheusScrapesCanBeQueried() throws Exception {
    Path binary =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
            .map(folder -> Path.of(folder, "prometheus"))
            .filter(Files::isExecutable)
            .findFirst()
            .orElse(null);
    Assumptions.assumeTrue(
        binary != null, "no prometheus on the PATH; Debian's package of that name has one");
    Map<String, String> flags =
        Map.of(
            "data-dir", directory.resolve("data").toString(),
            "http.port", "0",
            "kafka.port", "0",
            "management.port", "0");
    try (Standalone standalone =
        Standalone.start(StandaloneConfig.from(Settings.of(flags, Map.of(), null)))) {
      HttpServer page = page();
      Process prometheus =
          start(
              binary,
              page.getAddress().getPort(),
              standalone.httpPort(),
              standalone.managementPort());
      try {
        String sql =
            "SELECT DISTINCT t.tag_value FROM metric_tags t JOIN samples s"
                + " ON s.metric_id = t.metric_id WHERE t.tag_key = 'job' AND s.value = 1"
                + " AND s.metric_id IN (SELECT metric_id FROM metrics WHERE name = 'up')"
                + " ORDER BY 1";
        awaitRows(
            standalone,
            sql,
            "[{\"tag_value\":\"api\"},{\"tag_value\":\"management\"},{\"tag_value\":\"page\"}]");
        for (String row :
            List.of(
                "{\"name\":\"jobs_total\",\"type\":1,\"v\":41.0}",
                "{\"name\":\"latency_seconds_bucket\",\"type\":1,\"v\":3.0}",
                "{\"name\":\"latency_seconds_bucket\",\"type\":1,\"v\":4.0}",
                "{\"name\":\"latency_seconds_sum\",\"type\":1,\"v\":2.5}",
                // NaN is a value, and null in JSON.
                "{\"name\":\"quantile_seconds\",\"type\":0,\"v\":null}",
                "{\"name\":\"temperature_celsius\",\"type\":0,\"v\":21.5}")) {
          awaitRows(standalone, NEWEST_OF_PAGE, row);
        }
        awaitRows(
            standalone,
            "SELECT DISTINCT name, type FROM metrics"
                + " WHERE name = 'annulus_ingest_samples_total'",
            "[{\"name\":\"annulus_ingest_samples_total\",\"type\":1}]");
      } finally {
        prometheus.destroy();
        assertThat(prometheus.waitFor(30, TimeUnit.SECONDS)).isTrue();
        page.stop(0);
      }
    }
  }

  private static void awaitRows(Standalone standalone, String sql, String rows) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(() -> assertThat(rows(standalone, sql)).contains(rows));
  }

  private static String rows(Standalone standalone, String sql) throws Exception {
    HttpRequest query =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:%d/query".formatted(standalone.httpPort())))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"sql\":\"" + sql + "\"}"))
            .build();
    return HttpClient.newHttpClient().send(query, HttpResponse.BodyHandlers.ofString()).body();
  }

  private static HttpServer page() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] body = PAGE.getBytes(StandardCharsets.UTF_8);
    server.createContext(
        "/metrics",
        exchange -> {
          exchange.getResponseHeaders().add("Content-Type", "text/plain; version=0.0.4");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return server;
  }

  private Process start(Path binary, int page, int api, int management) throws Exception {
    Path config =
        Files.writeString(
            directory.resolve("prometheus.yml"),
            """
            global:
              scrape_interval: 1s
            scrape_configs:
              - job_name: page
                static_configs:
                  - targets: ['127.0.0.1:%d']
              - job_name: api
                metrics_path: /-/metrics
                static_configs:
                  - targets: ['127.0.0.1:%d']
              - job_name: management
                static_configs:
                  - targets: ['127.0.0.1:%d']
            remote_write:
              - url: http://127.0.0.1:%d/api/v1/write
                queue_config:
                  batch_send_deadline: 1s
            """
                .formatted(page, api, management, api));
    return new ProcessBuilder(
            binary.toString(),
            "--config.file=" + config,
            "--storage.tsdb.path=" + directory.resolve("tsdb"),
            "--web.listen-address=127.0.0.1:0",
            "--log.level=warn")
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("prometheus.log").toFile())
        .start();
  }
}
