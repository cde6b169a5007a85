package dev.annulus.store;

import dev.annulus.model.Metric;
import org.jspecify.annotations.Nullable;

/** A metric in a writer's {@link MetricCache}. Not thread-safe. */
final class CachedMetric {
  private final Metric metric;
  private final RingKeys ring;
  private final @Nullable RingKeys nextRing;
  private final byte[] counterKey;
  private @Nullable CounterState counter;
  private boolean knowsCounter;
  private boolean stale;
  private long newest = Long.MIN_VALUE;

  CachedMetric(Metric metric, Keys keys) {
    this.metric = metric;
    this.ring = keys.ring(metric.ring().id());
    this.nextRing = metric.nextRing() == null ? null : keys.ring(metric.nextRing().id());
    this.counterKey = keys.counter(metric.id());
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

  /** Whether the stored counter state has been loaded. */
  boolean knowsCounter() {
    return knowsCounter;
  }

  /**
   * Sets the loaded counter state.
   *
   * @param stored null if there is none, or it is shared
   */
  void counterIs(@Nullable CounterState stored) {
    counter = stored;
    knowsCounter = true;
  }

  /** The state after all writes of this writer, pending ones included. */
  @Nullable CounterState counter() {
    return counter;
  }

  void advanceTo(CounterState state) {
    counter = state;
  }

  /** Epoch millisecond of the newest sample that this writer has seen; very small if of none. */
  long newest() {
    return newest;
  }

  void sees(long tsMillis) {
    newest = Math.max(newest, tsMillis);
  }

  /** Whether its metadata may have changed. */
  boolean isStale() {
    return stale;
  }

  void invalidate() {
    stale = true;
  }
}
