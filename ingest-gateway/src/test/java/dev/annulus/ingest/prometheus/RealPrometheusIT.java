package dev.annulus.ingest.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.annulus.ingest.GatewayFixture;
import dev.annulus.ingest.ProtocolConfig;
import dev.annulus.model.SeriesSamples;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Prometheus as Debian packages it scrapes a page and writes what it finds to the gateway. */
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

  @TempDir private Path directory;

  @Test
  void whatPrometheusScrapesArrives() throws Exception {
    Path binary = onPath("prometheus");
    Assumptions.assumeTrue(
        binary != null, "no prometheus on the PATH; Debian's package of that name has one");
    HttpServer page = page();
    try (GatewayFixture gateway =
        new GatewayFixture(
            directory.resolve("kafka"), ProtocolConfig.DEFAULT, InstantSource.system())) {
      Process prometheus = start(binary, page.getAddress().getPort(), gateway);
      try {
        Awaitility.await()
            .atMost(Duration.ofSeconds(90))
            .pollInterval(Duration.ofMillis(500))
            .untilAsserted(
                () ->
                    assertThat(newest(gateway.log()))
                        .containsEntry("gauge up", 1.0)
                        .containsEntry("counter jobs_total a", 41.0)
                        .containsEntry("gauge temperature_celsius", 21.5)
                        .containsEntry("counter latency_seconds_bucket +Inf", 4.0)
                        .containsEntry("counter latency_seconds_sum", 2.5));
        assertThat(newest(gateway.log()).keySet())
            .as("NaN is no value")
            .noneMatch(name -> name.contains("quantile_seconds"));
        assertThat(gateway.refused("prometheus")).isZero();
      } finally {
        prometheus.destroy();
        assertThat(prometheus.waitFor(30, TimeUnit.SECONDS)).isTrue();
        page.stop(0);
      }
    }
  }

  /** The newest value of each series: type, name and the values of its own labels. */
  private static Map<String, Double> newest(List<SeriesSamples> log) {
    Map<String, Double> values = new TreeMap<>();
    for (SeriesSamples samples : log) {
      StringBuilder name = new StringBuilder(samples.series().type().label());
      name.append(' ').append(samples.series().key().name());
      samples.series().key().tags().stream()
          .filter(tag -> !tag.key().equals("job") && !tag.key().equals("instance"))
          .forEach(tag -> name.append(' ').append(tag.value()));
      values.put(name.toString(), samples.values()[samples.size() - 1]);
    }
    return values;
  }

  private Process start(Path binary, int target, GatewayFixture gateway) throws IOException {
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
            remote_write:
              - url: %s
                queue_config:
                  batch_send_deadline: 1s
            """
                .formatted(target, gateway.uri("/api/v1/write")));
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

  private static Path onPath(String name) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst()
        .orElse(null);
  }
}
