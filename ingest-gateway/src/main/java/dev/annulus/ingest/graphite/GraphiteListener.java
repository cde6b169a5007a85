package dev.annulus.ingest.graphite;

import dev.annulus.ingest.LogWrites;
import dev.annulus.ingest.SeriesCache;
import dev.annulus.ingest.SeriesIntake;
import dev.annulus.service.DaemonThreads;
import dev.annulus.wire.EncodedSeries;
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
    try {
      ServerSocket server = new ServerSocket();
      server.setReuseAddress(true);
      server.bind(new InetSocketAddress(InetAddress.getByName(bind), port));
      GraphiteListener listener =
          new GraphiteListener(server, maxConnections, intake, writes, clock, rememberedSeries);
      listener.threads.execute(listener::accept);
      return listener;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen for Graphite on " + bind + ":" + port, e);
    }
  }

  /** The port it listens on. */
  public int port() {
    return server.getLocalPort();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        if (free.tryAcquire()) {
          open.add(socket);
          threads.execute(() -> serve(socket));
        } else {
          socket.close();
          LOG.atWarn()
              .addKeyValue("client", socket.getRemoteSocketAddress())
              .log("too many Graphite connections; closed one");
        }
      } catch (IOException e) {
        if (!server.isClosed()) {
          LOG.atWarn().setCause(e).log("a Graphite connection could not be taken");
        }
      }
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
      open.remove(socket);
      free.release();
    }
  }

  /** Closes all connections; what they sent and was not yet in Kafka is lost, as Graphite's is. */
  @Override
  public void close() {
    try {
      server.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      LOG.atDebug().setCause(e).log("a Graphite connection did not close");
    }
    threads.shutdownNow();
  }
}
