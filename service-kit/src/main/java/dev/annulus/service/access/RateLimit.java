package dev.annulus.service.access;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Lets each caller make so many requests a second, after a burst of as many. Remembers the callers
 * seen last, up to a bound. Thread-safe.
 */
final class RateLimit {
  private static final int CALLERS = 10_000;

  private final int perSecond;
  private final LongSupplier nanoClock;
  private final Map<String, Bucket> buckets =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
          return size() > CALLERS;
        }
      };

  /** What is left, and since when it fills up. */
  private static final class Bucket {
    private double left;
    private long at;
  }

  /**
   * @param perSecond requests; 0 for no limit
   */
  RateLimit(int perSecond, LongSupplier nanoClock) {
    this.perSecond = perSecond;
    this.nanoClock = nanoClock;
  }

  /** Counts a request. Empty if it may pass, otherwise how long the caller should wait. */
  synchronized Optional<Duration> take(String caller) {
    if (perSecond == 0) {
      return Optional.empty();
    }
    long now = nanoClock.getAsLong();
    Bucket bucket = buckets.get(caller);
    if (bucket == null) {
      bucket = new Bucket();
      bucket.left = perSecond;
      bucket.at = now;
      buckets.put(caller, bucket);
    }
    bucket.left = Math.min(perSecond, bucket.left + (now - bucket.at) / 1e9 * perSecond);
    bucket.at = now;
    if (bucket.left >= 1) {
      bucket.left--;
      return Optional.empty();
    }
    return Optional.of(Duration.ofNanos((long) ((1 - bucket.left) / perSecond * 1e9)));
  }
}
