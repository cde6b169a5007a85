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
 * Requests that wait for their clients, and the bytes they hold meanwhile. One that waits for too
 * long is cut off; if all hold too much, it is the one that has waited longest, so that whoever
 * makes others wait is the first to go. Thread-safe.
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
   * @param longest a wait
   * @param maxBytes held by all
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
        .description("Bytes of requests and answers that wait for their clients")
        .register(metrics);
  }

  /** What waits. */
  interface Waiter {
    /** Since when, by {@link System#nanoTime}; empty if it does not wait right now. */
    Optional<Long> waitingSince();

    /** Ends it. Called on any thread, maybe several times. */
    void cutOff();
  }

  private static Counter cutOff(String what, String why, MeterRegistry metrics) {
    return Counter.builder("annulus.http.cut.off")
        .tag("what", what)
        .tag("why", why)
        .description("Connections closed because their clients were too slow")
        .register(metrics);
  }

  /** Watches one from now on. */
  void add(Waiter waiter) {
    waiting.add(waiter);
  }

  /** Watches it no longer. */
  void remove(Waiter waiter) {
    waiting.remove(waiter);
  }

  /**
   * Counts bytes that are held.
   *
   * @return false if it is too much and nobody waits who could be cut off for it
   */
  boolean hold(long more) {
    if (bytes.addAndGet(more) <= maxBytes) {
      return true;
    }
    Optional<Waiter> longest = longest();
    longest.ifPresent(waiter -> cutOff(waiter, crowded));
    return longest.isPresent();
  }

  /** Counts bytes that are held no longer. */
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
