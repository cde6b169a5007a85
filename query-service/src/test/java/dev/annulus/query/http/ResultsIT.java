package dev.annulus.query.http;

import static dev.annulus.query.http.QueryServiceFixture.gauge;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.annulus.model.SeriesSpec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Results in every format, streamed and cut off at their limits. Each test has its own metrics in
 * one store.
 */
class ResultsIT {
  @TempDir private static Path directory;
  private static QueryServiceFixture service;

  @BeforeAll
  static void start() {
    service = QueryServiceFixture.withFewQueries(directory);
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void columnsOfOneNameHaveKeysOfTheirOwn() throws Exception {
    String sql = "SELECT 1 AS a, 2 AS a, 3 AS a_2, 4 AS a, 5 AS b";
    JsonNode rows = service.postJson("/query", "{\"sql\":\"" + sql + "\"}");
    assertThat(rows.get("rows").get(0).toString())
        .isEqualTo("{\"a\":1,\"a_3\":2,\"a_2\":3,\"a_4\":4,\"b\":5}");
    assertThat(rows.get("columns").findValuesAsText("name"))
        .containsExactly("a", "a_3", "a_2", "a_4", "b");
    String body = "{\"sql\":\"" + sql + "\"}";
    assertThat(service.post("/query", body, "Accept", "application/x-ndjson").body())
        .isEqualTo("{\"a\":1,\"a_3\":2,\"a_2\":3,\"a_4\":4,\"b\":5}\n");
    assertThat(service.post("/query", body, "Accept", "text/csv").body()).startsWith("a,a,a_2,a,b");
  }

  @Test
  void aLineOfCsvIsNeverBlank() throws Exception {
    String sql = "SELECT nullif(n, 1) FROM (VALUES (1), (2)) AS t(n) ORDER BY n";
    assertThat(service.post("/query", "{\"sql\":\"" + sql + "\"}", "Accept", "text/csv").body())
        .isEqualTo("\"nullif(n, 1)\"\r\n\"\"\r\n2\r\n");
  }

  @Test
  void aResultComesInTheFormatAskedFor() throws Exception {
    String sql =
        "{\"sql\":\"SELECT * FROM (VALUES (1, 'a,\\\"b', 1.5e0), (2, NULL, 2.5e0)) AS t(i, s,"
            + " d)\"}";
    assertThat(service.post("/query", sql, "Accept", "text/csv").body())
        .isEqualTo("i,s,d\r\n1,\"a,\"\"b\",1.5\r\n2,,2.5\r\n");
    assertThat(service.post("/query", sql, "Accept", "application/x-ndjson").body())
        .isEqualTo("{\"i\":1,\"s\":\"a,\\\"b\",\"d\":1.5}\n{\"i\":2,\"s\":null,\"d\":2.5}\n");
    JsonNode columns =
        service.parse(
            service.post("/query", sql, "Accept", "application/vnd.annulus.columns+json").body());
    assertThat(columns.get("data").toString()).isEqualTo("[[1,2],[\"a,\\\"b\",null],[1.5,2.5]]");
    assertThat(service.post("/query", sql, "Accept", "text/html, */*").body()).startsWith("{");
  }

  @Test
  void safeCsvHasNoTextThatBeginsAsAFormula() throws Exception {
    String sql =
        "{\"sql\":\"SELECT * FROM (VALUES ('=1+1', -1), ('+1', 2), ('-1', 3), ('@a', 4), ('a=1', -5.5)) AS t(s, \\\"-n\\\")\"}";
    assertThat(service.post("/query?csv=safe", sql, "Accept", "text/csv").body())
        .isEqualTo("s,'-n\r\n'=1+1,-1.0\r\n'+1,2.0\r\n'-1,3.0\r\n'@a,4.0\r\na=1,-5.5\r\n");
    String plain = service.post("/query", sql, "Accept", "text/csv").body();
    assertThat(plain).startsWith("s,-n\r\n=1+1,-1");
    assertThat(service.post("/query?csv=plain", sql, "Accept", "text/csv").body()).isEqualTo(plain);
    assertThat(service.post("/query?csv=x", sql, "Accept", "text/csv").statusCode()).isEqualTo(400);
  }

  @Test
  void aMillionRowsAreStreamedWithoutBeingKept() throws Exception {
    String sql = "SELECT x, x * 2 AS y FROM generate_series(1, 1000000, 1) AS g(x)";
    HttpRequest request =
        service
            .request("/query")
            .header("Content-Type", "application/json")
            .header("Accept", "application/x-ndjson")
            .POST(HttpRequest.BodyPublishers.ofString("{\"sql\":\"" + sql + "\"}"))
            .build();
    long before = usedHeap();
    try (BufferedReader rows =
        new BufferedReader(
            new InputStreamReader(
                HttpClient.newHttpClient()
                    .send(request, HttpResponse.BodyHandlers.ofInputStream())
                    .body(),
                UTF_8))) {
      for (int x = 1; x <= 1_000_000; x++) {
        assertThat(rows.readLine()).isEqualTo("{\"x\":" + x + ",\"y\":" + 2 * x + "}");
        if (x == 500_000) {
          // The server waits for its client; rows kept on either side would be 30 MiB and more.
          assertThat(usedHeap() - before).isLessThan(16L << 20);
        }
      }
      assertThat(rows.readLine()).isNull();
    }
  }

  private static long usedHeap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  @Test
  void aLargeResultIsStreamedAndCutWhereAsked() throws Exception {
    SeriesSpec spec =
        new SeriesSpec(
            null, gauge("large", Map.of()).key(), gauge("x", Map.of()).type(), 1_000L, 60_000);
    double[] samples = new double[120_000];
    for (int i = 0; i < 60_000; i++) {
      samples[2 * i] = i;
      samples[2 * i + 1] = i;
    }
    service.write(spec, samples);
    String sql = "SELECT ts, value FROM samples WHERE metric_id = " + service.id(spec);
    String csv = service.post("/query", "{\"sql\":\"" + sql + "\"}", "Accept", "text/csv").body();
    assertThat(csv.lines()).hasSize(60_001);
    JsonNode all = service.parse(service.query(sql).body());
    assertThat(all.get("count").asInt()).isEqualTo(60_000);
    JsonNode cut = service.postJson("/query", "{\"max_rows\":10,\"sql\":\"" + sql + "\"}");
    assertThat(cut.get("rows")).hasSize(10);
    assertThat(cut.get("truncated").asBoolean()).isTrue();
  }

  @Test
  void aResultOfTooManyBytesIsCutOff() throws Exception {
    String sql =
        "SELECT x, '"
            + "abcdefghij".repeat(100)
            + "' AS text FROM generate_series(1, 50000, 1) AS g(x)";
    double before = truncated();
    JsonNode cut = service.parse(service.query(sql).body());
    assertThat(cut.get("truncated").asBoolean()).isTrue();
    assertThat(cut.get("rows")).hasSize(19_842); // 1,008 bytes each
    assertThat(cut.at("/stats/rows").asInt()).isEqualTo(19_842);
    JsonNode fits = service.parse(service.query(sql.replace("50000", "19842")).body());
    assertThat(fits.get("truncated").asBoolean()).isFalse();
    assertThat(truncated() - before).isEqualTo(1);
  }

  private static double truncated() {
    return service.metrics.get("annulus.queries.truncated").counter().count();
  }

  @ParameterizedTest
  @CsvSource({"1000, X-Truncated: false", "900, X-Truncated: true"})
  void whatWasCutOffIsSaidBeforeAShortAnswer(int most, String header) throws Exception {
    assertThat(raw("generate_series(1, 1000, 1)", most)).contains("\r\n" + header + "\r\n");
  }

  @ParameterizedTest
  @CsvSource({"200000, X-Truncated: false", "190000, X-Truncated: true"})
  void whatWasCutOffIsSaidAfterALongAnswer(int most, String trailer) throws Exception {
    String answer = raw("generate_series(1, 200000, 1)", most);
    assertThat(answer).contains("\r\nTrailer: X-Truncated\r\n");
    assertThat(answer).endsWith("\r\n0\r\n" + trailer + "\r\n\r\n");
  }

  /** All that comes over the wire for a query in CSV. */
  private static String raw(String table, int mostRows) throws IOException {
    String body =
        "{\"max_rows\":%d,\"sql\":\"SELECT x FROM %s AS g(x)\"}".formatted(mostRows, table);
    String request =
        "POST /query HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAccept: text/csv\r\n"
            + "Content-Type: application/json\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body;
    try (Socket socket = new Socket("127.0.0.1", service.port())) {
      socket.getOutputStream().write(request.getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }
}
