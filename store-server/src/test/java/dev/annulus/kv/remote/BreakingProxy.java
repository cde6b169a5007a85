package dev.annulus.kv.remote;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between client and server and can break the connection around a commit: before it reaches
 * the server, or after the server has answered it.
 */
final class BreakingProxy implements AutoCloseable {
  private final ServerSocket socket;
  private final int target;
  private final AtomicInteger commitsToDrop = new AtomicInteger();
  private final AtomicInteger answersToDrop = new AtomicInteger();
  private final AtomicInteger connections = new AtomicInteger();
  private volatile long committing = -1;
  private final AtomicInteger commitsToDelay = new AtomicInteger();
  private final CountDownLatch delayed = new CountDownLatch(1);

  BreakingProxy(int target) {
    this.target = target;
    try {
      socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start(this::accept);
  }

  int port() {
    return socket.getLocalPort();
  }

  int connections() {
    return connections.get();
  }

  /** Breaks the connection instead of passing the next commit on. */
  void dropNextCommit() {
    commitsToDrop.set(1);
  }

  /** Breaks the connection instead of passing the answers to the next commits on. */
  void dropCommitAnswers(int count) {
    answersToDrop.set(count);
  }

  /** Breaks the client's side at the next commit, but keeps the commit for later. */
  void delayNextCommit() {
    commitsToDelay.set(1);
  }

  /** Passes the delayed commit on, if the server still takes it. */
  void passDelayedCommit() {
    delayed.countDown();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        connections.incrementAndGet();
        start(() -> requests(client, server));
        start(() -> answers(client, server));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void requests(Socket client, Socket server) {
    try (client;
        server) {
      DataInputStream in = new DataInputStream(client.getInputStream());
      DataOutputStream out = new DataOutputStream(server.getOutputStream());
      while (true) {
        Frame frame = Frame.read(in, FREE);
        if (frame.code() == Request.COMMIT) {
          if (takeOne(commitsToDrop)) {
            return;
          }
          if (takeOne(commitsToDelay)) {
            client.close();
            delayed.await();
          }
          committing = frame.number();
        }
        frame.writeTo(out);
      }
    } catch (IOException e) {
      // one side is gone
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void answers(Socket client, Socket server) {
    try (client;
        server) {
      DataInputStream in = new DataInputStream(server.getInputStream());
      DataOutputStream out = new DataOutputStream(client.getOutputStream());
      while (true) {
        Frame frame = Frame.read(in, FREE);
        if (frame.number() == committing && takeOne(answersToDrop)) {
          return;
        }
        frame.writeTo(out);
      }
    } catch (IOException e) {
      // one side is gone
    }
  }

  private static boolean takeOne(AtomicInteger left) {
    return left.getAndUpdate(count -> Math.max(0, count - 1)) > 0;
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private static final Frame.Memory FREE =
      new Frame.Memory() {
        @Override
        public void reserve(int bytes) {}

        @Override
        public void release(int bytes) {}
      };
}
