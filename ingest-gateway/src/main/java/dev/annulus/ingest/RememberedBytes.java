package dev.annulus.ingest;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the heap of the series caches of all protocols. When the bound is reached, all of them are
 * cleared: no eviction order has to be kept. Thread-safe.
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

  /** The bound, in bytes. */
  long max() {
    return max;
  }

  /** Registers a cache; {@code forget} clears it. */
  void addCache(Runnable forget) {
    caches.add(forget);
  }

  /** Counts added bytes and clears all caches when there are too many. */
  public void grow(long bytes) {
    if (inUse.addAndGet(bytes) > max) {
      inUse.set(0);
      caches.forEach(Runnable::run);
    }
  }
}
