package dev.annulus.collector;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Queue of unsent ticks, oldest first; beyond its limit it drops the oldest. One thread modifies
 * it; any thread may read the counts.
 */
final class Backlog {
  private final int maxTicks;
  private final Deque<Tick> ticks = new ArrayDeque<>();
  private final AtomicLong dropped = new AtomicLong();
  private volatile int size;

  Backlog(int maxTicks) {
    this.maxTicks = maxTicks;
  }

  void add(Tick newest) {
    ticks.addLast(newest);
    trim();
  }

  /** Puts back a polled tick that could not be sent. */
  void putBack(Tick oldest) {
    ticks.addFirst(oldest);
    trim();
  }

  /** Removes the oldest tick; null if empty. */
  @Nullable Tick poll() {
    Tick oldest = ticks.pollFirst();
    size = ticks.size();
    return oldest;
  }

  int size() {
    return size;
  }

  long dropped() {
    return dropped.get();
  }

  private void trim() {
    while (ticks.size() > maxTicks) {
      ticks.removeFirst();
      dropped.incrementAndGet();
    }
    size = ticks.size();
  }
}
