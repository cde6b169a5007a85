package dev.annulus.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.annulus.service.config.Settings;
import dev.annulus.service.http.HttpServer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be seen of a process while it starts. */
class StandaloneStartIT {
  private static final String BASE = "/below";

  @TempDir private Path directory;
  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void itAnswersFromTheBeginningAndSaysThatItStarts() throws Exception {
    int port = freePort();
    CompletableFuture<Standalone> starting =
        CompletableFuture.supplyAsync(() -> Standalone.start(config(port, Map.of())));
    try {
      // The first answer there is comes long before the broker and the job run.
      await()
          .atMost(Duration.ofSeconds(60))
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(5))
          .ignoreExceptionsMatching(ConnectException.class::isInstance)
          .until(() -> get(port, "/livez").statusCode() == 200);
      HttpResponse<String> ready = get(port, "/readyz?verbose");
      HttpResponse<String> page = get(port, "/ui/explore");
      HttpResponse<String> query = post(port, "/query", "{\"sql\":\"SELECT 1\"}");
      HttpResponse<String> otlp = post(port, "/v1/metrics", "{}");
      HttpResponse<String> write = post(port, "/ingest/gauge", "{}");
      assertThat(starting).isNotDone();

      assertThat(ready.statusCode()).isEqualTo(503);
      assertThat(ready.body()).contains("[-] start-up: ").endsWith("not ready\n");
      assertThat(page.statusCode()).isEqualTo(503);
      assertThat(page.body()).contains("<div id=\"root\">");
      for (HttpResponse<String> refused : List.of(page, query, write)) {
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).contains("1");
      }
      assertThat(query.body()).contains("\"code\":\"starting\"");
      assertThat(otlp.statusCode()).isEqualTo(503);
      assertThat(otlp.headers().firstValue("Retry-After")).contains("1");
      assertThat(otlp.body()).as("a google.rpc.Status").startsWith("{\"code\":14,\"message\":");

      starting.get(2, TimeUnit.MINUTES);
      assertThat(get(port, "/readyz?verbose").body())
          .doesNotContain("start-up", "not ready")
          .endsWith("ready\n");
      assertThat(get(port, "/ui/explore").statusCode()).isEqualTo(200);
      assertThat(post(port, "/query", "{\"sql\":\"SELECT 1 AS one\"}").statusCode()).isEqualTo(200);
    } finally {
      starting.handle((standalone, failure) -> standalone).get(2, TimeUnit.MINUTES).close();
    }
    assertThatThrownBy(() -> get(port, "/livez")).isInstanceOf(ConnectException.class);
  }

  @Test
  void aTakenPortIsToldBeforeAnythingIsTouched() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      assertThatThrownBy(() -> Standalone.start(config(taken.getLocalPort(), Map.of())))
          .isInstanceOf(HttpServer.BindException.class)
          .hasMessageContaining("127.0.0.1:" + taken.getLocalPort());
    }
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void aStartThatFailsFreesThePort() throws Exception {
    int port = freePort();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String kafka = Integer.toString(taken.getLocalPort());
      assertThatThrownBy(() -> Standalone.start(config(port, Map.of("kafka.port", kafka))))
          .hasMessageContaining(kafka);
    }
    assertThatThrownBy(() -> get(port, "/livez")).isInstanceOf(ConnectException.class);
  }

  private StandaloneConfig config(int port, Map<String, String> more) {
    Map<String, String> flags = new HashMap<>();
    flags.put("http.port", Integer.toString(port));
    flags.put("http.base-path", BASE);
    flags.put("kafka.port", "0");
    flags.put("data-dir", directory.toString());
    flags.putAll(more);
    return StandaloneConfig.from(Settings.of(flags, Map.of(), null));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  private HttpResponse<String> get(int port, String path) throws Exception {
    return send(HttpRequest.newBuilder(uri(port, path)));
  }

  private HttpResponse<String> post(int port, String path, String body) throws Exception {
    return send(
        HttpRequest.newBuilder(uri(port, path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static URI uri(int port, String path) {
    return URI.create("http://127.0.0.1:" + port + BASE + path);
  }
}
