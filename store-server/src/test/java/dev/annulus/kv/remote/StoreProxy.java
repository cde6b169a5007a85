package dev.annulus.kv.remote;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Stands between clients and a {@link StoreServer} and makes the store slow or unreliable. Listens
 * on a free port of the loopback interface. Thread-safe.
 */
public final class StoreProxy implements AutoCloseable {
  /** What becomes of a commit. */
  public enum Fate {
    PASSED,
    /** The connection breaks and the commit never arrives. */
    LOST,
    /** The commit is passed on and the connection breaks at once. */
    CUT,
    /** The commit arrives; the connection breaks instead of the response. */
    UNANSWERED,
    /** The client's connection breaks; the commit is passed on after {@link #release}. */
    HELD,
    /** The response is a conflict. A commit without reads cannot have one and is passed on. */
    CONFLICT
  }

  private final ServerSocket socket;
  private final int target;
  private final AtomicInteger connections = new AtomicInteger();
  private final Map<Fate, Integer> counts = new ConcurrentHashMap<>();
  private final Queue<Fate> next = new ConcurrentLinkedQueue<>();
  private final CountDownLatch released = new CountDownLatch(1);
  private volatile Supplier<Fate> fates = () -> Fate.PASSED;
  private volatile Duration delay = Duration.ZERO;

  /**
   * @param target the store's port; nobody has to listen there yet
   */
  public StoreProxy(int target) {
    this.target = target;
    try {
      socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start(this::accept);
  }

  public int port() {
    return socket.getLocalPort();
  }

  /** Connections so far that reached the store. */
  public int connections() {
    return connections.get();
  }

  /** Commits so far that had this fate. */
  public int count(Fate fate) {
    return counts.getOrDefault(fate, 0);
  }

  /** Delays every request of a connection by so much, one after the other. */
  public void delayEach(Duration duration) {
    delay = duration;
  }

  /** Asks for the fate of every commit from now on, on the thread of its connection. */
  public void commits(Supplier<Fate> chosen) {
    fates = chosen;
  }

  /** Decides on the next commit only. */
  public void nextCommit(Fate fate) {
    next.add(fate);
  }

  /** Passes on the commits that were held, if the store still accepts them. */
  public void release() {
    released.countDown();
  }

  /** Disturbs nothing from now on. */
  public void behave() {
    delay = Duration.ZERO;
    fates = () -> Fate.PASSED;
    next.clear();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Connection connection = new Connection(socket.accept());
        connections.incrementAndGet();
        start(connection::requests);
        start(connection::responses);
      } catch (IOException e) {
        // The store is away, or this is closed; the client has to try again.
      }
    }
  }

  private Fate fate(Frame request) {
    if (request.code() != Request.COMMIT) {
      return Fate.PASSED;
    }
    Fate ordered = next.poll();
    Fate fate = ordered == null ? fates.get() : ordered;
    if (fate == Fate.CONFLICT && transaction(request) == Request.BLIND) {
      fate = Fate.PASSED;
    }
    counts.merge(fate, 1, Integer::sum);
    return fate;
  }

  private static long transaction(Frame commit) {
    return commit.body().getLong(commit.body().position());
  }

  private final class Connection {
    private final Socket client;
    private final Socket server;
    private final DataOutputStream toClient;
    private final DataOutputStream toServer;
    private final Set<Long> unanswered = ConcurrentHashMap.newKeySet();

    Connection(Socket client) throws IOException {
      this.client = client;
      try {
        server = new Socket(InetAddress.getLoopbackAddress(), target);
        toClient = output(client);
        toServer = output(server);
      } catch (IOException e) {
        client.close();
        throw e;
      }
    }

    void requests() {
      try (client;
          server) {
        DataInputStream in = new DataInputStream(client.getInputStream());
        while (pass(Frame.read(in, UNLIMITED))) {}
      } catch (IOException e) {
        // One side is gone.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /** Returns false if the connection has to break. */
    private boolean pass(Frame request) throws IOException, InterruptedException {
      Thread.sleep(delay.toMillis());
      Fate fate = fate(request);
      switch (fate) {
        case LOST -> {
          return false;
        }
        case CONFLICT -> {
          Frame end = new Frame(Request.END, 0, request.body().slice(0, Long.BYTES));
          write(end, toServer);
          write(Frame.empty(Response.CONFLICT, request.number()), toClient);
          return true;
        }
        case HELD -> {
          client.close();
          released.await();
        }
        case UNANSWERED -> unanswered.add(request.number());
        case CUT, PASSED -> {}
      }
      write(request, toServer);
      return fate != Fate.CUT;
    }

    void responses() {
      try (client;
          server) {
        DataInputStream in = new DataInputStream(server.getInputStream());
        Frame response = Frame.read(in, UNLIMITED);
        while (!unanswered.contains(response.number())) {
          write(response, toClient);
          response = Frame.read(in, UNLIMITED);
        }
      } catch (IOException e) {
        // One side is gone.
      }
    }
  }

  private static DataOutputStream output(Socket socket) throws IOException {
    socket.setTcpNoDelay(true);
    return new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
  }

  private static void write(Frame frame, DataOutputStream out) throws IOException {
    synchronized (out) {
      frame.writeTo(out);
      out.flush();
    }
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "store-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private static final Frame.Memory UNLIMITED =
      new Frame.Memory() {
        @Override
        public void reserve(int bytes) {}

        @Override
        public void release(int bytes) {}
      };
}
