package dev.annulus.service.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annulus.service.BuildInfo;
import dev.annulus.service.HealthChecks;
import dev.annulus.service.access.AccessConfig;
import dev.annulus.service.access.Scope;
import io.micrometer.core.instrument.Counter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that send or take nothing keep no thread, and no lane keeps another from answering. */
class SlowClientsIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration SOON = Duration.ofSeconds(5);
  private static final int CROWD = 40;

  /** More than the kernel takes off a server for a client that does not read. */
  private static final int LARGE = 16 << 20;

  private static final SlowClients PATIENT =
      SlowClients.defaults().withTimeouts(Duration.ofSeconds(20), Duration.ofSeconds(20));

  private final PrometheusMeterRegistry metrics =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final HealthChecks health = new HealthChecks();
  private final CountDownLatch opened = new CountDownLatch(1);
  private final List<Socket> sockets = new ArrayList<>();
  private final HttpClient client = HttpClient.newHttpClient();
  private HttpServer server;

  private void start(SlowClients limits) {
    HttpConfig on = HttpConfig.on("127.0.0.1", 0);
    HttpConfig config =
        new HttpConfig(
            on.host(),
            on.port(),
            8,
            on.maxHeaderBytes(),
            on.maxConnections(),
            on.acceptBacklog(),
            on.idleTimeout(),
            "",
            on.headerTimeout(),
            limits,
            AccessConfig.open(),
            null);
    byte[] large = "x".repeat(LARGE).getBytes(StandardCharsets.US_ASCII);
    Routes routes =
        all -> {
          all.get("/small", ctx -> ctx.result("small"), Scope.QUERY);
          all.get("/large", ctx -> ctx.result(large), Scope.ANYONE);
          all.post("/read", ctx -> ctx.result("got " + ctx.bodyAsBytes().length), Scope.QUERY);
          all.post("/ingest", ctx -> ctx.result("got " + ctx.bodyAsBytes().length), Scope.INGEST);
          all.post("/blocked", ctx -> opened.await(), Scope.QUERY);
          all.post("/ingest/blocked", ctx -> opened.await(), Scope.INGEST);
          all.get("/health/blocked", ctx -> opened.await(), Scope.QUERY, Lane.OPERATIONS);
        };
    server =
        HttpServer.start(
            config,
            List.of(routes, new OperationsRoutes(health, BuildInfo.load(), metrics, "/-/metrics")),
            metrics);
  }

  @AfterEach
  void stop() throws IOException {
    opened.countDown();
    for (Socket socket : sockets) {
      socket.close();
    }
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/read", "/ingest", "/session", "/nowhere"})
  void silentBodiesHoldNobodyUp(String path) throws Exception {
    start(PATIENT);
    for (int i = 0; i < CROWD; i++) {
      send(
          connect(),
          "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500000\r\n\r\n");
    }
    everythingAnswers();
  }

  @Test
  void answersThatNobodyTakesHoldNobodyUp() throws Exception {
    start(PATIENT);
    for (int i = 0; i < CROWD; i++) {
      send(connect(), "GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(5));
    }
    await().atMost(LIMIT).until(() -> waiting("answers") > CROWD);
    everythingAnswers();
  }

  @ParameterizedTest
  @EnumSource(
      value = Lane.class,
      names = {"OPERATIONS", "INGEST", "BULK", "READS", "LARGE_READS"})
  void aLaneWhoseRequestsAllBlockHoldsUpNoOther(Lane lane) throws Exception {
    start(PATIENT);
    String line =
        switch (lane) {
          case OPERATIONS -> "GET /health/blocked";
          case INGEST, BULK -> "POST /ingest/blocked";
          default -> "POST /blocked";
        };
    int length =
        switch (lane) {
          case BULK -> 1_100_000;
          case LARGE_READS -> 100_000;
          default -> 0;
        };
    for (int i = 0; i < CROWD; i++) {
      String header = "\r\nHost: localhost\r\nContent-Length: " + length + "\r\n\r\n";
      send(connect(), line + " HTTP/1.1" + header + "x".repeat(length));
    }
    await().atMost(LIMIT).until(() -> queued(lane) > CROWD / 2);
    assertThat(get("/livez")).isEqualTo("ok\n");
    if (lane != Lane.OPERATIONS) {
      assertThat(get("/readyz")).isEqualTo("ready\n");
      assertThat(get("/-/metrics")).contains("annulus_http_lane_running");
    }
    if (lane != Lane.INGEST) {
      assertThat(post("/ingest", "12345")).isEqualTo("got 5");
    }
    if (lane != Lane.READS) {
      assertThat(get("/small")).isEqualTo("small");
      assertThat(post("/read", "12345")).isEqualTo("got 5");
    }
  }

  @Test
  void aBodyThatStopsIsAnsweredInWords() throws Exception {
    start(SlowClients.defaults().withTimeouts(Duration.ofMillis(300), Duration.ofSeconds(20)));
    Socket socket = connect();
    send(socket, "POST /ingest HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500000\r\n\r\nabc");
    assertThat(rest(socket))
        .startsWith("HTTP/1.1 503 ")
        .contains("\r\nRetry-After: 1\r\n", "\"body_not_received\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"zz\r\nabc\r\n", "ffffffffffffffff\r\nabc\r\n", "-1\r\nabc\r\n"})
  void aBodyInBrokenChunksIsRefusedForGood(String body) throws Exception {
    start(PATIENT);
    Socket socket = connect();
    send(socket, "POST /ingest HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
    send(socket, body);
    assertThat(rest(socket))
        .startsWith("HTTP/1.1 400 ")
        .contains("\"bad_request\"", "The body is not valid HTTP")
        .doesNotContain("Retry-After");
  }

  @Test
  void aClientThatHangsUpInMidBodyIsCountedAndIsNoFault() throws Exception {
    start(PATIENT);
    for (String path : List.of("/read", "/ingest", "/session")) {
      for (int i = 0; i < 5; i++) {
        try (Socket socket = connect()) {
          socket.setSoLinger(i % 2 == 0, 0); // with a reset, or a usual end
          send(
              socket, "POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: 500000\r\n\r\nabc");
        }
      }
    }
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(refused("body_not_received")).isEqualTo(15));
    assertThat(metrics.find("annulus.http.requests").tag("code", "500").timers()).isEmpty();
    await().atMost(LIMIT).until(() -> waiting("bodies") == 0);
  }

  @Test
  void aBodyThatPausesIsTakenWhole() throws Exception {
    start(PATIENT);
    Socket socket = connect();
    send(socket, "POST /ingest HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
    send(socket, "Transfer-Encoding: chunked\r\n\r\n");
    int sent = 0;
    for (int i = 1; i <= 12; i++) {
      send(socket, Integer.toHexString(1_000 * i) + "\r\n" + "x".repeat(1_000 * i) + "\r\n");
      sent += 1_000 * i;
      await().pollDelay(Duration.ofMillis(20)).until(() -> true);
    }
    send(socket, "0\r\n\r\n");
    assertThat(rest(socket)).startsWith("HTTP/1.1 200 ").endsWith("got " + sent);
    await().atMost(LIMIT).until(() -> waiting("bodies") == 0);
  }

  @Test
  void aLargeBodyOutsideOfIngestIsRefusedBeforeItComes() throws Exception {
    start(PATIENT);
    Socket socket = connect();
    send(socket, "POST /session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000\r\n\r\n");
    assertThat(rest(socket)).startsWith("HTTP/1.1 413 ").contains("\"body_too_large\"");
    Socket chunked = connect();
    send(chunked, "POST /read HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
    send(chunked, "F4241\r\n" + "x".repeat(1_000_001) + "\r\n");
    assertThat(rest(chunked)).startsWith("HTTP/1.1 413 ");
  }

  @Test
  void aClientThatTakesNothingIsCutOff() throws Exception {
    start(SlowClients.defaults().withTimeouts(Duration.ofSeconds(20), Duration.ofMillis(300)));
    send(connect(), "GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await().atMost(LIMIT).until(() -> cutOff("answers", "slow") == 1);
    await().atMost(LIMIT).until(() -> waiting("answers") == 0);
  }

  @Test
  void aClientThatTakesItsTimeGetsAll() throws Exception {
    start(SlowClients.defaults().withTimeouts(Duration.ofSeconds(20), Duration.ofSeconds(2)));
    Socket socket = connect();
    send(socket, "GET /large HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    int taken = 0;
    byte[] buffer = new byte[256 << 10];
    for (int read = 0; read >= 0; read = socket.getInputStream().read(buffer)) {
      taken += read;
      await().pollDelay(Duration.ofMillis(20)).until(() -> true);
    }
    assertThat(taken).isGreaterThanOrEqualTo(LARGE);
  }

  @Test
  void whoHasWaitedLongestGivesWayWhenAnswersTakeTooMuch() throws Exception {
    start(PATIENT.withBytes(64 << 20, LARGE));
    for (int i = 0; i < 12; i++) {
      send(connect(), "GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
    await().atMost(LIMIT).until(() -> cutOff("answers", "memory") >= 4);
    await().atMost(LIMIT).until(() -> waiting("answers") <= LARGE);
    assertThat(get("/large")).hasSize(LARGE);
  }

  @Test
  void whoHasWaitedLongestGivesWayWhenBodiesTakeTooMuch() throws Exception {
    start(PATIENT.withBytes(3_000_000, 64 << 20));
    for (int i = 0; i < 12; i++) {
      Socket socket = connect();
      send(socket, "POST /ingest HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000\r\n\r\n");
      send(socket, "x".repeat(800_000));
    }
    await().atMost(LIMIT).until(() -> cutOff("bodies", "memory") + refused("overloaded") >= 6);
    assertThat(post("/ingest", "x".repeat(500_000))).isEqualTo("got 500000");
  }

  /** They come as fast as they can, so none of them waits and could be cut off. */
  @Test
  void bodiesThatAllArriveAtOnceHaveNoMoreMemoryThanThereIs() throws Exception {
    start(PATIENT.withBytes(3_000_000, 64 << 20));
    List<Socket> crowd = new ArrayList<>();
    for (int i = 0; i < CROWD; i++) {
      Socket socket = connect();
      crowd.add(socket);
      send(
          socket,
          "POST /ingest/blocked HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000\r\n\r\n"
              + "x".repeat(900_000));
    }
    assertThat(waiting("bodies")).isLessThan(3_000_000 + 900_000);
    opened.countDown();
    await().atMost(LIMIT).until(() -> waiting("bodies") == 0);
    assertThat(post("/ingest", "x".repeat(500_000))).isEqualTo("got 500000");
  }

  private void everythingAnswers() throws Exception {
    assertThat(get("/livez")).isEqualTo("ok\n");
    assertThat(get("/readyz")).isEqualTo("ready\n");
    assertThat(get("/-/metrics")).contains("annulus_http_waiting_bytes");
    assertThat(get("/small")).isEqualTo("small");
    assertThat(post("/read", "12345")).isEqualTo("got 5");
    assertThat(post("/ingest", "x".repeat(100_000))).isEqualTo("got 100000");
  }

  private double waiting(String what) {
    return metrics.get("annulus.http.waiting").tag("what", what).gauge().value();
  }

  private double queued(Lane lane) {
    return metrics
        .get("annulus.http.lane.queued")
        .tag("lane", lane.name().toLowerCase(java.util.Locale.ROOT))
        .gauge()
        .value();
  }

  private double cutOff(String what, String why) {
    return metrics.get("annulus.http.cut.off").tag("what", what).tag("why", why).counter().count();
  }

  private double refused(String reason) {
    return metrics.find("annulus.http.refused.requests").tag("reason", reason).counters().stream()
        .mapToDouble(Counter::count)
        .sum();
  }

  private String get(String path) throws Exception {
    return answer(HttpRequest.newBuilder(uri(path)));
  }

  private String post(String path, String body) throws Exception {
    return answer(HttpRequest.newBuilder(uri(path)).POST(BodyPublishers.ofString(body)));
  }

  private String answer(HttpRequest.Builder request) throws Exception {
    HttpResponse<String> response =
        client.send(request.timeout(SOON).build(), BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(200);
    return response.body();
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(16 << 10);
    socket.connect(new InetSocketAddress("127.0.0.1", server.port()));
    socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(20));
    sockets.add(socket);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    try {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    } catch (SocketException cutOff) {
      assertThat(cutOff).hasMessageMatching("(?i).*(reset|pipe|closed).*");
    }
  }

  private static String rest(Socket socket) throws IOException {
    try {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (SocketTimeoutException e) {
      return "no end";
    }
  }
}
