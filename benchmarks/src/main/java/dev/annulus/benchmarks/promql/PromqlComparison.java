package dev.annulus.benchmarks.promql;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Starts Annulus and Debian's Prometheus, writes the same samples to both and asks both the same
 * queries over HTTP, in turns. Prints the median and the 95th percentile from request to last byte,
 * processor time per query, and memory. Answers have to have as many series and points.
 *
 * <p>Arguments: runs of each query (30), the command {@code annulus}.
 */
public final class PromqlComparison {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String VALUES = "/api/v1/label/host/values";
  private static final int RANGE_SECONDS = 3_600;

  private final long endSeconds;
  private final int runs;

  private PromqlComparison(long endSeconds, int runs) {
    this.endSeconds = endSeconds;
    this.runs = runs;
  }

  private record Question(String text, String path) {}

  /** Runs everything. */
  public static void main(String[] arguments) throws Exception {
    int runs = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 30;
    String command =
        arguments.length > 1
            ? arguments[1]
            : Path.of("../bin/annulus").toAbsolutePath().normalize().toString();
    Path directory = Files.createTempDirectory("annulus-promql");
    Path ours = Files.createDirectories(directory.resolve("annulus"));
    Path theirs = Files.createDirectories(directory.resolve("prometheus"));
    long end = System.currentTimeMillis() / 60_000 * 60;
    try (PromqlPeer annulus = PromqlPeer.annulus(command, port(), ours);
        PromqlPeer prometheus = PromqlPeer.prometheus(port(), theirs)) {
      List<PromqlPeer> peers = List.of(annulus, prometheus);
      PromqlComparison comparison = new PromqlComparison(end, runs);
      for (PromqlPeer peer : peers) {
        peer.awaitReady();
        comparison.load(peer);
      }
      System.out.println("query | peer | median ms | p95 ms | cpu ms | MiB now, peak");
      for (Question question : comparison.questions()) {
        comparison.ask(question, peers);
      }
    }
    System.out.println("data and logs are left in " + directory);
  }

  private static int port() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Times lie beside whole seconds, so that it is the same whether ranges are closed or open. */
  private void load(PromqlPeer peer) throws IOException, InterruptedException {
    long last = endSeconds * 1_000 - 613;
    long first = last - (PromqlSamples.TICKS - 1L) * PromqlSamples.STEP_SECONDS * 1_000;
    new PromqlSamples(first).forEach(peer::write);
    while (JSON.readTree(peer.ask(VALUES)).get("data").size() < PromqlSamples.LABELLED) {
      Thread.sleep(200);
    }
  }

  private List<Question> questions() {
    return List.of(
        range("rate(bench_requests_total[5m])"),
        range("sum by (job) (rate(bench_requests_total[5m]))"),
        range("histogram_quantile(0.9, rate(bench_seconds_bucket[5m]))"),
        range("histogram_quantile(0.9, sum by (le) (rate(bench_seconds_bucket[5m])))"),
        range("avg_over_time(bench_requests_total[10m])"),
        range("max_over_time(bench_requests_total[10m])"),
        new Question("values of host", VALUES));
  }

  private Question range(String query) {
    return new Question(
        query,
        "/api/v1/query_range?query=%s&start=%d&end=%d&step=%d"
            .formatted(
                encoded(query),
                endSeconds - RANGE_SECONDS,
                endSeconds,
                PromqlSamples.STEP_SECONDS));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  private void ask(Question question, List<PromqlPeer> peers)
      throws IOException, InterruptedException {
    for (int i = 0; i < Math.max(3, runs / 3); i++) {
      for (PromqlPeer peer : peers) {
        peer.ask(question.path());
      }
    }
    compare(question, peers);
    double[][] millis = new double[peers.size()][runs];
    double[] cpu = new double[peers.size()];
    for (int i = 0; i < runs; i++) {
      for (int p = 0; p < peers.size(); p++) {
        PromqlPeer peer = peers.get((p + i) % peers.size());
        int at = (p + i) % peers.size();
        double before = peer.process().cpuSeconds();
        long start = System.nanoTime();
        peer.ask(question.path());
        millis[at][i] = (System.nanoTime() - start) / 1e6;
        cpu[at] += peer.process().cpuSeconds() - before;
      }
    }
    for (int p = 0; p < peers.size(); p++) {
      Arrays.sort(millis[p]);
      long[] memory = peers.get(p).process().residentMiB();
      System.out.printf(
          "%s | %s | %.1f | %.1f | %.1f | %d, %d%n",
          question.text(),
          peers.get(p).name(),
          millis[p][runs / 2],
          millis[p][Math.min(runs - 1, runs * 95 / 100)],
          cpu[p] * 1_000 / runs,
          memory[0],
          memory[1]);
    }
  }

  private static void compare(Question question, List<PromqlPeer> peers)
      throws IOException, InterruptedException {
    String first = null;
    for (PromqlPeer peer : peers) {
      String size = size(JSON.readTree(peer.ask(question.path())).get("data"));
      if (first != null && !first.equals(size)) {
        throw new IOException(question.text() + ": " + first + " and " + size);
      }
      first = size;
    }
  }

  private static String size(JsonNode data) {
    if (data.isArray()) {
      return data.size() + " texts";
    }
    long points = 0;
    for (JsonNode series : data.get("result")) {
      points += series.get("values").size();
    }
    return data.get("result").size() + " series, " + points + " points";
  }
}
