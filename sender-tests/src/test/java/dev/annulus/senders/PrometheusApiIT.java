package dev.annulus.senders;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Debian's promtool and Prometheus (by remote read), and the requests of Grafana's data source, ask
 * what is stored.
 */
@ExtendWith(Annulus.Shared.class)
class PrometheusApiIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SAMPLES = 40;
  private static final int STEP = 15;

  private final String metric = "asked_" + System.nanoTime();
  private final long end = Instant.now().getEpochSecond() / STEP * STEP;
  private final long start = end - (SAMPLES - 1L) * STEP;
  @TempDir private Path directory;

  @BeforeEach
  void store(Annulus annulus) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < SAMPLES; i++) {
      for (String job : List.of("api", "db")) {
        String line =
            "{\"name\":\"%s_total\",\"ts\":%d,\"raw_value\":%d,\"tags\":{\"job\":\"%s\",\"env\":\"x\"}}%n";
        lines.append(line.formatted(metric, start + (long) i * STEP, 30L * i, job));
      }
    }
    HttpResponse<String> written =
        annulus.send(
            HttpRequest.newBuilder(annulus.http().resolve("/ingest/counter"))
                .header("Content-Type", "application/x-ndjson")
                .POST(HttpRequest.BodyPublishers.ofString(lines.toString()))
                .build());
    assertThat(written.statusCode()).as(written.body()).isEqualTo(200);
    String token = JSON.readTree(written.body()).get("token").asText();
    assertThat(get(annulus, "/api/v1/query?query=1&after=" + token).get("status").asText())
        .isEqualTo("success");
  }

  @Test
  void promtoolAsks(Annulus annulus) throws Exception {
    String server = annulus.http().toString();
    String name = metric + "_total";
    String from = "--start=" + start;
    String to = "--end=" + end;

    assertThat(
            promtool(
                "instant",
                "--time=" + end,
                server,
                "sum by (job) (round(rate(" + name + "[5m]), 0.001))"))
        .contains("{job=\"api\"} => 2 @[")
        .contains("{job=\"db\"} => 2 @[");
    assertThat(promtool("range", from, to, "--step=15s", server, name + "{job=\"api\"}"))
        .contains(name + "{env=\"x\", job=\"api\"} =>")
        .contains("1170 @[" + end);
    assertThat(promtool("series", from, to, "--match=" + name, server).lines())
        .containsExactlyInAnyOrder(
            "{__name__=\"%s\", env=\"x\", job=\"api\"}".formatted(name),
            "{__name__=\"%s\", env=\"x\", job=\"db\"}".formatted(name));
    assertThat(promtool("labels", from, to, server, "job").lines()).contains("api", "db");
    assertThat(promtool("labels", from, to, server, "__name__").lines()).contains(name);
  }

  private String promtool(String... arguments) throws Exception {
    List<String> line = new ArrayList<>();
    line.add(Sender.program("promtool", "prometheus"));
    line.add("query");
    line.addAll(List.of(arguments));
    Path output = Files.createTempFile(directory, "promtool", ".out");
    Process process =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(output.toFile()).start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("promtool ends").isTrue();
    String text = Files.readString(output);
    assertThat(process.exitValue()).as(text).isZero();
    return text;
  }

  @Test
  void prometheusReadsBack(Annulus annulus) throws Exception {
    String program = Sender.program("prometheus", "prometheus");
    int port = Ports.free();
    Path config =
        Files.writeString(
            directory.resolve("prometheus.yml"),
            """
            remote_read:
              - url: %s
                read_recent: true
            """
                .formatted(annulus.url("/api/v1/read")));
    List<String> line =
        List.of(
            program,
            "--config.file=" + config,
            "--storage.tsdb.path=" + directory.resolve("tsdb"),
            "--web.listen-address=127.0.0.1:" + port);
    String query =
        "/api/v1/query?time=%d&query=%s"
            .formatted(end, URLEncoder.encode(metric + "_total[1h]", UTF_8));
    try (Sender prometheus = Sender.start(directory, line)) {
      StoredSeries.await(
          () -> {
            prometheus.assertRuns();
            JsonNode read = ask(annulus, "http://127.0.0.1:" + port + query).at("/data/result");
            assertThat(read.size()).isEqualTo(2);
            assertThat(read.get(0).get("values").size()).isEqualTo(SAMPLES);
            assertThat(read).isEqualTo(get(annulus, query).at("/data/result"));
          });
    }
  }

  @Test
  void grafanaAsks(Annulus annulus) throws IOException {
    String name = metric + "_total";
    String range = "start=%d&end=%d".formatted(start, end);
    String match = "match%5B%5D=" + name;

    assertThat(post(annulus, "/api/v1/query", "query=1%2B1&time=4").toString())
        .isEqualTo(
            "{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[4,\"2\"]}}");
    assertThat(get(annulus, "/api/v1/status/buildinfo").at("/data/features").isMissingNode())
        .isTrue();
    assertThat(get(annulus, "/api/v1/label/__name__/values?limit=40000&" + range).toString())
        .contains(name);
    assertThat(get(annulus, "/api/v1/labels?" + range + "&" + match).get("data").toString())
        .isEqualTo("[\"__name__\",\"env\",\"job\"]");
    assertThat(get(annulus, "/api/v1/labels").get("data").toString()).contains("\"job\"");
    assertThat(get(annulus, "/api/v1/label/job/values?" + match + "&match%5B%5D=nothing"))
        .hasToString("{\"status\":\"success\",\"data\":[\"api\",\"db\"]}");
    assertThat(get(annulus, "/api/v1/metadata?limit=40000").at("/data/" + name + "/0/type"))
        .hasToString("\"counter\"");
    JsonNode panel =
        post(
            annulus,
            "/api/v1/query_range",
            "query=rate(%s%%5B1m%%5D)&start=%d.000&end=%d.000&step=15.000&stats=all&dedup=true"
                .formatted(name, end - 60, end));
    assertThat(panel.at("/data/result").size()).isEqualTo(2);
    // As in Prometheus, rates are extrapolated and not exact.
    assertThat(Double.parseDouble(panel.at("/data/result/0/values/4/1").asText()))
        .isCloseTo(2, within(1e-9));
    assertThat(get(annulus, "/api/v1/series?" + match + "&" + range).get("data").size())
        .isEqualTo(2);
    assertThat(get(annulus, "/api/v1/query_exemplars?query=" + name + "&" + range).get("data"))
        .isEmpty();
    assertThat(
            get(annulus, "/api/v1/rules?type=alert&file%5B%5D=a&exclude_alerts=true&group_limit=1")
                .at("/data/groups"))
        .isEmpty();
    assertThat(get(annulus, "/api/v1/alerts").at("/data/alerts")).isEmpty();
    String drilldown = URLEncoder.encode("{__name__=~\"" + metric + ".*\"}", UTF_8);
    assertThat(get(annulus, "/api/v1/label/__name__/values?match%5B%5D=" + drilldown).get("data"))
        .hasToString("[\"" + name + "\"]");
  }

  private static JsonNode get(Annulus annulus, String path) throws IOException {
    return ask(annulus, annulus.url(path));
  }

  private static JsonNode ask(Annulus annulus, String url) throws IOException {
    try {
      HttpResponse<String> answer = annulus.send(HttpRequest.newBuilder(URI.create(url)).build());
      if (answer.statusCode() == 503) {
        throw new NoSuchElementException("Prometheus is starting");
      }
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      return JSON.readTree(answer.body());
    } catch (java.net.ConnectException e) {
      throw new NoSuchElementException("Prometheus does not listen yet", e);
    }
  }

  private static JsonNode post(Annulus annulus, String path, String form) throws IOException {
    HttpResponse<String> answer =
        annulus.send(
            HttpRequest.newBuilder(annulus.http().resolve(path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }
}
