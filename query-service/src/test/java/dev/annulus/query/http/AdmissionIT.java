package dev.annulus.query.http;

import static dev.annulus.query.http.QueryServiceFixture.gauge;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.annulus.model.SeriesSpec;
import dev.annulus.query.QueryConfig;
import dev.annulus.query.exec.ReadLimits;
import dev.annulus.query.sql.SqlLimits;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One admission for all reads: what is long, slow or large keeps nobody else waiting. */
class AdmissionIT {
  /** On a machine that nobody else uses. */
  private static final Duration SOON = Duration.ofSeconds(2);

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int CROWD = 50;
  private static final String SLOW =
      "SELECT sum(a.x * b.x) AS s FROM generate_series(1, 100000, 1) AS a(x),"
          + " generate_series(1, 100000, 1) AS b(x)";

  @TempDir private static Path directory;
  private static QueryServiceFixture service;
  private final ExecutorService clients = Executors.newCachedThreadPool();
  private final List<Socket> sockets = new ArrayList<>();

  @BeforeAll
  static void start() {
    QueryConfig config =
        QueryServiceFixture.config(
            SqlLimits.DEFAULT,
            new ReadLimits(2, 2, Duration.ofMillis(100), 20, 4, 16 << 20),
            new AnswerLimits(1_000, 50, 1 << 20, 3));
    service = new QueryServiceFixture(directory, config);
    for (int i = 0; i < 60; i++) {
      service.write(gauge("listed." + (i + 10), Map.of("i", "" + i)), 10, i);
    }
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @AfterEach
  void end() throws Exception {
    for (Socket socket : sockets) {
      socket.close();
    }
    clients.shutdownNow();
    await().atMost(LIMIT).until(AdmissionIT::allEnd);
  }

  /** Some clients send another request while they are told to end. */
  private static boolean allEnd() throws Exception {
    for (JsonNode query : service.getJson("/queries").get("queries")) {
      service.send("DELETE", "/queries/" + query.get("query_id").asText(), "");
    }
    return reads("running") + reads("queued") + reads("paused") == 0;
  }

  @Test
  void longQueriesKeepShortReadsFromNothing() throws Exception {
    List<CompletableFuture<HttpResponse<String>>> slow = new ArrayList<>();
    for (int i = 0; i < CROWD; i++) {
      slow.add(answer(() -> service.query(SLOW)));
    }
    await().atMost(LIMIT).until(() -> slow.stream().anyMatch(CompletableFuture::isDone));
    for (int i = 0; i < 5; i++) {
      everythingAnswers();
    }
    List<HttpResponse<String>> refused =
        slow.stream().filter(CompletableFuture::isDone).map(CompletableFuture::join).toList();
    assertThat(refused)
        .hasSizeLessThanOrEqualTo(CROWD - 20)
        .allMatch(answer -> answer.statusCode() == 503)
        .allMatch(answer -> answer.headers().firstValue("retry-after").isPresent())
        .allMatch(answer -> answer.body().contains("too_many_queries"));
    assertThat(service.metrics.get("annulus.queries.running").gauge().value())
        .as("the long places, and maybe one that begins")
        .isBetween(2.0, 4.0);
  }

  @Test
  void slowStatementsOfJdbcKeepShortReadsFromNothing() throws Exception {
    List<CompletableFuture<String>> slow = new ArrayList<>();
    for (int i = 0; i < CROWD; i++) {
      slow.add(answer(AdmissionIT::slowStatement));
    }
    await().atMost(LIMIT).until(() -> reads("queued") >= 15);
    everythingAnswers();
    for (JsonNode query : service.getJson("/queries").get("queries")) {
      assertThat(query.get("sql").asText()).isIn(SLOW, "POST /avatica");
    }
  }

  private static String slowStatement() throws Exception {
    String url = "jdbc:avatica:remote:serialization=protobuf;url=http://127.0.0.1:";
    try (Connection connection = DriverManager.getConnection(url + service.port() + "/avatica");
        Statement statement = connection.createStatement()) {
      statement.executeQuery(SLOW).close();
      return "answered";
    } catch (SQLException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Test
  void timeInTheQueueCountsAgainstTheDeadline() throws Exception {
    for (int i = 0; i < 6; i++) {
      answer(() -> service.query(SLOW));
    }
    await().atMost(LIMIT).until(() -> reads("queued") >= 3);
    FairTime time = new FairTime();
    HttpResponse<String> late =
        service.post("/query", "{\"timeout_ms\":5000,\"sql\":\"" + SLOW + "\"}");
    assertThat(time.elapsed()).isLessThan(Duration.ofSeconds(5).plus(SOON));
    assertThat(late.statusCode()).as("it waits for a long place then").isEqualTo(503);
    assertThat(late.headers().firstValue("retry-after")).isPresent();
  }

  @Test
  void clientsThatTakeNothingKeepNoPlace() throws Exception {
    String sql = "SELECT x, x * 2 AS y FROM generate_series(1, 1000000, 1) AS g(x)";
    for (int i = 0; i < 12; i++) {
      sockets.add(unread("{\"sql\":\"" + sql + "\"}"));
    }
    await().atMost(LIMIT).until(() -> reads("paused") == 4);
    everythingAnswers();
    await().atMost(LIMIT).until(() -> reads("running") == 0 && reads("queued") == 0);
    assertThat(reads("paused")).as("the others had to go").isLessThanOrEqualTo(4);
  }

  private static Socket unread(String body) throws Exception {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(16 << 10);
    socket.connect(new InetSocketAddress("127.0.0.1", service.port()));
    String header =
        "POST /query HTTP/1.1\r\nHost: localhost\r\nAccept: text/csv\r\n"
            + "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n";
    socket.getOutputStream().write((header.formatted(body.length()) + body).getBytes(UTF_8));
    return socket;
  }

  @Test
  void selectorsOfManySeriesAreSets() throws Exception {
    SeriesSpec[] specs =
        IntStream.range(0, 300)
            .mapToObj(i -> gauge("wide", Map.of("i", "" + i)))
            .toArray(SeriesSpec[]::new);
    for (int i = 0; i < specs.length; i++) {
      service.write(specs[i], 10, i);
    }
    String condition = "metric_id IN ({{W}})";
    String all =
        IntStream.range(0, 150).mapToObj(i -> condition).collect(Collectors.joining(" AND "));
    assertThat(one("sum(value)", all)).isEqualTo("44850.0");
    assertThat(one("sum(value)", "metric_id NOT IN ({{W}})")).isEqualTo("null");
    assertThat(one("count(*)", "metric_id IN (4000000000, {{W}}) AND value < 10")).isEqualTo("10");
    assertThat(one("sum(CASE WHEN " + condition + " THEN 1 ELSE 0 END)", condition))
        .isEqualTo("300");
    service.send("DELETE", "/metrics/" + service.id(specs[299]), "");
    assertThat(one("sum(value)", all)).as("other ids, the same plan").isEqualTo("44551.0");
    assertThat(
            service
                .post(
                    "/query",
                    "{\"selectors\":[{\"metric\":\"wide\",\"alias\":\"W\"}],\"sql\":\"EXPLAIN PLAN FOR"
                        + " SELECT value FROM samples WHERE metric_id IN ({{W}})\"}")
                .statusCode())
        .isEqualTo(200);
  }

  private static String one(String what, String where) throws Exception {
    String body =
        "{\"selectors\":[{\"metric\":\"wide\",\"alias\":\"W\"}],\"sql\":\"SELECT %s AS v FROM samples WHERE %s\"}";
    HttpResponse<String> answer = service.post("/query", body.formatted(what, where));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return service.parse(answer.body()).at("/rows/0/v").asText();
  }

  @Test
  void selectorsAreBounded() throws Exception {
    String selector = "{\"metric\":\"listed.10\"}";
    String body = "{\"sql\":\"SELECT 1\",\"selectors\":[%s]}";
    assertThat(
            service.post("/query", body.formatted(String.join(",", selector, selector, selector))))
        .matches(answer -> answer.statusCode() == 200);
    HttpResponse<String> refused =
        service.post(
            "/query", body.formatted(String.join(",", selector, selector, selector, selector)));
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("selectors: may be at most 3 (query.max-selectors)");
    assertThat(service.post("/query", body.formatted("null")).body())
        .contains("selectors[0]: is missing");
  }

  @Test
  void aSeriesHasSoManyRowsAndARange() throws Exception {
    SeriesSpec spec =
        new SeriesSpec(
            null, gauge("long", Map.of()).key(), gauge("x", Map.of()).type(), 1_000L, 10_000_000);
    double[] samples = new double[4_000];
    for (int i = 0; i < 2_000; i++) {
      samples[2 * i] = 4_000.0 * i;
      samples[2 * i + 1] = i;
    }
    service.write(spec, samples);
    String path = "/metrics/" + service.id(spec) + "/series";
    HttpResponse<String> refused = service.get(path);
    assertThat(refused.statusCode()).isEqualTo(413);
    assertThat(refused.body()).contains("query.max-series-rows", "larger bucket");
    assertThat(service.getJson(path + "?bucket=8000").get("rows")).hasSize(1_000);
    assertThat(service.getJson(path + "?end_ts=8000").get("rows").toString())
        .isEqualTo(
            "[{\"bucket\":0,\"value\":0.0},{\"bucket\":4000,\"value\":1.0},"
                + "{\"bucket\":8000,\"value\":2.0}]");
    HttpResponse<String> backwards = service.get(path + "?start_ts=2&end_ts=1");
    assertThat(backwards.statusCode()).isEqualTo(400);
    assertThat(backwards.body()).contains("start_ts: must not be after end_ts");
    JsonNode metric = service.getJson("/metrics/" + service.id(spec));
    assertThat(metric.get("samples").asInt()).isEqualTo(2_000);
    assertThat(metric.get("newest_ts").asLong()).isEqualTo(4_000 * 1_999);
  }

  @Test
  void listsAreBounded() throws Exception {
    assertThat(service.get("/metrics?limit=10001").body())
        .contains("limit: must be a whole number from 1 to 10000");
    assertThat(service.get("/metrics?limit=10000").statusCode()).isEqualTo(200);
    JsonNode names = service.getJson("/metrics/names");
    assertThat(names.get("names")).hasSize(50);
    assertThat(names.get("truncated").asBoolean()).isTrue();
    JsonNode values = service.postJson("/metrics/tag-values", "{}");
    assertThat(values.get("truncated").asBoolean()).isTrue();
    assertThat(service.getJson("/metrics?search=listed.6").get("metrics")).hasSize(10);
    for (int i = 0; i < 51; i++) {
      String body = "{\"slug\":\"d%d\",\"title\":\"t\",\"definition\":{}}".formatted(i + 100);
      assertThat(service.post("/dashboards", body).statusCode()).isEqualTo(200);
    }
    JsonNode dashboards = service.getJson("/dashboards");
    assertThat(dashboards.get("dashboards")).hasSize(50);
    assertThat(dashboards.get("truncated").asBoolean()).isTrue();
    assertThat(service.send("DELETE", "/dashboards/d100", "").statusCode()).isEqualTo(200);
    assertThat(service.getJson("/dashboards").has("truncated")).isFalse();
  }

  private static void everythingAnswers() throws Exception {
    assertThat(soon("/metrics?limit=1", null)).contains("\"metrics\"");
    assertThat(soon("/metrics/names", null)).contains("\"names\"");
    assertThat(soon("/metrics/lookup", "{\"name\":\"listed.10\"}")).contains("listed.10");
    assertThat(soon("/stats/capacity", null)).contains("promised_bytes");
    assertThat(soon("/dashboards", null)).contains("\"dashboards\"");
    assertThat(soon("/query", "{\"sql\":\"SELECT 1 AS x\"}")).contains("[{\"x\":1}]");
  }

  private static String soon(String path, @org.jspecify.annotations.Nullable String body)
      throws Exception {
    FairTime time = new FairTime();
    HttpRequest.Builder request = service.request(path).timeout(LIMIT);
    if (body != null) {
      request.POST(HttpRequest.BodyPublishers.ofString(body));
    }
    HttpResponse<String> answer = service.send(request.build());
    assertThat(time.elapsed()).as(path).isLessThan(SOON);
    assertThat(answer.statusCode()).as(path + " " + answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static double reads(String what) {
    return service.metrics.get("annulus.queries." + what).gauge().value();
  }

  private interface Call<T> {
    T get() throws Exception;
  }

  private <T> CompletableFuture<T> answer(Call<T> call) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return call.get();
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        },
        clients);
  }
}
