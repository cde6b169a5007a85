package dev.annulus.benchmarks.ingest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Sends the bodies of all connections, one thread each. */
final class Sender implements AutoCloseable {
  private final Target target;
  private final Protocol protocol;
  private final int port;
  private final List<Bodies> bodies = new ArrayList<>();
  private final List<Connection> connections = new ArrayList<>();
  private final ExecutorService threads;
  private long visibleAt;

  Sender(Target target, Protocol protocol, Load load, int port, int tcpPort) throws IOException {
    this.target = target;
    this.protocol = protocol;
    this.port = port;
    this.threads = Executors.newFixedThreadPool(load.connections());
    int count = load.bodies(protocol);
    int ticks = protocol == Protocol.JSON_SINGLE ? 1 : load.ticks();
    long start = System.currentTimeMillis() / 1_000 - 60 - (long) count * ticks;
    String path = String.valueOf(target.path(protocol));
    for (int i = 0; i < load.connections(); i++) {
      int hosts = load.hostsEach(protocol);
      bodies.add(protocol.bodies(new CpuRows(i * hosts, hosts), ticks, start, count, path));
    }
    // Rendering takes a while; connections that wait for it may be closed.
    for (int i = 0; i < load.connections(); i++) {
      connections.add(new Connection(protocol == Protocol.GRAPHITE ? tcpPort : port));
    }
  }

  /** Sends bodies {@code [from, to)} of every connection; gives how many samples that were. */
  long send(int from, int to) throws Exception {
    List<Callable<Long>> tasks = new ArrayList<>();
    for (int i = 0; i < connections.size(); i++) {
      Bodies mine = bodies.get(i);
      Connection connection = connections.get(i);
      tasks.add(() -> send(mine, connection, from, to));
    }
    long samples = 0;
    for (Future<Long> sent : threads.invokeAll(tasks)) {
      samples += sent.get();
    }
    return samples;
  }

  private long send(Bodies mine, Connection connection, int from, int to) throws Exception {
    for (int i = from; i < to; i++) {
      if (protocol == Protocol.GRAPHITE) {
        connection.sendRaw(mine.body(i));
        continue;
      }
      String answer = connection.request("POST", mine.path(), mine.headers(), mine.body(i));
      while (connection.status() == 429 || connection.status() == 503) {
        TimeUnit.MILLISECONDS.sleep(50);
        answer = connection.request("POST", mine.path(), mine.headers(), mine.body(i));
      }
      if (connection.status() >= 300) {
        throw new IOException(connection.status() + " " + answer);
      }
    }
    return (long) mine.samples() * (to - from);
  }

  /** Returns once everything sent can be read. */
  void awaitVisible(MeasuredProcess process) throws Exception {
    if (protocol == Protocol.GRAPHITE) {
      awaitIdle(process);
      return;
    }
    if (target == Target.ANNULUS) {
      for (Connection connection : connections) {
        lookUp(String.valueOf(connection.token()));
      }
    } else if (target == Target.VICTORIA_METRICS) {
      try (Connection connection = new Connection(port)) {
        connection.request("GET", "/internal/force_flush", "", new byte[0]);
      }
    }
    visibleAt = System.nanoTime();
  }

  /** From a point in time until everything was visible. */
  long visibleNanos(long start) {
    return visibleAt - start;
  }

  private void lookUp(String token) throws Exception {
    byte[] body =
        ("{\"name\":\"cpu_usage_user\",\"limit\":1,\"after\":\"" + token + "\"}")
            .getBytes(StandardCharsets.UTF_8);
    do {
      try (Connection connection = new Connection(port)) {
        connection.request("POST", "/metrics/lookup", "Content-Type: application/json\r\n", body);
        if (connection.status() == 200) {
          return;
        }
        if (connection.status() != 504) {
          throw new IOException("look-up: " + connection.status());
        }
      }
    } while (true);
  }

  /** A protocol without answers: done once the process has come to rest. */
  private void awaitIdle(MeasuredProcess process) throws Exception {
    double before = process.cpuSeconds();
    while (true) {
      long at = System.nanoTime();
      TimeUnit.SECONDS.sleep(1);
      double now = process.cpuSeconds();
      if (now - before < 0.1) {
        visibleAt = at;
        return;
      }
      before = now;
    }
  }

  @Override
  public void close() throws IOException {
    threads.shutdownNow();
    for (Connection connection : connections) {
      connection.close();
    }
  }
}
