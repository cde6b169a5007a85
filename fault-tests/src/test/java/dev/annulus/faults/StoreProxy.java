package dev.annulus.faults;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between a sink and the store, and makes it slow or unreliable: commits whose outcome the
 * sink never hears of, and conflicts. Knows of the store's protocol no more than {@code length 4 |
 * code 1 | number 8 | body}, that a commit has code 7 and begins with its transaction, that code 3
 * ends a transaction, and that an answer of code 1 is a conflict. Thread-safe.
 */
final class StoreProxy implements AutoCloseable {
  private static final byte END = 3;
  private static final byte COMMIT = 7;
  private static final byte CONFLICT = 1;
  private static final int HEAD = 9;

  private final ServerSocket socket;
  private final int target;
  private final Random random = new Random();
  private final AtomicInteger cuts = new AtomicInteger();
  private final AtomicInteger conflicts = new AtomicInteger();
  private volatile Duration delay = Duration.ZERO;
  private volatile int unknownOneIn = Integer.MAX_VALUE;
  private volatile int conflictOneIn = Integer.MAX_VALUE;

  /**
   * @param target the store's port
   */
  StoreProxy(int target) throws IOException {
    this.target = target;
    socket = new ServerSocket(ChildProcess.freePort(), 50, InetAddress.getLoopbackAddress());
    thread(this::accept);
  }

  int port() {
    return socket.getLocalPort();
  }

  /** Chooses the commits that follow. */
  void seed(long seed) {
    random.setSeed(seed);
  }

  /** From now on every request of a connection waits for so long, one after the other. */
  void delayEach(Duration duration) {
    delay = duration;
  }

  /** From now on one of so many commits is done, or maybe done, and the connection breaks. */
  void breakOneIn(int commits) {
    unknownOneIn = commits;
  }

  /** From now on one of so many commits that could have a conflict has one. */
  void conflictOneIn(int commits) {
    conflictOneIn = commits;
  }

  /** From now on nothing is in the way. */
  void behave() {
    delay = Duration.ZERO;
    unknownOneIn = Integer.MAX_VALUE;
    conflictOneIn = Integer.MAX_VALUE;
  }

  /** How many commits had an outcome nobody was told. */
  int cuts() {
    return cuts.get();
  }

  /** How many commits were answered with a conflict. */
  int conflicts() {
    return conflicts.get();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        Link link = new Link(client);
        thread(link::requests);
        thread(link::answers);
      } catch (IOException e) {
        // Nobody listens behind it now, or this is closed; the client has to try again.
      }
    }
  }

  /** A request or an answer: everything after its length. */
  @SuppressWarnings("ArrayRecordComponent") // carried, never compared
  private record Frame(byte[] bytes) {
    static Frame read(DataInputStream in) throws IOException {
      byte[] bytes = in.readNBytes(in.readInt());
      if (bytes.length < HEAD) {
        throw new EOFException();
      }
      return new Frame(bytes);
    }

    static Frame of(byte code, long number, long... body) {
      ByteBuffer bytes = ByteBuffer.allocate(HEAD + 8 * body.length).put(code).putLong(number);
      for (long one : body) {
        bytes.putLong(one);
      }
      return new Frame(bytes.array());
    }

    byte code() {
      return bytes[0];
    }

    long number() {
      return ByteBuffer.wrap(bytes).getLong(1);
    }

    long transaction() {
      return ByteBuffer.wrap(bytes).getLong(HEAD);
    }

    void write(DataOutputStream out) throws IOException {
      synchronized (out) {
        out.writeInt(bytes.length);
        out.write(bytes);
        out.flush();
      }
    }
  }

  /** One connection. */
  private final class Link {
    private final Socket client;
    private final Socket server;
    private final DataOutputStream toClient;
    private final Map<Long, Boolean> untold = new ConcurrentHashMap<>();

    Link(Socket client) throws IOException {
      this.client = client;
      try {
        this.server = new Socket(InetAddress.getLoopbackAddress(), target);
      } catch (IOException e) {
        client.close();
        throw e;
      }
      this.toClient = buffered(client);
    }

    void requests() {
      try (client;
          server) {
        DataInputStream in = new DataInputStream(client.getInputStream());
        DataOutputStream out = buffered(server);
        while (true) {
          Frame frame = Frame.read(in);
          Fault.last(delay);
          if (frame.code() == COMMIT && frame.transaction() != 0 && oneIn(conflictOneIn)) {
            conflicts.incrementAndGet();
            Frame.of(END, 0, frame.transaction()).write(out);
            Frame.of(CONFLICT, frame.number()).write(toClient);
            continue;
          }
          boolean cut = frame.code() == COMMIT && oneIn(unknownOneIn);
          if (cut && random.nextBoolean()) {
            untold.put(frame.number(), true);
            cut = false;
          }
          frame.write(out);
          if (cut) {
            cuts.incrementAndGet();
            return;
          }
        }
      } catch (IOException e) {
        // One side is gone.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    void answers() {
      try (client;
          server) {
        DataInputStream in = new DataInputStream(server.getInputStream());
        while (true) {
          Frame frame = Frame.read(in);
          if (untold.containsKey(frame.number())) {
            cuts.incrementAndGet();
            return;
          }
          frame.write(toClient);
        }
      } catch (IOException e) {
        // One side is gone.
      }
    }
  }

  private boolean oneIn(int commits) {
    return commits < Integer.MAX_VALUE && random.nextInt(commits) == 0;
  }

  private static DataOutputStream buffered(Socket socket) throws IOException {
    socket.setTcpNoDelay(true);
    return new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
  }

  private static void thread(Runnable task) {
    Thread thread = new Thread(task, "store-proxy");
    thread.setDaemon(true);
    thread.start();
  }
}
