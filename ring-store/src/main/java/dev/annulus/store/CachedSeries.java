package dev.annulus.store;

import dev.annulus.model.Metric;
import org.jspecify.annotations.Nullable;

/** A series as one writer remembers it. Belongs to its {@link SeriesCache}; not thread-safe. */
final class CachedSeries {
  private final Metric metric;
  private final RingKeys ring;
  private final @Nullable RingKeys nextRing;
  private final byte[] counterKey;
  private @Nullable CounterState counter;
  private boolean stale;

  /**
   * @param counter the stored state of a counter; null if it has none, or is no counter, or is
   *     shared
   */
  CachedSeries(Metric metric, Keys keys, @Nullable CounterState counter) {
    this.metric = metric;
    this.ring = keys.ring(metric.ring().id());
    this.nextRing = metric.nextRing() == null ? null : keys.ring(metric.nextRing().id());
    this.counterKey = keys.counter(metric.id());
    this.counter = counter;
  }

  Metric metric() {
    return metric;
  }

  RingKeys ring() {
    return ring;
  }

  @Nullable RingKeys nextRing() {
    return nextRing;
  }

  byte[] counterKey() {
    return counterKey;
  }

  /** The state after everything this writer has written or is writing. */
  @Nullable CounterState counter() {
    return counter;
  }

  void advanceTo(CounterState state) {
    counter = state;
  }

  /** Whether its metadata may have changed. */
  boolean isStale() {
    return stale;
  }

  void invalidate() {
    stale = true;
  }
}
