package dev.annulus.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.service.config.Settings;
import dev.annulus.service.http.HttpConfig;
import dev.annulus.service.http.HttpServer;
import dev.annulus.wire.LogPosition;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The limit of tags is one setting, whatever a sample comes by. */
class TagLimitIT {
  private static final SamplePublisher ALWAYS =
      batch -> CompletableFuture.completedFuture(new LogPosition(new TreeMap<>(Map.of(0, 1L))));

  @Test
  void everyProtocolObeysTheSetting() throws Exception {
    Settings settings = Settings.of(Map.of("ingest.max-tags", "100"), Map.of(), null);
    SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    try (HttpServer server =
        HttpServer.start(
            HttpConfig.on("127.0.0.1", 0),
            ProtocolRoutes.all(
                GatewayConfig.from(settings),
                ProtocolConfig.DEFAULT,
                ALWAYS,
                InstantSource.system(),
                metrics),
            metrics)) {
      assertThat(post(server, "/ingest/gauge", json(100)).statusCode()).isEqualTo(200);
      assertThat(post(server, "/write", line(100)).statusCode()).isEqualTo(204);
      for (HttpResponse<String> refused :
          new HttpResponse[] {
            post(server, "/ingest/gauge", json(101)), post(server, "/write", line(101))
          }) {
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("tags: at most 100 are allowed (ingest.max-tags)");
      }
    }
  }

  private static String json(int tags) {
    return IntStream.range(0, tags)
        .mapToObj(i -> "\"k" + i + "\":\"v\"")
        .collect(Collectors.joining(",", "{\"name\":\"m\",\"ts\":1,\"value\":1,\"tags\":{", "}}"));
  }

  private static String line(int tags) {
    return IntStream.range(0, tags)
        .mapToObj(i -> ",k" + i + "=v")
        .collect(Collectors.joining("", "m", " v=1 1"));
  }

  private static HttpResponse<String> post(HttpServer server, String path, String body)
      throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .header(
                    "Content-Type", path.startsWith("/ingest") ? "application/json" : "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }
}
