package dev.annulus.service;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;

/**
 * Back-off of an accept loop. Out of file descriptors, {@code accept} fails immediately each time:
 * the loop must slow down and must not flood the log. Waiting connections stay in the kernel's
 * backlog. Called by one thread, except {@link #count} and {@link #stop}.
 */
public final class AcceptBackoff {
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
   * @param log receives failures, at most one message per 30 s
   * @param message the message to log
   */
  public AcceptBackoff(Logger log, String message) {
    this.log = log;
    this.message = message;
  }

  /** Failures so far. */
  public long count() {
    return count.sum();
  }

  /** A connection was accepted; resets the back-off. */
  public void accepted() {
    pause = FIRST_PAUSE_MILLIS;
  }

  /** An accept failed: waits, longer after each failure in a row. Returns early once stopped. */
  public void failed(Throwable failure) {
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

  /** Ends the current pause and prevents further ones. */
  public void stop() {
    stopped.countDown();
  }
}
