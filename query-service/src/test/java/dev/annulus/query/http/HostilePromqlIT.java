package dev.annulus.query.http;

import static dev.annulus.query.http.QueryServiceFixture.gauge;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.annulus.query.QueryConfig;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queries that would take for ever, or all memory, end soon and in words. */
class HostilePromqlIT {
  private static final int LONG_VALUES = 200;

  /** A machine that others use too is slow. */
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir private static Path directory;
  private static QueryServiceFixture service;

  @BeforeAll
  static void start() {
    service = new QueryServiceFixture(directory, QueryConfig.defaults());
    for (int i = 0; i < LONG_VALUES; i++) {
      service.write(gauge("long", Map.of("v", "a".repeat(2_000) + i)), 1_700_000_000, i);
    }
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @AfterEach
  void isHealthy() throws Exception {
    assertThat(ask("/api/v1/query", "query", "1").statusCode()).isEqualTo(200);
    assertThat(service.getJson("/queries").get("queries")).isEmpty();
  }

  @Test
  void deepNesting() throws Exception {
    String[] queries = {
      "(".repeat(100_000) + "1" + ")".repeat(100_000 - 1),
      "-".repeat(100_000) + "1",
      "1" + " + 1".repeat(20_000),
      "abs(".repeat(10_000) + "up" + ")".repeat(10_000),
      "up" + "[5m:1m]".repeat(10_000),
      "{a" + "=\"".repeat(10_000),
      String.join(" or ", Collections.nCopies(10_000, "up")),
    };
    for (String query : queries) {
      assertError(ask("/api/v1/query", "query", query), 400, "bad_data");
      assertError(ask("/api/v1/format_query", "query", query), 400, "bad_data");
    }
  }

  @Test
  void hugeRangesWithTinySteps() throws Exception {
    assertError(
        ask("/api/v1/query_range", "query", "1", "start", "0", "end", "4e15", "step", "0.001"),
        400,
        "bad_data");
    assertError(
        ask("/api/v1/query_range", "query", "1", "start", "-4e15", "end", "4e15", "step", "1y"),
        400,
        "bad_data");
    assertError(
        ask("/api/v1/query", "query", "max_over_time(vector(1)[90y:1ms])"), 422, "execution");
    assertError(
        ask(
            "/api/v1/query_range",
            "query",
            "rate(vector(1)[1h:1ms])",
            "start",
            "0",
            "end",
            "1e6",
            "step",
            "100"),
        422,
        "execution");
  }

  @Test
  void expressionsThatCannotBeMatchedQuickly() throws Exception {
    for (String regex :
        List.of("((a{1000}){100}){100}", "(a?){30000}", "(".repeat(50_000), "a{1,1001}")) {
      assertError(ask("/api/v1/query", "query", "long{v=~\"" + regex + "\"}"), 400, "bad_data");
    }
    // Matching takes the stack of the thread, more of it before it is compiled.
    String deep = "long{v=~\"(a?){900}(a?a?){900}(.*a){50}b\"}";
    HttpResponse<String> deepest = ask("/api/v1/query", "query", deep, "timeout", "300ms");
    assertThat(deepest.statusCode()).as(deepest.body()).isIn(422, 503);
    String slow = "long{v=~\"(.*a){200}b\"}";
    HttpResponse<String> late = ask("/api/v1/query", "query", slow, "timeout", "300ms");
    assertError(late, 503, "timeout");
    assertError(ask("/api/v1/series", "match[]", slow, "timeout", "300ms"), 503, "timeout");
  }

  @Test
  void productsOfSeries() throws Exception {
    String time = "1700000000";
    assertError(ask("/api/v1/query", "query", "long * on () long", "time", time), 422, "execution");
    assertError(
        ask("/api/v1/query", "query", "long * on () group_left () long", "time", time),
        422,
        "execution");
    String doubled = "label_join(long, \"w\", \"\", \"v\", \"v\", \"v\", \"v\", \"v\", \"v\")";
    for (int i = 0; i < 8; i++) {
      doubled =
          "label_join(" + doubled + ", \"w\", \"\", \"w\", \"w\", \"w\", \"w\", \"w\", \"w\")";
    }
    assertError(ask("/api/v1/query", "query", doubled, "time", time), 422, "execution");
  }

  @Test
  void aQueryIsListedAndCanBeCancelled() throws Exception {
    String slow =
        String.join(
            " + ", Collections.nCopies(250, "quantile_over_time(0.5, vector(time())[990000s:1s])"));
    CompletableFuture<HttpResponse<String>> answer =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return ask("/api/v1/query", "query", slow, "time", "1e9");
              } catch (Exception e) {
                throw new AssertionError(e);
              }
            });
    JsonNode[] listed = new JsonNode[1];
    await()
        .atMost(SOON)
        .until(
            () -> {
              listed[0] = service.getJson("/queries").at("/queries/0");
              String shown = listed[0].path("sql").asText();
              return shown.endsWith("…") && slow.startsWith(shown.substring(0, shown.length() - 1));
            });

    service.send("DELETE", "/queries/" + listed[0].get("query_id").asText(), "");

    assertError(
        answer.get(SOON.toSeconds(), java.util.concurrent.TimeUnit.SECONDS), 499, "canceled");
    assertError(
        ask("/api/v1/query", "query", slow, "time", "1e9", "timeout", "0.2"), 503, "timeout");
  }

  private static void assertError(HttpResponse<String> answer, int status, String type)
      throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    JsonNode body = service.parse(answer.body());
    assertThat(body.get("status").asText()).isEqualTo("error");
    assertThat(body.get("errorType").asText()).isEqualTo(type);
    assertThat(body.get("error").asText()).isNotBlank().doesNotContain("Exception");
  }

  private static HttpResponse<String> ask(String path, String... parameters) throws Exception {
    StringBuilder form = new StringBuilder();
    for (int i = 0; i < parameters.length; i += 2) {
      form.append(i == 0 ? "" : "&").append(URLEncoder.encode(parameters[i], UTF_8)).append('=');
      form.append(URLEncoder.encode(parameters[i + 1], UTF_8));
    }
    return service.send(
        service
            .request(path)
            .timeout(SOON)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form.toString()))
            .build());
  }
}
