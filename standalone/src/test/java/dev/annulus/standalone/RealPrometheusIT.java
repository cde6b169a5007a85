package dev.annulus.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.service.config.Settings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A Prometheus as Debian packages it scrapes Annulus, on the API's port and on the management port,
 * and writes what it finds back into it.
 */
class RealPrometheusIT {
  @TempDir private Path directory;

  @Test
  void prometheusScrapesAnnulusAndWritesIntoIt() throws Exception {
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
      Process prometheus = start(binary, standalone.httpPort(), standalone.managementPort());
      try {
        String sql =
            "SELECT DISTINCT t.tag_value FROM metric_tags t JOIN samples s"
                + " ON s.metric_id = t.metric_id WHERE t.tag_key = 'job' AND s.value = 1"
                + " AND s.metric_id IN (SELECT metric_id FROM metrics WHERE name = 'up')"
                + " ORDER BY 1";
        awaitRows(standalone, sql, "[{\"tag_value\":\"api\"},{\"tag_value\":\"management\"}]");
        awaitRows(
            standalone,
            "SELECT DISTINCT name, type FROM metrics"
                + " WHERE name = 'annulus_ingest_samples_total'",
            "[{\"name\":\"annulus_ingest_samples_total\",\"type\":1}]");
      } finally {
        prometheus.destroy();
        assertThat(prometheus.waitFor(30, TimeUnit.SECONDS)).isTrue();
      }
    }
  }

  private static void awaitRows(Standalone standalone, String sql, String rows) {
    HttpRequest query =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:%d/query".formatted(standalone.httpPort())))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"sql\":\"" + sql + "\"}"))
            .build();
    HttpClient client = HttpClient.newHttpClient();
    Awaitility.await()
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(
            () ->
                assertThat(client.send(query, HttpResponse.BodyHandlers.ofString()).body())
                    .contains(rows));
  }

  private Process start(Path binary, int api, int management) throws Exception {
    Path config =
        Files.writeString(
            directory.resolve("prometheus.yml"),
            """
            global:
              scrape_interval: 1s
            scrape_configs:
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
                .formatted(api, management, api));
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
