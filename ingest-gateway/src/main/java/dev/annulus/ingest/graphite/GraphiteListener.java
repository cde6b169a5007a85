package dev.annulus.ingest.graphite;

import dev.annulus.service.AcceptBackoff;
import dev.annulus.service.DaemonThreads;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes Graphite's plain text or its pickled form on a TCP port, each connection on a thread of its
 * own. Connections beyond the limit are closed at once. Thread-safe.
 */
public final class GraphiteListener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GraphiteListener.class);

  private final ServerSocket server;
  private final Protocol protocol;
  private final Semaphore free;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(DaemonThreads.named("annulus-graphite"));
  private final AcceptBackoff backoff =
      new AcceptBackoff(LOG, "accepting Graphite connections failed; open ones are still served");

  /** How a connection is served, on a thread of its own; returns when the other side ends. */
  private interface Protocol {
    void serve(Socket socket) throws IOException, InterruptedException;
  }

  private GraphiteListener(ServerSocket server, int maxConnections, Protocol protocol) {
    this.server = server;
    this.protocol = protocol;
    this.free = new Semaphore(maxConnections);
  }

  /**
   * Starts the listeners that are configured.
   *
   * @throws UncheckedIOException if an address cannot be bound; none is left open then
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
        socket -> new TextConnection(socket, intake).serve());
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
        socket -> new PickleConnection(socket, intake, maxMessageBytes).serve());
  }

  private static GraphiteListener start(
      String form, String bind, int port, int maxConnections, Protocol protocol) {
    ServerSocket server = null;
    try {
      server = new ServerSocket();
      server.setReuseAddress(true);
      server.bind(new InetSocketAddress(InetAddress.getByName(bind), port));
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

  /** Listens for plain text on a socket that is bound already; closed with this. */
  static GraphiteListener text(ServerSocket server, int maxConnections, GraphiteIntake intake) {
    return start(server, maxConnections, socket -> new TextConnection(socket, intake).serve());
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
        // An OutOfMemoryError is what a thread that cannot be started gives, too.
        closeQuietly(socket);
        if (!server.isClosed()) {
          backoff.failed(e);
        }
      }
    }
  }

  private void take(Socket socket) throws IOException {
    if (!free.tryAcquire()) {
      socket.close();
      LOG.atWarn()
          .addKeyValue("client", socket.getRemoteSocketAddress())
          .log("too many Graphite connections; closed one");
      return;
    }
    open.add(socket);
    try {
      threads.execute(() -> serve(socket));
    } catch (RuntimeException | Error e) {
      ended(socket);
      throw e;
    }
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

  private void serve(Socket socket) {
    try (socket) {
      protocol.serve(socket);
    } catch (IOException e) {
      LOG.atDebug().setCause(e).log("a Graphite connection ended");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      ended(socket);
    }
  }

  /** Closes all connections; what they sent and was not yet in Kafka is lost, as Graphite's is. */
  @Override
  public void close() {
    backoff.stop();
    closeQuietly(server);
    open.forEach(GraphiteListener::closeQuietly);
    threads.shutdownNow();
  }
}
