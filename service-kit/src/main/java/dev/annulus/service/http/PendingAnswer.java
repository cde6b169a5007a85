package dev.annulus.service.http;

import io.javalin.http.Context;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;
import org.jspecify.annotations.Nullable;

/**
 * A response being sent. Writers never block: bytes that the connection does not accept are
 * buffered and sent later. Producers of long responses watch the buffered size and pause.
 * Thread-safe.
 */
public final class PendingAnswer implements Waiters.Waiter {
  static final int BLOCK = 32 << 10;

  private static final String ATTRIBUTE = "annulus.pending-answer";

  private final Request request;
  private final Response response;
  private final Waiters waiters;
  private final Sender sender = new Sender();
  private final Deque<ByteBuffer> blocks = new ArrayDeque<>(); // guarded by this, as all below
  private boolean lastQueued;
  private boolean lastSent;
  private @Nullable ByteBuffer sending;
  private long sendingSince;
  private int sendingBytes;
  private boolean watched;
  private long bytes;
  private @Nullable Throwable failure;
  private @Nullable Runnable end;
  private final List<Runnable> afterwards = new ArrayList<>();
  private boolean ended;
  private @Nullable Runnable drained;
  private long drainedAt;

  PendingAnswer(Request request, Response response, Waiters waiters) {
    this.request = request;
    this.response = response;
    this.waiters = waiters;
    request.setAttribute(ATTRIBUTE, this);
  }

  /** The response of a request. */
  public static PendingAnswer of(Context ctx) {
    return (PendingAnswer) ctx.req().getAttribute(ATTRIBUTE);
  }

  /** Buffered bytes that the client has not accepted. */
  public synchronized long bytes() {
    return bytes;
  }

  /** Whether the client is gone. */
  public synchronized boolean hasFailed() {
    return failure != null;
  }

  /**
   * Runs a callback once, when at most this many bytes are buffered or the client is gone, possibly
   * immediately. A second call replaces the first callback.
   *
   * @param then runs on the calling thread or one of the server's; must not block
   */
  public void whenAtMost(long left, Runnable then) {
    synchronized (this) {
      drained = then;
      drainedAt = left;
    }
    tellIfDrained();
  }

  /**
   * Runs a callback once, when the response is sent or has failed, possibly immediately.
   *
   * @param then runs on the calling thread or one of the server's; must not block
   */
  public void whenEnded(Runnable then) {
    synchronized (this) {
      if (!ended) {
        afterwards.add(then);
        return;
      }
    }
    then.run();
  }

  /** The stream that handlers write to. */
  Response response() {
    return new Response.Wrapper(request, response) {
      @Override
      public void write(boolean last, @Nullable ByteBuffer content, Callback callback) {
        Throwable failed = queue(last, content == null ? BufferUtil.EMPTY_BUFFER : content);
        if (failed == null) {
          sender.iterate();
          callback.succeeded();
        } else {
          callback.failed(failed);
        }
      }
    };
  }

  /** Called at the end of a handler; completes once everything is sent. */
  Callback callback(Callback whole) {
    return Callback.from(() -> endWith(() -> end(whole)), failed -> fail(failed, whole));
  }

  @Override
  public synchronized Optional<Long> waitingSince() {
    return sending == null || failure != null ? Optional.empty() : Optional.of(sendingSince);
  }

  @Override
  public void cutOff() {
    request.getConnectionMetaData().getConnection().getEndPoint().close();
  }

  private @Nullable Throwable queue(boolean last, ByteBuffer content) {
    int size = content.remaining();
    synchronized (this) {
      if (failure != null) {
        return failure;
      }
      copy(content);
      lastQueued |= last;
      bytes += size;
    }
    waiters.hold(size);
    return null;
  }

  /** The content's array belongs to the writer. */
  private void copy(ByteBuffer content) {
    do {
      ByteBuffer block = ByteBuffer.allocate(Math.min(BLOCK, content.remaining()));
      BufferUtil.put(content, block);
      blocks.add(block.flip());
    } while (content.hasRemaining());
  }

  private void endWith(Runnable ending) {
    synchronized (this) {
      end = ending;
    }
    endIfSent();
  }

  private void endIfSent() {
    Runnable ending;
    synchronized (this) {
      boolean isSent = failure != null || (blocks.isEmpty() && lastSent == lastQueued);
      ending = isSent && sending == null ? end : null;
      end = ending == null ? end : null;
    }
    if (ending != null) {
      ending.run();
    }
  }

  /** Fails the response; a pending write must finish first. */
  private void fail(Throwable why, Callback whole) {
    boolean isSending;
    synchronized (this) {
      isSending = sending != null;
    }
    drop(why);
    if (isSending) {
      cutOff();
    }
    endWith(() -> end(whole));
  }

  private void end(Callback whole) {
    Throwable failed;
    List<Runnable> then;
    synchronized (this) {
      failed = failure;
      ended = true;
      then = List.copyOf(afterwards);
      afterwards.clear();
    }
    then.forEach(Runnable::run);
    if (failed == null) {
      whole.succeeded();
    } else {
      whole.failed(failed);
    }
  }

  private void drop(Throwable why) {
    long left;
    synchronized (this) {
      failure = failure == null ? why : failure;
      blocks.clear();
      left = bytes - sendingBytes;
      bytes = sendingBytes;
    }
    waiters.free(left);
    tellIfDrained();
  }

  private void tellIfDrained() {
    Runnable then = null;
    synchronized (this) {
      if (bytes <= drainedAt || failure != null) {
        then = drained;
        drained = null;
      }
    }
    if (then != null) {
      then.run();
    }
  }

  /** Sends block after block, on the thread that completed the previous write. */
  private final class Sender extends IteratingCallback {
    @Override
    protected Action process() {
      ByteBuffer block;
      boolean last;
      synchronized (PendingAnswer.this) {
        if (failure != null || (blocks.isEmpty() && lastSent == lastQueued)) {
          return Action.IDLE;
        }
        ByteBuffer next = blocks.poll();
        block = next == null ? BufferUtil.EMPTY_BUFFER : next;
        last = lastQueued && blocks.isEmpty();
        lastSent |= last;
        sending = block;
        sendingBytes = block.remaining();
        sendingSince = System.nanoTime();
      }
      response.write(last, block, this);
      watch();
      return Action.SCHEDULED;
    }

    @Override
    protected void onSuccess() {
      sent();
      tellIfDrained();
      endIfSent();
    }

    @Override
    protected void onCompleteFailure(Throwable cause) {
      sent();
      drop(cause);
      endIfSent();
    }
  }

  private void watch() {
    synchronized (this) {
      if (sending == null || watched) {
        return;
      }
      watched = true;
    }
    waiters.add(this);
  }

  private void sent() {
    int size;
    boolean done;
    synchronized (this) {
      size = sendingBytes;
      bytes -= size;
      sending = null;
      sendingBytes = 0;
      done = watched && (blocks.isEmpty() || failure != null);
      watched &= !done;
    }
    waiters.free(size);
    if (done) {
      waiters.remove(this);
    }
  }
}
