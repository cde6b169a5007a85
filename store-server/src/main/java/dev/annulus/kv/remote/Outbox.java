package dev.annulus.kv.remote;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Queue of frames to write to a socket. One thread writes, so no other waits for the network.
 * Callers bound the number of frames. Thread-safe.
 */
final class Outbox {
  private static final long NOT_WRITING = Long.MIN_VALUE;

  private final LinkedBlockingQueue<Frame> queue = new LinkedBlockingQueue<>();
  private final DataOutputStream out;
  private final Consumer<Frame> gone;
  private volatile long writingSince = NOT_WRITING;
  private boolean closed;

  /**
   * @param gone called once per frame after it is written or dropped; must not block
   */
  Outbox(OutputStream out, Consumer<Frame> gone) {
    this.out = new DataOutputStream(new BufferedOutputStream(out, 64 << 10));
    this.gone = gone;
  }

  /** Adds a frame; drops it once closed. */
  void add(Frame frame) {
    synchronized (this) {
      if (!closed) {
        queue.add(frame);
        return;
      }
    }
    gone.accept(frame);
  }

  /**
   * Writes until interrupted or closed. Queued frames share a system call.
   *
   * @param idleMillis {@code idle} runs each time nothing is added for this long
   */
  void run(long idleMillis, Runnable idle) throws IOException, InterruptedException {
    while (!isClosed()) {
      Frame frame = next(idleMillis);
      if (frame == null) {
        idle.run();
        continue;
      }
      writingSince = System.nanoTime();
      try {
        frame.writeTo(out);
      } finally {
        gone.accept(frame);
      }
    }
  }

  /** Whether the current write has taken longer than {@code nanos}: the peer does not read. */
  boolean isStuck(long nanos) {
    long since = writingSince;
    return since != NOT_WRITING && System.nanoTime() - since > nanos;
  }

  /** Drops all unwritten frames. */
  void close() {
    List<Frame> dropped = new ArrayList<>();
    synchronized (this) {
      closed = true;
      queue.drainTo(dropped);
    }
    dropped.forEach(gone);
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private @Nullable Frame next(long idleMillis) throws IOException, InterruptedException {
    Frame frame = queue.poll();
    if (frame == null) {
      out.flush();
      writingSince = NOT_WRITING;
      frame = queue.poll(idleMillis, TimeUnit.MILLISECONDS);
    }
    return frame;
  }
}
