package dev.annulus.service.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.annulus.service.BuildInfo;
import dev.annulus.service.HealthChecks;
import io.javalin.http.Context;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpServerIT {
  private record Body(String name, int count) {}

  private final PrometheusMeterRegistry metrics =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final HealthChecks health = new HealthChecks();
  private final HttpClient client = HttpClient.newHttpClient();
  private final Semaphore blocked = new Semaphore(0);
  private final CountDownLatch opened = new CountDownLatch(1);
  private HttpServer server;

  @BeforeEach
  void start() {
    Routes routes =
        config -> {
          config.get(
              "/problem",
              ctx -> {
                throw Problem.unavailable("too_busy", "Try later.", Duration.ofSeconds(7))
                    .toException();
              });
          config.get(
              "/bug",
              ctx -> {
                throw new IllegalStateException("secret detail");
              });
          config.get(
              "/async",
              ctx ->
                  ctx.future(
                      () ->
                          CompletableFuture.failedFuture(Problem.badRequest("no").toException())));
          config.get(
              "/blocks",
              ctx -> {
                blocked.release();
                assertThat(opened.await(30, TimeUnit.SECONDS)).isTrue();
              });
          config.get(
              "/thread",
              ctx ->
                  ctx.future(
                      () ->
                          CompletableFuture.completedFuture("")
                              .thenAcceptAsync(
                                  done -> ctx.result(Thread.currentThread().getName()),
                                  AnswerThreads.of(ctx))));
          config.post("/body", ctx -> ctx.json(JsonBody.read(ctx, Body.class)));
        };
    server =
        HttpServer.start(
            HttpConfig.on("127.0.0.1", 0),
            List.of(routes, new OperationsRoutes(health, BuildInfo.load(), metrics, "/-/metrics")),
            metrics);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aProblemIsWhatRfc9457Says() throws Exception {
    HttpResponse<String> response = get("/problem");
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.headers().firstValue("content-type")).hasValue("application/problem+json");
    assertThat(response.headers().firstValue("retry-after")).hasValue("7");
    JsonNode body = new ObjectMapper().readTree(response.body());
    assertThat(body.get("type").asText()).isEqualTo("urn:annulus:problem:too_busy");
    assertThat(body.get("title").asText()).isEqualTo("Too busy");
    assertThat(body.get("status").asInt()).isEqualTo(503);
    assertThat(body.get("code").asText()).isEqualTo("too_busy");
    assertThat(body.get("detail").asText()).isEqualTo("Try later.");
    assertThat(body.get("request_id").asText())
        .isEqualTo(response.headers().firstValue("x-request-id").orElseThrow());
  }

  @Test
  void aBugShowsNothingOfItself() throws Exception {
    HttpResponse<String> response = get("/bug");
    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(response.body()).doesNotContain("secret").doesNotContain("Exception");
  }

  @Test
  void aFailedFutureIsAProblemToo() throws Exception {
    assertThat(get("/async").statusCode()).isEqualTo(400);
  }

  @Test
  void requestsThatBlockHoldUpNoOthersWhileThereAreThreads() throws Exception {
    int some = HttpConfig.on("127.0.0.1", 0).threads() / 8;
    List<CompletableFuture<HttpResponse<String>>> slow = getAll("/blocks", some);
    assertThat(blocked.tryAcquire(some, 30, TimeUnit.SECONDS)).as("all run at once").isTrue();
    assertThat(getAll("/problem", 100))
        .allMatch(answer -> answer.orTimeout(30, TimeUnit.SECONDS).join().statusCode() == 503);
    opened.countDown();
    assertThat(slow).allMatch(answer -> answer.join().statusCode() == 200);
  }

  @Test
  void moreRequestsThanThreadsWaitForTheirTurn() throws Exception {
    int threads = HttpConfig.on("127.0.0.1", 0).threads();
    List<CompletableFuture<HttpResponse<String>>> all = getAll("/blocks", 2 * threads);
    assertThat(blocked.tryAcquire(threads / 8, 30, TimeUnit.SECONDS)).isTrue();
    opened.countDown();
    assertThat(all).allMatch(answer -> answer.join().statusCode() == 200);
  }

  @Test
  void answersCanBeHandedToTheServersThreads() throws Exception {
    assertThat(get("/thread").body()).startsWith("annulus-http");
  }

  @Test
  void unknownPathsAndMethodsAreProblems() throws Exception {
    assertThat(get("/nowhere").statusCode()).isEqualTo(404);
    assertThat(get("/nowhere").body()).contains("There is nothing at /nowhere.");
    assertThat(post("/problem", "{}").statusCode()).isEqualTo(405);
  }

  @Test
  void badBodiesNameTheField() throws Exception {
    assertThat(post("/body", "{\"name\":\"a\",\"count\":1}").body()).contains("\"count\":1");
    assertThat(post("/body", "{\"nmae\":1}").body()).contains("nmae: is not a field");
    assertThat(post("/body", "{\"count\":\"x\"}").body()).contains("count: has the wrong type");
    assertThat(post("/body", "{").body()).contains("not valid JSON at line 1");
    assertThat(post("/body", "{").statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "1",
        "{\"name\":true}",
        "{\"name\":5}",
        "{\"count\":1.5}",
        "{\"count\":1e400}",
        "{\"count\":\"1\"}",
        "{\"name\":\"a\",\"name\":\"b\"}",
        "{\"name\":\"\\ud800\"}",
        "{\"\\udc00\":1}",
        "{\"name\":\"\u0000\"}",
        "{\"name\":\"a\"} {}"
      })
  void whatIsNotTheBodyAskedForIsRefused(String body) throws Exception {
    assertThat(post("/body", body).statusCode()).isEqualTo(400);
  }

  @Test
  void bodiesAreUtf8WhateverTheTypeSays() throws Exception {
    for (String type : List.of("text/plain; charset=x", "*/*; charset=", "application/json")) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(uri("/body")).header("Content-Type", type);
      assertThat(send(request, "{\"name\":\"é\"}".getBytes(UTF_8)).body()).contains("\"é\"");
      assertThat(send(request, "{\"name\":\"é\"}".getBytes(ISO_8859_1)).body())
          .contains("not UTF-8");
    }
  }

  private HttpResponse<String> send(HttpRequest.Builder request, byte[] body) throws Exception {
    return client.send(
        request.POST(HttpRequest.BodyPublishers.ofByteArray(body)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void readinessFollowsTheChecks() throws Exception {
    AtomicReference<Optional<String>> state = new AtomicReference<>(Optional.of("warming up"));
    health.add("store", state::get);
    assertThat(get("/livez").statusCode()).isEqualTo(200);
    assertThat(get("/readyz").statusCode()).isEqualTo(503);
    assertThat(get("/readyz").body()).contains("[-] store: warming up");
    state.set(Optional.empty());
    assertThat(get("/readyz").statusCode()).isEqualTo(200);
    assertThat(get("/readyz?verbose").body()).contains("[+] store");
  }

  @Test
  void theBuildAndTheMetricsAreShown() throws Exception {
    get("/livez");
    JsonNode version = new ObjectMapper().readTree(get("/version").body());
    assertThat(version.fieldNames()).toIterable().contains("version", "commit", "built", "java");
    assertThat(version.get("version").asText()).startsWith("0.");
    assertThat(get("/-/metrics").body())
        .contains(
            "annulus_http_requests_seconds_count{code=\"200\",method=\"GET\",route=\"/livez\"");
  }

  @Test
  void replacedRoutesServeFromTheNextRequestOn() throws Exception {
    CompletableFuture<Void> arrived = new CompletableFuture<>();
    CompletableFuture<String> held = new CompletableFuture<>();
    Routes before =
        routes -> {
          routes.get("/old", ctx -> ctx.result("old"));
          routes.get(
              "/held",
              ctx -> {
                arrived.complete(null);
                ctx.future(() -> held.thenAccept(ctx::result));
              });
        };
    Routes after = routes -> routes.get("/new", ctx -> ctx.future(() -> later(ctx)));
    HttpConfig config = HttpConfig.on("127.0.0.1", 0).withBasePath("/base");
    try (HttpServer replaced = HttpServer.start(config, List.of(before), metrics)) {
      URI root = URI.create("http://127.0.0.1:" + replaced.port() + "/base/");
      assertThat(send(root.resolve("old")).body()).isEqualTo("old");
      assertThat(send(root.resolve("new")).statusCode()).isEqualTo(404);
      CompletableFuture<HttpResponse<String>> running =
          client.sendAsync(
              HttpRequest.newBuilder(root.resolve("held")).build(),
              HttpResponse.BodyHandlers.ofString());
      arrived.get(10, TimeUnit.SECONDS);

      replaced.replaceRoutes(List.of(after));

      assertThat(send(root.resolve("new")).body()).isEqualTo("new");
      assertThat(send(root.resolve("old")).statusCode()).isEqualTo(404);
      assertThat(send(root.resolve("old")).headers().firstValue("X-Request-Id")).isPresent();
      assertThat(replaced.routes()).contains("GET /new").doesNotContain("GET /old");
      held.complete("ended as it began");
      assertThat(running.get(10, TimeUnit.SECONDS).body()).isEqualTo("ended as it began");
    }
  }

  private static CompletableFuture<Void> later(Context ctx) {
    return CompletableFuture.runAsync(() -> ctx.result("new"));
  }

  private HttpResponse<String> send(URI uri) throws Exception {
    return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void aTakenPortIsNamed() {
    HttpConfig same = HttpConfig.on("127.0.0.1", server.port());
    assertThatThrownBy(() -> HttpServer.start(same, List.of(), metrics))
        .isInstanceOf(HttpServer.BindException.class)
        .hasMessageContaining("127.0.0.1:" + server.port());
  }

  @Test
  void aServerThatCannotListenLeavesNoThreads() {
    HttpConfig taken = HttpConfig.on("127.0.0.1", server.port());
    int before = Thread.activeCount();
    for (int i = 0; i < 10; i++) {
      assertThatThrownBy(() -> HttpServer.start(taken, List.of(), metrics))
          .isInstanceOf(HttpServer.BindException.class);
    }
    assertThat(Thread.activeCount()).as("of its pools").isLessThan(before + 10);
  }

  private List<CompletableFuture<HttpResponse<String>>> getAll(String path, int times) {
    HttpRequest request = HttpRequest.newBuilder(uri(path)).build();
    return IntStream.range(0, times)
        .mapToObj(i -> client.sendAsync(request, HttpResponse.BodyHandlers.ofString()))
        .toList();
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri(path)).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }
}
