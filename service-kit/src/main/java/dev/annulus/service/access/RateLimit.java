package dev.annulus.service.access;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * A token bucket per caller: a rate in requests per second, with a burst of one second. Keeps the
 * most recent callers, up to a bound. Thread-safe.
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

  /** Tokens left at a time. */
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

  /** Takes a token for a request. Empty if there is one, otherwise the time to wait. */
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
