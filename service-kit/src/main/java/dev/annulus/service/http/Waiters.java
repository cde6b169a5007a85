package dev.annulus.service.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Requests waiting for their clients, and the memory they hold. A request that waits too long is
 * cut off; if all together hold too much, the one that has waited longest is cut off first.
 * Thread-safe.
 */
final class Waiters extends AbstractLifeCycle {
  private final Scheduler scheduler;
  private final long longestNanos;
  private final long maxBytes;
  private final Counter slow;
  private final Counter crowded;
  private final AtomicLong bytes = new AtomicLong();
  private final Set<Waiter> waiting = ConcurrentHashMap.newKeySet();

  /**
   * @param what the value of the tag {@code what} of its meters
   * @param longest maximum time to wait
   * @param maxBytes held by all together
   */
  Waiters(
      String what, Scheduler scheduler, Duration longest, long maxBytes, MeterRegistry metrics) {
    this.scheduler = scheduler;
    this.longestNanos = longest.toNanos();
    this.maxBytes = maxBytes;
    this.slow = cutOff(what, "slow", metrics);
    this.crowded = cutOff(what, "memory", metrics);
    Gauge.builder("annulus.http.waiting", bytes, AtomicLong::get)
        .tag("what", what)
        .baseUnit("bytes")
        .description("Bytes held by requests and responses that wait for their clients")
        .register(metrics);
  }

  /** A waiting request. */
  interface Waiter {
    /** Start of the wait, by {@link System#nanoTime}; empty if it is not waiting. */
    Optional<Long> waitingSince();

    /** Cuts it off. Called on any thread, possibly several times. */
    void cutOff();
  }

  static Counter cutOff(String what, String why, MeterRegistry metrics) {
    return Counter.builder("annulus.http.cut.off")
        .tag("what", what)
        .tag("why", why)
        .description("Connections closed because their clients were too slow")
        .register(metrics);
  }

  /** Starts watching a request. */
  void add(Waiter waiter) {
    waiting.add(waiter);
  }

  /** Stops watching a request. */
  void remove(Waiter waiter) {
    waiting.remove(waiter);
  }

  /**
   * Adds held bytes.
   *
   * @return false if the limit is exceeded and no waiting request can be cut off
   */
  boolean hold(long more) {
    if (bytes.addAndGet(more) <= maxBytes) {
      return true;
    }
    Optional<Waiter> longest = longest();
    longest.ifPresent(waiter -> cutOff(waiter, crowded));
    return longest.isPresent();
  }

  /** Removes held bytes. */
  void free(long less) {
    bytes.addAndGet(-less);
  }

  @Override
  protected void doStart() {
    schedule();
  }

  private void schedule() {
    long millis = Math.max(10, Math.min(500, longestNanos / 4_000_000));
    scheduler.schedule(this::look, millis, TimeUnit.MILLISECONDS);
  }

  private void look() {
    if (!isRunning()) {
      return;
    }
    long now = System.nanoTime();
    for (Waiter waiter : waiting) {
      Optional<Long> since = waiter.waitingSince();
      if (since.isPresent() && now - since.get() > longestNanos) {
        cutOff(waiter, slow);
      }
    }
    schedule();
  }

  private Optional<Waiter> longest() {
    long now = System.nanoTime();
    return waiting.stream()
        .filter(waiter -> waiter.waitingSince().isPresent())
        .max(Comparator.comparingLong(waiter -> now - waiter.waitingSince().orElse(now)));
  }

  private void cutOff(Waiter waiter, Counter counter) {
    if (waiting.remove(waiter)) {
      counter.increment();
      waiter.cutOff();
    }
  }
}
