package dev.annulus.ingest;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The heap that the series remembered for all protocols may take. When it is full, all are
 * forgotten; so memory is bounded and nothing has to be ordered. Thread-safe.
 */
public final class RememberedBytes {
  private final long max;
  private final AtomicLong inUse = new AtomicLong();
  private final List<Runnable> caches = new CopyOnWriteArrayList<>();

  /**
   * @param max bytes, by estimate
   */
  public RememberedBytes(long max) {
    this.max = max;
  }

  /** What is remembered at most. */
  long max() {
    return max;
  }

  /** Runs {@code forget} when all is to be forgotten. */
  void addCache(Runnable forget) {
    caches.add(forget);
  }

  /** Counts what was remembered, and forgets all when it is too much. */
  public void grow(long bytes) {
    if (inUse.addAndGet(bytes) > max) {
      inUse.set(0);
      caches.forEach(Runnable::run);
    }
  }
}
