package dev.annulus.benchmarks.promql;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.annulus.benchmarks.ingest.MeasuredProcess;
import dev.annulus.benchmarks.ingest.StoreCommands;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A server with Prometheus' API, in a process of its own. */
final class PromqlPeer implements AutoCloseable {
  private static final Duration START = Duration.ofMinutes(5);
  private static final int POLL_MILLIS = 500;

  private final String name;
  private final String origin;
  private final MeasuredProcess process;
  private final HttpClient client = HttpClient.newHttpClient();

  private PromqlPeer(String name, int port, List<String> command, Path directory)
      throws IOException {
    this.name = name;
    this.origin = "http://127.0.0.1:" + port;
    this.process = new MeasuredProcess(command, directory);
  }

  /** The command {@code annulus}. */
  static PromqlPeer annulus(String command, int port, Path directory) throws IOException {
    return new PromqlPeer(
        "Annulus",
        port,
        StoreCommands.annulus(
            command, directory, port, "query.max-listed=" + 2 * PromqlSamples.LABELLED),
        directory);
  }

  /** Debian's Prometheus. */
  static PromqlPeer prometheus(int port, Path directory) throws IOException {
    return new PromqlPeer("Prometheus", port, StoreCommands.prometheus(directory, port), directory);
  }

  String name() {
    return name;
  }

  MeasuredProcess process() {
    return process;
  }

  /** Waits until it answers queries. */
  void awaitReady() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + START.toNanos();
    while (!answers()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new IOException(name + " did not start, see " + process.log());
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private boolean answers() throws InterruptedException {
    try {
      return send(get("/api/v1/query?query=1")).statusCode() == 200;
    } catch (IOException e) {
      return false; // does not listen yet
    }
  }

  void write(byte[] snappy) throws IOException, InterruptedException {
    HttpResponse<byte[]> answer =
        send(
            HttpRequest.newBuilder(URI.create(origin + "/api/v1/write"))
                .header("Content-Encoding", "snappy")
                .header("Content-Type", "application/x-protobuf")
                .header("X-Prometheus-Remote-Write-Version", "0.1.0")
                .POST(HttpRequest.BodyPublishers.ofByteArray(snappy))
                .build());
    if (answer.statusCode() / 100 != 2) {
      throw new IOException(name + " refuses samples: " + new String(answer.body(), UTF_8));
    }
  }

  /** The answer to a request. */
  byte[] ask(String path) throws IOException, InterruptedException {
    HttpResponse<byte[]> answer = send(get(path));
    if (answer.statusCode() != 200) {
      throw new IOException(name + " answers " + new String(answer.body(), UTF_8));
    }
    return answer.body();
  }

  private HttpRequest get(String path) {
    return HttpRequest.newBuilder(URI.create(origin + path)).build();
  }

  private HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
    return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
  }

  @Override
  public void close() {
    process.close();
  }
}
