package dev.annulus.benchmarks.ingest;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Sends the bodies of all connections. */
final class LoadSender implements AutoCloseable {
  private final Target target;
  private final IngestProtocol protocol;
  private final int port;
  private final int threadCount;
  private final List<Bodies> bodies = new ArrayList<>();
  private final List<Connection> connections = new ArrayList<>();
  private final ExecutorService threads;
  private long visibleAt;

  LoadSender(Target target, IngestProtocol protocol, Load load, int port, int tcpPort)
      throws IOException {
    this.target = target;
    this.protocol = protocol;
    this.port = port;
    this.threadCount = Math.min(load.threads(), load.connections());
    this.threads = Executors.newFixedThreadPool(threadCount);
    int count = load.bodies(protocol);
    int ticks = protocol == IngestProtocol.JSON_SINGLE ? 1 : load.ticks();
    long start = System.currentTimeMillis() / 1_000 - 60 - (long) count * ticks;
    String path = String.valueOf(target.path(protocol));
    for (int i = 0; i < load.connections(); i++) {
      int hosts = load.hostsEach(protocol);
      bodies.add(protocol.bodies(new CpuRows(i * hosts, hosts), ticks, start, count, path));
    }
    // Rendering takes a while, and a server may close idle connections.
    for (int i = 0; i < load.connections(); i++) {
      connections.add(new Connection(protocol == IngestProtocol.GRAPHITE ? tcpPort : port));
    }
  }

  /** Sends bodies {@code [from, to)} of every connection; returns the number of samples. */
  long send(int from, int to) throws Exception {
    if (protocol != IngestProtocol.GRAPHITE) {
      reconnect(); // servers close connections that were idle while the warm-up was stored
    }
    List<Callable<Long>> tasks = new ArrayList<>();
    for (int i = 0; i < threadCount; i++) {
      int first = i;
      tasks.add(() -> send(first, from, to));
    }
    long samples = 0;
    for (Future<Long> sent : threads.invokeAll(tasks)) {
      samples += sent.get();
    }
    return samples;
  }

  private void reconnect() throws IOException {
    for (int i = 0; i < connections.size(); i++) {
      connections.get(i).close();
      connections.set(i, new Connection(port));
    }
  }

  /** Serves one thread's share: each connection sends its next body after its response. */
  private long send(int first, int from, int to) throws Exception {
    if (protocol == IngestProtocol.GRAPHITE) {
      return sendUnanswered(first, from, to);
    }
    long samples = 0;
    try (Selector selector = Selector.open()) {
      int open = 0;
      for (int i = first; i < connections.size(); i += threadCount) {
        Turn turn = new Turn(i, from);
        connections.get(i).watch(selector, turn);
        post(turn);
        open++;
        samples += (long) (to - from) * bodies.get(i).samples();
      }
      while (open > 0) {
        selector.select();
        for (SelectionKey key : selector.selectedKeys()) {
          Turn turn = (Turn) key.attachment();
          if (connections.get(turn.connection).proceed(key)) {
            turn.number += wasTaken(turn) ? 1 : 0;
            if (turn.number < to) {
              post(turn);
            } else {
              key.cancel();
              open--;
            }
          }
        }
        selector.selectedKeys().clear();
      }
    }
    return samples;
  }

  private long sendUnanswered(int first, int from, int to) throws IOException {
    long samples = 0;
    for (int number = from; number < to; number++) {
      for (int i = first; i < connections.size(); i += threadCount) {
        connections.get(i).sendRaw(bodies.get(i).body(number));
        samples += bodies.get(i).samples();
      }
    }
    return samples;
  }

  /** The current body of a connection. */
  private static final class Turn {
    private final int connection;
    private int number;

    Turn(int connection, int number) {
      this.connection = connection;
      this.number = number;
    }
  }

  private void post(Turn turn) throws IOException {
    Bodies mine = bodies.get(turn.connection);
    connections
        .get(turn.connection)
        .send("POST", mine.path(), mine.headers(), mine.body(turn.number));
  }

  /** Whether a body was accepted; if not, it is sent again. */
  private boolean wasTaken(Turn turn) throws Exception {
    Connection connection = connections.get(turn.connection);
    if (connection.status() == 429 || connection.status() == 503) {
      TimeUnit.MILLISECONDS.sleep(50);
      return false;
    }
    if (connection.status() >= 300) {
      throw new IOException(connection.status() + " " + connection.answer());
    }
    return true;
  }

  /** Waits until everything sent is visible. */
  void awaitVisible(MeasuredProcess process) throws Exception {
    if (protocol == IngestProtocol.GRAPHITE) {
      awaitIdle(process);
      return;
    }
    if (target.isAnnulus()) {
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

  /** Nanoseconds from {@code start} until everything was visible. */
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

  /** For a protocol without responses: waits until the process is idle. */
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
