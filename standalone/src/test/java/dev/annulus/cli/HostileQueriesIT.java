package dev.annulus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Queries that would take all memory, on a process with little of it: broker and sink live on. */
class HostileQueriesIT {
  private static final int CROWD = 4;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path directory;
  private static AnnulusProcess annulus;
  private static ApiClient client;
  private static final ExecutorService CLIENTS = Executors.newCachedThreadPool();
  private static int sample;

  @BeforeAll
  static void start() throws Exception {
    annulus = start("512m", directory);
    client = new ApiClient(annulus.http(), annulus.http());
    client.values("hostile", client.ingest("hostile", 1_000, 0));
  }

  private static AnnulusProcess start(String heap, Path data) {
    return AnnulusProcess.startStandalone(
        heap,
        List.of(
            "--data-dir",
            data.toString(),
            "--port",
            "0",
            "--kafka-port",
            "0",
            "--set",
            "query.timeout=120s"));
  }

  @AfterAll
  static void stop() {
    CLIENTS.shutdownNow();
    annulus.close();
  }

  @AfterEach
  void brokerAndSinkLive() throws Exception {
    sample++;
    String token = client.ingest("hostile", 1_000 + sample, sample);
    assertThat(client.values("hostile", token)).contains((double) sample);
    assertThat(query("SELECT 1 AS x").body()).contains("\"x\":1");
    assertThat(annulus.isAlive()).isTrue();
  }

  /** Rows of a number {@code x} and a text {@code s}, all different. */
  private static String fat(int rows, int characters) {
    return "(SELECT x, CAST(x AS VARCHAR) || '%s' AS s FROM generate_series(1, %d) AS g(x)) AS f"
        .formatted("x".repeat(characters), rows);
  }

  static Stream<String> hogs() {
    String fat = fat(200_000, 16_000);
    String groups = fat(2_900_000, 2_000);
    StringBuilder ctes = new StringBuilder("WITH c0 AS (SELECT 'x' AS s)");
    for (int i = 1; i <= 27; i++) {
      ctes.append(", c%d AS (SELECT s || s AS s FROM c%d)".formatted(i, i - 1));
    }
    return Stream.of(
        ctes + " SELECT s FROM c27",
        "SELECT s || s || s || s || s || s || s || s AS s FROM (".repeat(9)
            + "SELECT 'abcdefghijkl' AS s"
            + ") AS t".repeat(9),
        "SELECT repeat(repeat(repeat('a', 100000), 100000), 1000) AS s",
        "SELECT s FROM " + fat + " ORDER BY s",
        "SELECT s FROM " + fat + " ORDER BY -x LIMIT 9999",
        "SELECT s, count(*) AS n FROM " + groups + " GROUP BY s",
        "SELECT x, max(s) AS m FROM " + groups + " GROUP BY x",
        "SELECT DISTINCT s FROM " + groups,
        "SELECT count(DISTINCT s) AS n FROM " + groups,
        "SELECT lag(s) OVER (ORDER BY x) AS l, s FROM " + fat,
        "SELECT s FROM " + fat + " UNION SELECT s FROM " + groups,
        "SELECT s FROM " + fat + " EXCEPT SELECT s FROM " + groups,
        "SELECT y, s FROM generate_series(1, 9) AS g(y) JOIN " + fat + " ON y = x",
        "SELECT y, s FROM generate_series(1, 9) AS g(y), " + fat,
        "SELECT x, count(*) AS n FROM generate_series(1, 2900000) AS g(x) GROUP BY x ORDER BY n, x",
        "SELECT "
            + String.join(
                ", ",
                IntStream.range(0, 500)
                    .mapToObj(i -> "CAST(x + %d AS CHAR(60000))".formatted(i) + " AS c" + i)
                    .toList())
            + " FROM generate_series(1, 9) AS g(x)");
  }

  @ParameterizedTest
  @MethodSource("hogs")
  void aHogEndsInWords(String sql) {
    for (HttpResponse<String> answer : together(() -> query(sql))) {
      assertThat(answer.statusCode()).as(answer.body()).isIn(400, 408, 413, 503);
      assertThat(answer.body()).doesNotContain("internal");
    }
  }

  /**
   * On a process with the heap of {@code bin/annulus}. How soon others are answered meanwhile,
   * tells {@code HostileClientsIT} with its attack {@code LARGE_GROUPINGS}.
   */
  @Test
  void largeGroupingsAtOnceAreAllAnswered(@TempDir Path other) throws Exception {
    String sql =
        "SELECT count(*) AS n FROM (SELECT x, count(*) AS c FROM generate_series(1, 2900000) AS"
            + " g(x) GROUP BY x) AS q";
    try (AnnulusProcess large = start("2g", other)) {
      ApiClient api = new ApiClient(large.http(), large.http());
      List<CompletableFuture<HttpResponse<String>>> answers = begin(() -> query(large.http(), sql));
      int meanwhile = 0;
      do {
        api.ingest("beside", 1_000 + meanwhile++, 1);
        assertThat(query(large.http(), "SELECT 1 AS x").statusCode()).isEqualTo(200);
      } while (!answers.stream().allMatch(CompletableFuture::isDone));
      for (CompletableFuture<HttpResponse<String>> answer : answers) {
        assertThat(answer.join().body()).contains("2900000");
      }
      assertThat(meanwhile).as("rounds beside them").isGreaterThan(3);
    }
  }

  @Test
  void aResultInColumnsIsKeptWithinTheBudget() {
    String sql = "SELECT s FROM " + fat(60_000, 2_000);
    for (HttpResponse<String> answer : together(() -> columns(sql))) {
      assertThat(answer.statusCode()).as("the result is too large").isIn(413, 503);
    }
  }

  @Test
  void resultsThatJdbcClientsDoNotFetchAreBounded() throws Exception {
    for (String answer : together(() -> fetch("SELECT s FROM " + fat(60_000, 2_000)))) {
      assertThat(answer).containsAnyOf("query.max-memory", "jdbc.max-held-bytes", "total-memory");
    }
    for (String answer : together(() -> fetch("SELECT s FROM " + fat(3_000, 2_000)))) {
      assertThat(answer).containsAnyOf("3000 rows", "jdbc.max-held-bytes", "total-memory");
    }
  }

  private static String fetch(String sql) {
    try (Connection connection =
            DriverManager.getConnection(
                "jdbc:avatica:remote:serialization=protobuf;url=" + annulus.http() + "/avatica");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      int count = 0;
      while (rows.next()) {
        count++;
      }
      return count + " rows";
    } catch (SQLException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private interface Call<T> {
    T get() throws Exception;
  }

  private static <T> List<T> together(Call<T> call) {
    return begin(call).stream().map(CompletableFuture::join).toList();
  }

  private static <T> List<CompletableFuture<T>> begin(Call<T> call) {
    return IntStream.range(0, CROWD)
        .mapToObj(
            i ->
                CompletableFuture.supplyAsync(
                    () -> {
                      try {
                        return call.get();
                      } catch (Exception e) {
                        throw new IllegalStateException(e);
                      }
                    },
                    CLIENTS))
        .toList();
  }

  private static HttpResponse<String> query(String sql) throws Exception {
    return query(annulus.http(), sql);
  }

  private static HttpResponse<String> query(String http, String sql) throws Exception {
    return ApiClient.post(http + "/query", JSON.writeValueAsString(Map.of("sql", sql)));
  }

  private static HttpResponse<String> columns(String sql) throws Exception {
    return ApiClient.post(
        annulus.http() + "/query",
        JSON.writeValueAsString(Map.of("sql", sql)),
        "application/vnd.annulus.columns+json");
  }
}
