package dev.annulus.query.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annulus.kv.embedded.EmbeddedConfig;
import dev.annulus.kv.embedded.EmbeddedEngine;
import dev.annulus.model.SampleRules;
import dev.annulus.query.QueryConfig;
import dev.annulus.query.QueryService;
import dev.annulus.service.access.AccessConfig;
import dev.annulus.service.access.ApiToken;
import dev.annulus.service.access.Scope;
import dev.annulus.service.access.TokenBook;
import dev.annulus.service.http.HttpConfig;
import dev.annulus.service.http.HttpServer;
import dev.annulus.store.RingStore;
import dev.annulus.store.StoreConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two query services on one store: a session is one of both. */
class SignOutIT {
  private final ApiToken.Created token =
      ApiToken.create("reader", EnumSet.of(Scope.QUERY), new SecureRandom());
  private final HttpConfig config =
      HttpConfig.on("127.0.0.1", 0)
          .withAccess(AccessConfig.with(TokenBook.parse(token.stored().line(), "test")));
  private final HttpClient client = HttpClient.newHttpClient();
  private EmbeddedEngine engine;
  private Replica one;
  private Replica other;

  /** A query service of its own; what it needs of Kafka is not used here. */
  private static final class Replica implements AutoCloseable {
    private final RingStore store;
    private final KafkaIngestLog log =
        new KafkaIngestLog("127.0.0.1:1", "samples", "rejected", Map.of());
    private final QueryService service;
    private final HttpServer server;

    Replica(EmbeddedEngine engine, HttpConfig config) {
      store = RingStore.open(engine, StoreConfig.DEFAULT).join();
      SimpleMeterRegistry metrics = new SimpleMeterRegistry();
      service =
          new QueryService(
              QueryConfig.defaults(),
              store,
              log,
              SampleRules.DEFAULT,
              InstantSource.system(),
              metrics);
      service.start();
      server = HttpServer.start(config, service.routes(), metrics);
    }

    @Override
    public void close() {
      server.close();
      service.close();
      log.close();
      store.close();
    }
  }

  @BeforeEach
  void start(@TempDir Path directory) {
    engine = EmbeddedEngine.open(EmbeddedConfig.in(directory));
    one = new Replica(engine, config);
    other = new Replica(engine, config);
  }

  @AfterEach
  void stop() {
    one.close();
    other.close();
    engine.close();
  }

  @Test
  void whoSignsOutIsSignedOutOnEveryReplica() throws Exception {
    String cookie = signIn(one);
    String stays = signIn(other);
    await().until(() -> schema(one, cookie) == 200);
    await().until(() -> schema(other, cookie) == 200);
    assertThat(send(request(one, "/session", cookie).DELETE())).isEqualTo(200);
    assertThat(schema(one, cookie)).isEqualTo(401);
    await().atMost(Duration.ofSeconds(10)).until(() -> schema(other, cookie) == 401);
    assertThat(schema(one, stays)).isEqualTo(200);
    assertThat(schema(other, stays)).isEqualTo(200);

    try (Replica third = new Replica(engine, config)) {
      await().until(() -> schema(third, stays) == 200);
      assertThat(schema(third, cookie)).as("one that starts later").isEqualTo(401);
    }
  }

  @Test
  void withoutTheStoreNobodyGetsInByASession() throws Exception {
    String cookie = signIn(one);
    await().until(() -> schema(one, cookie) == 200);
    engine.close();
    assertThat(send(request(one, "/session", cookie).DELETE())).isEqualTo(503);
    await().atMost(Duration.ofSeconds(30)).until(() -> schema(one, cookie) == 503);
    HttpRequest.Builder byToken =
        HttpRequest.newBuilder(uri(one, "/schema"))
            .header("Authorization", "Bearer " + token.secret());
    assertThat(send(byToken)).isEqualTo(200);
  }

  private String signIn(Replica replica) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(replica, "/session"))
            .POST(HttpRequest.BodyPublishers.ofString("{\"token\":\"" + token.secret() + "\"}"));
    HttpResponse<String> answer =
        client.send(
            request.header("Content-Type", "application/json").build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    String cookie = answer.headers().firstValue("set-cookie").orElseThrow();
    return cookie.substring(0, cookie.indexOf(';'));
  }

  private int schema(Replica replica, String cookie) throws Exception {
    return send(request(replica, "/schema", cookie));
  }

  private static HttpRequest.Builder request(Replica replica, String path, String cookie) {
    return HttpRequest.newBuilder(uri(replica, path)).header("Cookie", cookie);
  }

  private static URI uri(Replica replica, String path) {
    return URI.create("http://127.0.0.1:" + replica.server.port() + path);
  }

  private int send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString()).statusCode();
  }
}
