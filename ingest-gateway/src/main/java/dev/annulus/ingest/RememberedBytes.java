package dev.annulus.ingest;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the heap of the series caches of all protocols. When the bound is reached, each drops an
 * arbitrary half: no order of use has to be kept, and clients that send more series than fit, one
 * after the other, find some again. Thread-safe.
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

  /** Registers a cache; {@code dropHalf} removes each entry with a probability of one half. */
  void addCache(Runnable dropHalf) {
    caches.add(dropHalf);
  }

  /** Counts added bytes and drops half of all caches when there are too many. */
  public void grow(long bytes) {
    long now = inUse.addAndGet(bytes);
    if (now > max && inUse.compareAndSet(now, now / 2)) {
      caches.forEach(Runnable::run);
    }
  }

  /** Whether to drop an entry. */
  static boolean drops() {
    return ThreadLocalRandom.current().nextBoolean();
  }
}
