package dev.annulus.service.http;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * Receives the body of a request without a waiting thread. A body that arrives with its header, as
 * small ones do, is passed on unchanged. Jetty calls the methods one at a time, on any thread.
 */
final class ArrivingBody implements Runnable, Waiters.Waiter {
  /** Grace period for a late start or a pause before the minimum rate applies. */
  private static final long GRACE_NANOS = Duration.ofSeconds(1).toNanos();

  /** Beyond this number, chunks are merged: each may retain a whole network buffer. */
  private static final int PIECES = 4;

  private final Request request;
  private final SlowClients limits;
  private final Waiters waiters;
  private final long maxBytes;
  private final Consumer<@Nullable Problem> then;
  private final Deque<Content.Chunk> pieces = new ArrayDeque<>();
  private byte[] copied = new byte[0];
  private int copiedLength;
  private long arrived;
  private long held;
  private long waitedNanos;
  private long idleTimeout = -1;
  private volatile long waitingSince;

  /**
   * @param maxBytes of this body
   * @param then called once, with null if the body is complete, else with the error response; on
   *     the calling thread of {@link #run} or one of the server's
   */
  ArrivingBody(
      Request request,
      SlowClients limits,
      Waiters waiters,
      long maxBytes,
      Consumer<@Nullable Problem> then) {
    this.request = request;
    this.limits = limits;
    this.waiters = waiters;
    this.maxBytes = Math.min(maxBytes, Integer.MAX_VALUE - 8);
    this.then = then;
  }

  /** Reads the available bytes and continues when there are more. */
  @Override
  public void run() {
    boolean waited = waitingSince != 0;
    if (waited) {
      waitedNanos += System.nanoTime() - waitingSince;
      waitingSince = 0;
    }
    while (true) {
      Content.Chunk piece = request.read();
      if (piece == null) {
        if (isTooSlow()) {
          end(notReceived("it arrives too slowly"), waited);
        } else {
          await();
        }
        return;
      }
      if (Content.Chunk.isFailure(piece)) {
        end(failed(piece.getFailure()), waited);
        return;
      }
      boolean last = piece.isLast();
      boolean room = take(piece);
      if (!room) {
        end(overloaded(), waited);
        return;
      }
      if (arrived > maxBytes) {
        end(tooLarge(maxBytes), waited);
        return;
      }
      if (last) {
        end(null, waited);
        return;
      }
    }
  }

  /** The request with its complete body. */
  Request whole() {
    if (copiedLength > 0) {
      pieces.addFirst(Content.Chunk.from(ByteBuffer.wrap(copied, 0, copiedLength), false));
      copied = new byte[0];
      copiedLength = 0;
    }
    return new Request.Wrapper(request) {
      @Override
      public Content.Chunk read() {
        Content.Chunk piece = pieces.poll();
        return piece == null ? Content.Chunk.EOF : piece;
      }

      @Override
      public void demand(Runnable arrived) {
        arrived.run();
      }

      @Override
      public boolean consumeAvailable() {
        return true;
      }
    };
  }

  /** Releases the body after the response. */
  void close() {
    for (Content.Chunk piece = pieces.poll(); piece != null; piece = pieces.poll()) {
      piece.release();
    }
    copied = new byte[0];
    waiters.free(held);
    held = 0;
  }

  static Problem tooLarge(long limit) {
    return Problem.of(
        413, "body_too_large", "The body is larger than the limit of " + limit + " bytes.");
  }

  @Override
  public Optional<Long> waitingSince() {
    long since = waitingSince;
    return since == 0 ? Optional.empty() : Optional.of(request.getBeginNanoTime());
  }

  @Override
  public void cutOff() {
    endPoint().close();
  }

  /** Whether the memory budget allows it. */
  private boolean take(Content.Chunk piece) {
    int size = piece.remaining();
    if (size == 0) {
      piece.release();
      return true;
    }
    arrived += size;
    held += size;
    pieces.add(piece);
    if (pieces.size() > PIECES) {
      copy();
    }
    return waiters.hold(size);
  }

  /** Bytes of the body, as received. */
  long length() {
    return arrived;
  }

  private void copy() {
    int size = pieces.stream().mapToInt(Content.Chunk::remaining).sum();
    if (copiedLength + size > copied.length) {
      copied = Arrays.copyOf(copied, Math.max(copiedLength + size, 2 * copied.length));
    }
    for (Content.Chunk piece = pieces.poll(); piece != null; piece = pieces.poll()) {
      int length = piece.remaining();
      piece.getByteBuffer().get(copied, copiedLength, length);
      copiedLength += length;
      piece.release();
    }
  }

  private void await() {
    copy();
    if (idleTimeout < 0) {
      idleTimeout = endPoint().getIdleTimeout();
      endPoint().setIdleTimeout(Math.min(idleTimeout, limits.bodyTimeout().toMillis()));
      waiters.add(this);
    }
    waitingSince = System.nanoTime();
    request.demand(this);
  }

  private boolean isTooSlow() {
    double seconds = (waitedNanos - GRACE_NANOS) / 1e9;
    return arrived < limits.minBodyRate() * seconds;
  }

  private void end(@Nullable Problem problem, boolean waited) {
    if (idleTimeout >= 0) {
      waiters.remove(this);
    }
    if (problem != null) {
      close();
      withdrawDemand();
    } else if (idleTimeout >= 0) {
      endPoint().setIdleTimeout(idleTimeout);
    }
    if (waited) {
      // Jetty reports no other event of this request during one of its calls.
      request.getComponents().getExecutor().execute(() -> then.accept(problem));
    } else {
      then.accept(problem);
    }
  }

  /**
   * Ends the read that is still pending after a timeout. If Jetty reads the rest of the body while
   * one is pending, and meets the end, it returns the buffer to the pool while it still fills it:
   * the response header of another connection may be in it then. The idle timeout of the body stays
   * and closes the connection if the client does not.
   */
  private void withdrawDemand() {
    if (endPoint() instanceof AbstractEndPoint pending) {
      pending.getFillInterest().fillable(); // tells HttpConnection, which has no demand any more
    }
  }

  private EndPoint endPoint() {
    return request.getConnectionMetaData().getConnection().getEndPoint();
  }

  private static Problem overloaded() {
    return Problem.unavailable(
        "overloaded",
        "The bodies that wait take all memory that http.max-waiting-bodies allows; try again in a"
            + " moment.",
        Duration.ofSeconds(1));
  }

  /** Jetty takes malformed chunks for an early end of the connection. */
  private Problem failed(Throwable why) {
    if (why instanceof HttpException && !endPoint().isInputShutdown()) {
      return Problem.badRequest("The body is not valid HTTP: its chunks are malformed.");
    }
    return notReceived(why instanceof TimeoutException ? "it stopped" : "it broke off");
  }

  private static Problem notReceived(String why) {
    return Problem.unavailable(
        "body_not_received",
        "The body could not be received whole (" + why + "); send it again.",
        Duration.ofSeconds(1));
  }
}
