package dev.annulus.faults;

import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients without manners, all doing the same again and again until this is closed. */
final class Crowd implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** What a client may be told, whatever it sends. */
  private static final Set<Integer> FINE = Set.of(200, 204, 400, 404, 408, 413, 415, 429, 503);

  private final int port;
  private final List<Thread> threads = new ArrayList<>();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final ConcurrentSkipListMap<Integer, AtomicInteger> answers =
      new ConcurrentSkipListMap<>();
  private final Set<String> wrong = new ConcurrentSkipListSet<>();

  /** What one client does; it comes back when it is done, and does it again. */
  interface Client {
    void act(Crowd crowd, int index) throws IOException, InterruptedException;
  }

  /**
   * @param port of HTTP
   */
  Crowd(int port) {
    this.port = port;
  }

  /** Starts so many of a kind. Returns this. */
  Crowd with(int count, Client client) {
    for (int i = 0; i < count; i++) {
      int index = i;
      Thread thread = new Thread(() -> repeat(client, index), "crowd-" + index);
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
    return this;
  }

  private void repeat(Client client, int index) {
    try {
      while (stopped.getCount() > 0) {
        try {
          client.act(this, index);
        } catch (SocketException e) {
          // It was cut off, as it deserves.
          hold(PAUSE);
        } catch (IOException e) {
          wrong(e.toString());
          hold(PAUSE);
        }
      }
    } catch (InterruptedException e) {
      // The end.
    }
  }

  /** Sends a request and takes the answer. */
  void exchange(byte[] request) throws IOException {
    exchange(request, false);
  }

  /**
   * The same.
   *
   * @param mayCutOff whether the connection may end without an answer
   */
  void exchange(byte[] request, boolean mayCutOff) throws IOException {
    try (Socket socket = RawHttp.connect(port, PATIENCE)) {
      sockets.add(socket);
      try {
        socket.getOutputStream().write(request);
        RawHttp.Answer answer = RawHttp.read(socket, System.nanoTime() + PATIENCE.toNanos());
        answers.computeIfAbsent(answer.status(), s -> new AtomicInteger()).incrementAndGet();
        if (!FINE.contains(answer.status())
            || answer.status() == 503 && !answer.saysWhenToComeAgain()) {
          wrong(answer.text());
        }
      } catch (IOException e) {
        if (!mayCutOff) {
          throw e;
        }
      } finally {
        sockets.remove(socket);
      }
    }
  }

  /** Opens a connection that this closes in the end. */
  Socket connect(int to, int receiveBuffer) throws IOException {
    Socket socket = new Socket();
    if (receiveBuffer > 0) {
      socket.setReceiveBufferSize(receiveBuffer);
    }
    sockets.add(socket);
    socket.connect(new java.net.InetSocketAddress("127.0.0.1", to), 30_000);
    return socket;
  }

  /** Closes a connection. */
  void close(Closeable socket) throws IOException {
    sockets.remove(socket);
    socket.close();
  }

  /**
   * Waits, but not for longer than there is something to do.
   *
   * @return whether it goes on
   */
  boolean hold(Duration duration) throws InterruptedException {
    return !stopped.await(duration.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void wrong(String what) {
    if (stopped.getCount() > 0 && wrong.size() < 20) {
      wrong.add(what.length() > 500 ? what.substring(0, 500) : what);
    }
  }

  /** How often which status was answered. */
  TreeMap<Integer, AtomicInteger> answers() {
    return new TreeMap<>(answers);
  }

  /** What was answered and never may be; empty if nothing. */
  List<String> wrong() {
    return List.copyOf(wrong);
  }

  @Override
  public void close() throws IOException, InterruptedException {
    stopped.countDown();
    for (Socket socket : sockets) {
      socket.close();
    }
    for (Thread thread : threads) {
      thread.join(PATIENCE.toMillis());
    }
  }
}
