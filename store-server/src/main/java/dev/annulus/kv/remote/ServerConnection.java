package dev.annulus.kv.remote;

import dev.annulus.kv.KeyRange;
import dev.annulus.kv.ReadTransaction.Order;
import dev.annulus.kv.StoreException;
import dev.annulus.kv.StoreException.Kind;
import dev.annulus.kv.embedded.EmbeddedSession;
import dev.annulus.kv.embedded.TooOldException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client connection. Its own thread reads requests, the server's workers execute them, and a
 * second thread writes responses. At the limit it stops reading, and the client waits.
 */
final class ServerConnection implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(ServerConnection.class);

  private final Socket socket;
  private final StoreServer server;
  private final OpenSessions sessions;
  private final Outbox answers;
  private final Semaphore room;
  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile boolean closed;

  ServerConnection(Socket socket, StoreServer server) throws IOException {
    this.socket = socket;
    this.server = server;
    this.sessions =
        new OpenSessions(server.engine(), server.config().maxTransactions(), server.stats());
    this.room = new Semaphore(server.config().maxRequests());
    this.answers = new Outbox(socket.getOutputStream(), this::written);
  }

  /** Serves until either side closes the connection; returns once all its requests have ended. */
  @Override
  public void run() {
    Thread writer = new Thread(this::write, Thread.currentThread().getName() + "-answers");
    UUID client = null;
    try (socket) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(Math.toIntExact(server.config().idleTimeout().toMillis()));
      DataInputStream in =
          new DataInputStream(new BufferedInputStream(socket.getInputStream(), 64 << 10));
      client = hello(in);
      writer.start();
      while (!closed) {
        take(Frame.read(in, server.memory()));
      }
    } catch (IOException
        | BufferUnderflowException
        | RejectedExecutionException
        | StoreException e) {
      if (!closed && !(e instanceof EOFException)) {
        LOG.atDebug().addKeyValue("problem", e).log("client disconnected");
      }
    } finally {
      close();
      sessions.closeAll();
      room.acquireUninterruptibly(server.config().maxRequests());
      if (client != null) {
        server.forget(client, this);
      }
      finished.countDown();
    }
  }

  /** Closes the connection and drops requests that have not begun. Does not wait. */
  void close() {
    closed = true;
    answers.close();
    try {
      socket.close();
    } catch (IOException e) {
      LOG.atDebug().setCause(e).log("a socket did not close");
    }
  }

  /** Closes a connection that never ran. */
  void abandon() {
    close();
    finished.countDown();
  }

  /** Waits until no request of this connection can write any more. */
  void awaitFinished() throws InterruptedException {
    finished.await();
  }

  /** Housekeeping, called periodically. */
  void tidy() {
    sessions.expire();
    if (answers.isStuck(server.config().idleTimeout().toNanos())) {
      close();
    }
  }

  private UUID hello(DataInputStream in) throws IOException {
    Frame frame = Frame.read(in, server.memory());
    server.memory().release(frame.length());
    ByteBuffer body = frame.body();
    if (frame.code() != Request.HELLO
        || body.remaining() != 21
        || body.getInt() != Request.MAGIC
        || body.get() != Request.VERSION_OF_PROTOCOL) {
      Response.failed(
              frame.number(),
              new StoreException(
                  Kind.UNUSABLE,
                  "the store server speaks protocol version "
                      + Request.VERSION_OF_PROTOCOL
                      + ", the client another"))
          .writeTo(new DataOutputStream(socket.getOutputStream()));
      throw new ProtocolException("the greeting is missing");
    }
    UUID client = new UUID(body.getLong(), body.getLong());
    // A commit that the client has abandoned must not take effect after its next one.
    server.replace(client, this);
    answer(Frame.empty(Response.OK, frame.number()));
    return client;
  }

  private void take(Frame request) throws IOException {
    int length = request.length();
    ByteBuffer body = request.body();
    switch (request.code()) {
      case Request.BEGIN -> sessions.begin(body.getLong(), body.get() != 0);
      case Request.END -> sessions.end(body.getLong());
      case Request.PING -> answer(Frame.empty(Response.OK, request.number()));
      case Request.GET, Request.RANGE, Request.VERSION, Request.SIZE, Request.COMMIT -> {
        room.acquireUninterruptibly();
        server.execute(() -> work(request, length));
        return;
      }
      default -> throw new ProtocolException("unknown request code " + request.code());
    }
    server.memory().release(length);
  }

  private void work(Frame request, int length) {
    try {
      if (closed) {
        room.release();
        return;
      }
      answers.add(handle(request));
    } catch (ProtocolException | BufferUnderflowException e) {
      room.release();
      close();
    } finally {
      server.memory().release(length);
    }
  }

  private Frame handle(Frame request) throws ProtocolException {
    long number = request.number();
    try {
      Frame answer =
          request.code() == Request.COMMIT
              ? commit(number, CommitBody.decode(request.body()))
              : read(number, request.code(), request.body());
      return answer == null ? tooOld(number) : answer;
    } catch (TooOldException e) {
      return tooOld(number);
    } catch (StoreException e) {
      server.stats().failures.increment();
      return Response.failed(number, e);
    } catch (IllegalArgumentException | IllegalStateException e) {
      server.stats().failures.increment();
      return Response.failed(
          number, new StoreException(Kind.UNUSABLE, String.valueOf(e.getMessage())));
    }
  }

  private Frame tooOld(long number) {
    server.stats().tooOld.increment();
    return Frame.empty(Response.TOO_OLD, number);
  }

  private @Nullable Frame read(long number, byte code, ByteBuffer body) throws ProtocolException {
    EmbeddedSession session = sessions.get(body.getLong());
    if (session == null) {
      return null;
    }
    ByteBuffer answer =
        switch (code) {
          case Request.GET -> Bytes.ofNullable(session.get(Bytes.get(body)));
          case Request.SIZE ->
              ByteBuffer.allocate(8).putLong(session.estimatedBytes(Bytes.getRange(body))).flip();
          case Request.VERSION -> Bytes.ofNullable(session.metadataVersion());
          default -> range(session, body);
        };
    server.stats().reads.increment();
    return new Frame(Response.OK, number, answer);
  }

  private ByteBuffer range(EmbeddedSession session, ByteBuffer body) throws ProtocolException {
    Order order = body.get() == 0 ? Order.ASCENDING : Order.DESCENDING;
    int limit = body.getInt();
    KeyRange range = Bytes.getRange(body);
    EmbeddedSession.Page page =
        session.getRange(range, limit, server.config().maxAnswerBytes(), order);
    ByteBuffer answer = ByteBuffer.allocate(1 + page.entries().encodedLength());
    answer.put((byte) (page.more() ? 1 : 0));
    page.entries().writeTo(answer);
    return answer.flip();
  }

  private @Nullable Frame commit(long number, CommitBody commit) {
    try (EmbeddedSession session = sessions.take(commit.transaction())) {
      if (session == null) {
        return null;
      }
      boolean committed = session.commit(commit.writes(), commit.reads());
      (committed ? server.stats().commits : server.stats().conflicts).increment();
      return Frame.empty(committed ? Response.OK : Response.CONFLICT, number);
    }
  }

  private void answer(Frame frame) {
    room.acquireUninterruptibly();
    answers.add(frame);
  }

  private void written(Frame frame) {
    server.stats().bytesOut.add(frame.length());
    room.release();
  }

  private void write() {
    try {
      answers.run(1_000, () -> {});
    } catch (IOException e) {
      LOG.atDebug().addKeyValue("problem", e).log("sending a response failed");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      close();
    }
  }
}
