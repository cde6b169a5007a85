package dev.annulus.ingest.graphite;

import dev.annulus.service.AcceptBackoff;
import dev.annulus.service.DaemonThreads;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts Graphite's plain-text or pickle protocol on a TCP port, with one thread per connection.
 * Beyond the limit the connection that has been idle longest is closed; if all are busy, the new
 * one is. Thread-safe.
 */
public final class GraphiteListener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GraphiteListener.class);

  private static final int BACKLOG = 256;

  /** How long a new connection waits for an idle one to close. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final Duration POLL = Duration.ofMillis(10);

  /** A connection idle for less than this is not closed: data may still be unread. */
  private static final Duration GRACE = Duration.ofMillis(100);

  private final ServerSocket server;
  private final Protocol protocol;
  private final Semaphore free;
  private final Map<Socket, WatchedInput> open = new ConcurrentHashMap<>();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(DaemonThreads.named("annulus-graphite"));
  private final AcceptBackoff backoff =
      new AcceptBackoff(LOG, "accepting Graphite connections failed; open ones are still served");

  /** Serves a connection on its own thread; returns when the peer closes it. */
  private interface Protocol {
    void serve(Socket socket, InputStream in) throws IOException, InterruptedException;
  }

  private GraphiteListener(ServerSocket server, int maxConnections, Protocol protocol) {
    this.server = server;
    this.protocol = protocol;
    this.free = new Semaphore(maxConnections);
  }

  /**
   * Starts the configured listeners.
   *
   * @throws UncheckedIOException if an address cannot be bound; then none is left open
   */
  public static List<GraphiteListener> all(GraphiteConfig config, GraphiteIntake intake) {
    List<GraphiteListener> listeners = new ArrayList<>();
    int most = config.maxConnections();
    try {
      if (config.port() != null) {
        listeners.add(text(config.bind(), config.port(), most, intake));
      }
      if (config.picklePort() != null) {
        int longest = config.maxMessageBytes();
        listeners.add(pickle(config.bind(), config.picklePort(), most, intake, longest));
      }
      return listeners;
    } catch (UncheckedIOException e) {
      listeners.forEach(GraphiteListener::close);
      throw e;
    }
  }

  /**
   * Starts listening for plain text.
   *
   * @param port 0 for any free one
   * @throws UncheckedIOException if the address cannot be bound
   */
  public static GraphiteListener text(
      String bind, int port, int maxConnections, GraphiteIntake intake) {
    return start(
        "plain text",
        bind,
        port,
        maxConnections,
        (socket, in) -> new TextConnection(socket, in, intake).serve());
  }

  /**
   * Starts listening for pickled messages.
   *
   * @param port 0 for any free one
   * @param maxMessageBytes of one; a connection that announces a longer one is closed
   * @throws UncheckedIOException if the address cannot be bound
   */
  public static GraphiteListener pickle(
      String bind, int port, int maxConnections, GraphiteIntake intake, int maxMessageBytes) {
    return start(
        "pickled",
        bind,
        port,
        maxConnections,
        (socket, in) -> new PickleConnection(socket, in, intake, maxMessageBytes).serve());
  }

  private static GraphiteListener start(
      String form, String bind, int port, int maxConnections, Protocol protocol) {
    ServerSocket server = null;
    try {
      server = new ServerSocket();
      server.setReuseAddress(true);
      server.bind(new InetSocketAddress(InetAddress.getByName(bind), port), BACKLOG);
      GraphiteListener listener = start(server, maxConnections, protocol);
      LOG.atInfo().addKeyValue("port", listener.port()).log("listening for Graphite, {}", form);
      return listener;
    } catch (IOException e) {
      closeQuietly(server);
      throw new UncheckedIOException("cannot listen for Graphite on " + bind + ":" + port, e);
    } catch (RuntimeException | Error e) {
      closeQuietly(server);
      throw e;
    }
  }

  /** Listens for plain text on a bound socket, which is closed with this. */
  static GraphiteListener text(ServerSocket server, int maxConnections, GraphiteIntake intake) {
    return start(
        server, maxConnections, (socket, in) -> new TextConnection(socket, in, intake).serve());
  }

  private static GraphiteListener start(
      ServerSocket server, int maxConnections, Protocol protocol) {
    GraphiteListener listener = new GraphiteListener(server, maxConnections, protocol);
    listener.threads.execute(listener::accept);
    return listener;
  }

  /** The port it listens on. */
  public int port() {
    return server.getLocalPort();
  }

  private void accept() {
    while (!server.isClosed()) {
      Socket socket = null;
      try {
        socket = server.accept();
        take(socket);
        backoff.accepted();
      } catch (IOException | RuntimeException | OutOfMemoryError e) {
        // A thread that cannot be started is an OutOfMemoryError too.
        closeQuietly(socket);
        if (!server.isClosed()) {
          backoff.failed(e);
        }
      }
    }
  }

  private void take(Socket socket) throws IOException {
    if (!free.tryAcquire() && !makeRoom()) {
      socket.close();
      LOG.atWarn()
          .addKeyValue("client", socket.getRemoteSocketAddress())
          .log("too many Graphite connections; closed one");
      return;
    }
    try {
      WatchedInput in = new WatchedInput(socket.getInputStream());
      open.put(socket, in);
      threads.execute(() -> serve(socket, in));
    } catch (IOException | RuntimeException | Error e) {
      ended(socket);
      throw e;
    }
  }

  /** Closes idle connections until the new one is within the limit; false if it cannot be. */
  private boolean makeRoom() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try {
      while (System.nanoTime() < deadline && !server.isClosed()) {
        closeMostSilent();
        if (free.tryAcquire(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
          return true;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  private void closeMostSilent() {
    long now = System.nanoTime();
    Socket silent = null;
    long longest = GRACE.toNanos();
    for (Map.Entry<Socket, WatchedInput> one : open.entrySet()) {
      long waiting = one.getValue().waiting(now);
      if (waiting > longest && !one.getKey().isClosed()) {
        longest = waiting;
        silent = one.getKey();
      }
    }
    closeQuietly(silent);
  }

  private void ended(Socket socket) {
    open.remove(socket);
    free.release();
  }

  private static void closeQuietly(@Nullable Closeable one) {
    try {
      if (one != null) {
        one.close();
      }
    } catch (IOException e) {
      LOG.atDebug().setCause(e).log("a Graphite socket did not close");
    }
  }

  private void serve(Socket socket, InputStream in) {
    try (socket) {
      protocol.serve(socket, in);
    } catch (IOException e) {
      LOG.atDebug().setCause(e).log("a Graphite connection ended");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      ended(socket);
    }
  }

  /**
   * Closes all connections. Samples that are not in Kafka yet are lost, as with Graphite itself.
   */
  @Override
  public void close() {
    backoff.stop();
    closeQuietly(server);
    open.keySet().forEach(GraphiteListener::closeQuietly);
    threads.shutdownNow();
  }
}
