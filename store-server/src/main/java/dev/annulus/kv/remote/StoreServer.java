package dev.annulus.kv.remote;

import dev.annulus.kv.StoreException;
import dev.annulus.kv.StoreException.Kind;
import dev.annulus.kv.embedded.EmbeddedEngine;
import dev.annulus.service.AcceptBackoff;
import java.io.Closeable;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves an embedded engine to other processes. It has neither authentication nor encryption, so by
 * default it listens on loopback only. Thread-safe. Close it before the engine.
 */
public final class StoreServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StoreServer.class);
  private static final long TIDY_MILLIS = 250;
  private static final int TURN_AWAY_MILLIS = 500;

  private final StoreServerConfig config;
  private final EmbeddedEngine engine;
  private final ServerSocket socket;
  private final StoreServerStats stats = new StoreServerStats();
  private final Frame.Memory memory;
  private final Set<ServerConnection> connections = ConcurrentHashMap.newKeySet();
  private final Map<UUID, ServerConnection> clients = new ConcurrentHashMap<>();
  private final ExecutorService workers;
  private final ScheduledExecutorService tidying =
      Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "annulus-store-tidy"));
  private final AcceptBackoff backoff =
      new AcceptBackoff(LOG, "accepting clients failed; connected clients are still served");
  private volatile boolean closed;

  private StoreServer(StoreServerConfig config, EmbeddedEngine engine, ServerSocket socket) {
    this.config = config;
    this.engine = engine;
    this.socket = socket;
    this.memory = new RequestMemory(config.maxRequestBytes(), stats);
    this.workers =
        Executors.newFixedThreadPool(
            config.workers(), task -> daemon(task, "annulus-store-worker"));
  }

  /**
   * Starts listening.
   *
   * @param engine stays open when the server is closed
   * @throws UncheckedIOException if the address cannot be bound
   */
  public static StoreServer start(StoreServerConfig config, EmbeddedEngine engine) {
    ServerSocket socket = null;
    try {
      socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(config.host(), config.port()));
      return start(config, engine, socket);
    } catch (IOException e) {
      closeQuietly(socket);
      throw new UncheckedIOException(
          "the store server cannot listen on "
              + config.host()
              + ":"
              + config.port()
              + ": "
              + e.getMessage(),
          e);
    } catch (RuntimeException | Error e) {
      closeQuietly(socket);
      throw e;
    }
  }

  /** Serves on a bound socket, which the server closes. */
  static StoreServer start(StoreServerConfig config, EmbeddedEngine engine, ServerSocket socket) {
    StoreServer server = new StoreServer(config, engine, socket);
    try {
      daemon(server::accept, "annulus-store-accept").start();
      server.tidying.scheduleWithFixedDelay(
          () -> server.connections.forEach(ServerConnection::tidy),
          TIDY_MILLIS,
          TIDY_MILLIS,
          TimeUnit.MILLISECONDS);
      return server;
    } catch (RuntimeException | Error e) {
      server.close();
      throw e;
    }
  }

  /** The port it listens on. */
  public int port() {
    return socket.getLocalPort();
  }

  /** Its counters, live. */
  public StoreServerStats stats() {
    return stats;
  }

  /** Disconnects all clients. Returns once no request uses the engine any more. */
  @Override
  public void close() {
    closed = true;
    backoff.stop();
    tidying.shutdownNow();
    try {
      socket.close();
    } catch (IOException e) {
      LOG.atWarn().setCause(e).log("closing the server socket failed");
    }
    try {
      for (ServerConnection connection : connections) {
        connection.close();
        connection.awaitFinished();
      }
      workers.shutdown();
      workers.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  StoreServerConfig config() {
    return config;
  }

  EmbeddedEngine engine() {
    return engine;
  }

  void execute(Runnable work) {
    workers.execute(work);
  }

  /** Request memory, shared by all connections. */
  Frame.Memory memory() {
    return memory;
  }

  /** Closes the client's previous connection and waits for its requests to end. */
  void replace(UUID client, ServerConnection connection) throws IOException {
    ServerConnection before = clients.put(client, connection);
    if (before == null) {
      return;
    }
    before.close();
    try {
      before.awaitFinished();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  void forget(UUID client, ServerConnection connection) {
    clients.remove(client, connection);
  }

  private void accept() {
    while (!closed) {
      Socket client = null;
      try {
        client = socket.accept();
        serve(client);
        backoff.accepted();
      } catch (IOException | RuntimeException | OutOfMemoryError e) {
        // A thread that cannot be started throws an OutOfMemoryError, too.
        closeQuietly(client);
        if (!closed) {
          stats.acceptFailures.increment();
          backoff.failed(e);
        }
      }
    }
  }

  private void serve(Socket client) throws IOException {
    if (connections.size() >= config.maxConnections()) {
      turnAway(client);
      return;
    }
    ServerConnection connection = new ServerConnection(client, this);
    connections.add(connection);
    stats.connections.increment();
    stats.openConnections.increment();
    try {
      daemon(() -> run(connection), "annulus-store-client").start();
    } catch (OutOfMemoryError e) {
      connection.abandon();
      ended(connection);
      throw e;
    }
    if (closed) {
      connection.close();
    }
  }

  private void run(ServerConnection connection) {
    try {
      connection.run();
    } finally {
      ended(connection);
    }
  }

  private void ended(ServerConnection connection) {
    connections.remove(connection);
    stats.openConnections.decrement();
  }

  private static void closeQuietly(@Nullable Closeable one) {
    try {
      if (one != null) {
        one.close();
      }
    } catch (IOException e) {
      LOG.atDebug().setCause(e).log("closing a socket failed");
    }
  }

  private void turnAway(Socket client) throws IOException {
    StoreException reason =
        new StoreException(
            Kind.UNAVAILABLE,
            "the store serves "
                + config.maxConnections()
                + " client(s) already; no more may connect");
    try (client) {
      client.setSoTimeout(TURN_AWAY_MILLIS);
      Response.failed(0, reason).writeTo(new DataOutputStream(client.getOutputStream()));
      client.shutdownOutput();
      // Closing with the greeting unread would reset the connection and lose the response.
      client.getInputStream().readNBytes(Frame.HEADER + 21);
    }
  }

  private static final class RequestMemory implements Frame.Memory {
    private final Semaphore kib;
    private final StoreServerStats stats;

    RequestMemory(long bytes, StoreServerStats stats) {
      this.kib = new Semaphore(kib(bytes));
      this.stats = stats;
    }

    @Override
    public void reserve(int bytes) {
      kib.acquireUninterruptibly(kib(bytes));
      stats.bytesIn.add(bytes);
    }

    @Override
    public void release(int bytes) {
      kib.release(kib(bytes));
    }

    private static int kib(long bytes) {
      return Math.toIntExact((bytes + 1023) >> 10);
    }
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }
}
