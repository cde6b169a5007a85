package dev.annulus.ingest.graphite;

import dev.annulus.ingest.LogWrites;
import dev.annulus.ingest.SeriesCache;
import dev.annulus.ingest.SeriesIntake;
import dev.annulus.service.AcceptFailures;
import dev.annulus.service.DaemonThreads;
import dev.annulus.wire.EncodedSeries;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes Graphite's plain text on a TCP port, each connection on a thread of its own. Connections
 * beyond the limit are closed at once. Thread-safe.
 */
public final class GraphiteListener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GraphiteListener.class);

  private final ServerSocket server;
  private final SeriesIntake intake;
  private final LogWrites writes;
  private final InstantSource clock;
  private final SeriesCache<EncodedSeries> known;
  private final Semaphore free;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(DaemonThreads.named("annulus-graphite"));
  private final AcceptFailures failures =
      new AcceptFailures(LOG, "Graphite connections cannot be taken; open ones are served");

  private GraphiteListener(
      ServerSocket server,
      int maxConnections,
      SeriesIntake intake,
      LogWrites writes,
      InstantSource clock,
      int rememberedSeries) {
    this.server = server;
    this.intake = intake;
    this.writes = writes;
    this.clock = clock;
    this.known = new SeriesCache<>(rememberedSeries);
    this.free = new Semaphore(maxConnections);
  }

  /**
   * Starts listening.
   *
   * @param port 0 for any free one
   * @throws UncheckedIOException if the address cannot be bound
   */
  public static GraphiteListener start(
      String bind,
      int port,
      int maxConnections,
      SeriesIntake intake,
      LogWrites writes,
      InstantSource clock,
      int rememberedSeries) {
    ServerSocket server = null;
    try {
      server = new ServerSocket();
      server.setReuseAddress(true);
      server.bind(new InetSocketAddress(InetAddress.getByName(bind), port));
      return start(server, maxConnections, intake, writes, clock, rememberedSeries);
    } catch (IOException e) {
      closeQuietly(server);
      throw new UncheckedIOException("cannot listen for Graphite on " + bind + ":" + port, e);
    } catch (RuntimeException | Error e) {
      closeQuietly(server);
      throw e;
    }
  }

  /** Listens on a socket that is bound already; closed with this. */
  static GraphiteListener start(
      ServerSocket server,
      int maxConnections,
      SeriesIntake intake,
      LogWrites writes,
      InstantSource clock,
      int rememberedSeries) {
    GraphiteListener listener =
        new GraphiteListener(server, maxConnections, intake, writes, clock, rememberedSeries);
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
        failures.none();
      } catch (IOException | RuntimeException | OutOfMemoryError e) {
        // An OutOfMemoryError is what a thread that cannot be started gives, too.
        closeQuietly(socket);
        if (!server.isClosed()) {
          failures.one(e);
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
      new GraphiteConnection(socket, intake, writes, clock, known).serve();
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
    failures.stop();
    closeQuietly(server);
    open.forEach(GraphiteListener::closeQuietly);
    threads.shutdownNow();
  }
}
