package dev.annulus.kv.remote;

import dev.annulus.kv.StoreException;
import dev.annulus.kv.StoreException.Kind;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One connection to a store server, shared by all transactions. When it breaks, pending and new
 * requests fail with a {@link RetryException}. Thread-safe.
 */
final class Channel implements AutoCloseable {
  private static final int CONNECT_MILLIS = 3_000;
  private static final int PING_MILLIS = 1_000;

  /** A server silent for this long despite pings is considered dead. */
  private static final int SILENCE_MILLIS = 10_000;

  private final Socket socket;
  private final DataInputStream in;
  private final Outbox requests;
  private final Executor callbacks;
  private final long maxPendingBytes;
  private final Map<Long, Pending> pending = new ConcurrentHashMap<>();
  private final AtomicLong pendingBytes = new AtomicLong();
  private final AtomicLong numbers = new AtomicLong();
  private volatile boolean lost;

  private record Pending(CompletableFuture<ByteBuffer> answer, int bytes) {}

  private Channel(Socket socket, long maxPendingBytes, Executor callbacks) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 64 << 10));
    this.requests = new Outbox(socket.getOutputStream(), frame -> {});
    this.maxPendingBytes = maxPendingBytes;
    this.callbacks = callbacks;
  }

  /**
   * Connects and exchanges greetings; blocks until the server responds.
   *
   * @param client identifies the engine; the same for all its connections
   * @throws StoreException if the server rejects the client
   */
  static Channel open(RemoteConfig config, UUID client, Executor callbacks) throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(config.host(), config.port()), CONNECT_MILLIS);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(SILENCE_MILLIS);
      Channel channel = new Channel(socket, config.maxPendingBytes(), callbacks);
      channel.greet(client);
      return channel;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /** Sends a request that has no response. */
  void tell(byte code, ByteBuffer body) {
    requests.add(new Frame(code, numbers.incrementAndGet(), body));
  }

  /**
   * Sends a request.
   *
   * @return the response body; fails with a {@link RetryException} or the server's {@link
   *     StoreException}
   */
  CompletableFuture<ByteBuffer> ask(byte code, ByteBuffer body) {
    long number = numbers.incrementAndGet();
    Frame frame = new Frame(code, number, body);
    int bytes = frame.length();
    if (pendingBytes.addAndGet(bytes) > maxPendingBytes) {
      pendingBytes.addAndGet(-bytes);
      return CompletableFuture.failedFuture(
          RetryException.of(
              "more than " + maxPendingBytes + " bytes of requests are pending at the store"));
    }
    Pending request = new Pending(new CompletableFuture<>(), bytes);
    pending.put(number, request);
    if (lost) {
      fail(number, RetryException.of("the connection to the store was lost"));
    } else {
      requests.add(frame);
    }
    return request.answer();
  }

  /** A new transaction number on this connection. */
  long newTransaction() {
    return numbers.incrementAndGet();
  }

  /** Reads responses until the connection ends; blocks. */
  void run() throws IOException {
    Thread writer = new Thread(this::write, Thread.currentThread().getName() + "-requests");
    writer.setDaemon(true);
    writer.start();
    IOException end = null;
    try {
      while (true) {
        Frame answer = Frame.read(in, FREE);
        settle(answer);
      }
    } catch (IOException e) {
      end = e;
      throw e;
    } finally {
      lost = true;
      close();
      RetryException failure = RetryException.lost(end);
      pending.keySet().forEach(number -> fail(number, failure));
    }
  }

  /** Closes the connection; {@link #run} then fails all pending requests. */
  @Override
  public void close() {
    requests.close();
    try {
      socket.close();
    } catch (IOException e) {
      // The connection is dead either way.
    }
  }

  private static final Frame.Memory FREE =
      new Frame.Memory() {
        @Override
        public void reserve(int bytes) {}

        @Override
        public void release(int bytes) {}
      };

  private void greet(UUID client) throws IOException {
    ByteBuffer hello = ByteBuffer.allocate(21).putInt(Request.MAGIC);
    hello.put(Request.VERSION_OF_PROTOCOL);
    hello.putLong(client.getMostSignificantBits()).putLong(client.getLeastSignificantBits());
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    new Frame(Request.HELLO, 0, hello.flip()).writeTo(out);
    Frame answer = Frame.read(in, FREE);
    if (answer.code() != Response.OK) {
      throw Response.failure(answer.body());
    }
  }

  private void settle(Frame answer) throws ProtocolException {
    Pending request = pending.remove(answer.number());
    if (request == null) {
      return; // response to a ping
    }
    pendingBytes.addAndGet(-request.bytes());
    CompletableFuture<ByteBuffer> future = request.answer();
    switch (answer.code()) {
      case Response.OK -> callbacks.execute(() -> future.complete(answer.body()));
      case Response.CONFLICT ->
          fail(future, RetryException.of("the transaction conflicted with others"));
      case Response.TOO_OLD ->
          fail(future, RetryException.of("the transaction took longer than 5 s"));
      case Response.FAILED -> fail(future, retryIfTransient(Response.failure(answer.body())));
      default -> throw new ProtocolException("unknown response code " + answer.code());
    }
  }

  private static RuntimeException retryIfTransient(StoreException failure) {
    return failure.kind() == Kind.UNAVAILABLE
        ? RetryException.of(String.valueOf(failure.getMessage()))
        : failure;
  }

  private void fail(long number, RetryException failure) {
    Pending request = pending.remove(number);
    if (request != null) {
      pendingBytes.addAndGet(-request.bytes());
      fail(request.answer(), failure);
    }
  }

  private void fail(CompletableFuture<ByteBuffer> future, RuntimeException failure) {
    callbacks.execute(() -> future.completeExceptionally(failure));
  }

  private void write() {
    try {
      requests.run(
          PING_MILLIS, () -> requests.add(Frame.empty(Request.PING, numbers.incrementAndGet())));
    } catch (IOException e) {
      // The reader fails too, and reports it.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      close();
    }
  }
}
