package dev.annulus.query.sql.run;

import dev.annulus.model.Times;
import dev.annulus.query.sql.function.SeriesMath;
import org.jspecify.annotations.Nullable;

/**
 * The buckets of time: as {@code align_time(ts, step, origin)} computes them.
 *
 * @param step seconds
 * @param origin epoch seconds; a bucket starts there
 */
record Grid(long step, long origin) {
  private static final long FAR = 1L << 61;

  /** A grid; null if a bucket of it is null, since an argument is or the step is 0. */
  static @Nullable Grid of(@Nullable Object step, @Nullable Object origin) {
    return step instanceof Number s && origin instanceof Number o && s.longValue() != 0
        ? new Grid(s.longValue(), o.longValue())
        : null;
  }

  /** The start, epoch seconds, of the bucket of a time. */
  long bucket(long tsMillis) {
    Long bucket = SeriesMath.alignTime(Times.seconds(tsMillis), step, origin);
    return bucket == null ? 0 : bucket;
  }

  /**
   * The end, epoch milliseconds, exclusive, of a run of times from {@code tsMillis} on that are all
   * in its bucket.
   */
  long endOfRun(long tsMillis, long bucket) {
    boolean overflowFree = step > 0 && step < FAR && Math.abs(origin) < FAR;
    return Times.millis(overflowFree ? bucket + step : Times.seconds(tsMillis) + 1);
  }
}
