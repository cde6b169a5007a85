package dev.annulus.kv.remote;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;

/**
 * What an accept loop does when it cannot take a connection. Without file descriptors {@code
 * accept} fails at once, again and again: it has to be asked less often, and may not fill the log.
 * Connections that wait stay in the system's backlog meanwhile. Used by one thread; {@link #count}
 * and {@link #stop} by any.
 */
final class AcceptBackoff {
  private static final long FIRST_PAUSE_MILLIS = 10;
  private static final long LONGEST_PAUSE_MILLIS = 1_000;
  private static final long LOG_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final Logger log;
  private final String message;
  private final LongAdder count = new LongAdder();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private long pause = FIRST_PAUSE_MILLIS;
  private long unlogged;
  private long nextLog = System.nanoTime();

  /**
   * @param log told of failures, every half a minute at most
   * @param message what to tell it
   */
  AcceptBackoff(Logger log, String message) {
    this.log = log;
    this.message = message;
  }

  /** Failures so far. */
  long count() {
    return count.sum();
  }

  /** A connection was taken. */
  void accepted() {
    pause = FIRST_PAUSE_MILLIS;
  }

  /** Waits a while, longer after each failure in a row; returns early when stopped. */
  void failed(Throwable failure) {
    count.increment();
    unlogged++;
    if (System.nanoTime() - nextLog >= 0) {
      nextLog = System.nanoTime() + LOG_NANOS;
      log.atWarn().addKeyValue("failures", unlogged).setCause(failure).log(message);
      unlogged = 0;
    }
    try {
      boolean ended = stopped.await(pause, TimeUnit.MILLISECONDS);
      pause = ended ? pause : Math.min(LONGEST_PAUSE_MILLIS, 2 * pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stop();
    }
  }

  /** Ends a pause; there are none from now on. */
  void stop() {
    stopped.countDown();
  }
}
