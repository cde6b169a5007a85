package dev.annulus.ingest;

import dev.annulus.model.SeriesSpec;
import dev.annulus.wire.EncodedSeries;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what the log says about a series that clients name in JSON, where the same series has
 * many spellings and so cannot be found by its bytes as in {@link SeriesCache}. What all caches
 * take together is bounded by {@link RememberedBytes}. Thread-safe.
 */
final class EncodedSeriesCache {
  /** A key as an object and its tags: their texts are there a second time. */
  private static final int SPEC_FACTOR = 3;

  private final RememberedBytes remembered;
  private final Function<SeriesSpec, SeriesSpec> checked;
  private volatile ConcurrentHashMap<SeriesSpec, Known> known = new ConcurrentHashMap<>();
  private volatile @Nullable EncodedSeries newest;

  /**
   * @param remembered bounds this cache and others
   * @param checked what is stored as a series that a client names; throws if it may not be
   */
  EncodedSeriesCache(RememberedBytes remembered, Function<SeriesSpec, SeriesSpec> checked) {
    this.remembered = remembered;
    this.checked = checked;
    remembered.addCache(() -> known = new ConcurrentHashMap<>());
  }

  /** A series that was named before. Thread-safe. */
  static final class Known {
    private final EncodedSeries series;
    private volatile long rightUntil;
    private volatile boolean right;

    private Known(EncodedSeries series) {
      this.series = series;
    }

    /** What the log says about it. */
    EncodedSeries series() {
      return series;
    }

    /** Whether the type it is named with was found right, and not too long ago. */
    boolean typeIsRight(long nowNanos) {
      return right && nowNanos - rightUntil < 0;
    }

    void typeIsRightUntil(long nanos) {
      rightUntil = nanos;
      right = true;
    }
  }

  /** The series a client names, encoded. */
  Known get(SeriesSpec said) {
    Known before = known.get(said);
    if (before != null) {
      return before;
    }
    Known made = new Known(EncodedSeries.of(checked.apply(said), newest));
    newest = made.series();
    before = known.putIfAbsent(said, made);
    if (before != null) {
      return before;
    }
    remembered.grow(SPEC_FACTOR * made.series().heapBytes());
    return made;
  }
}
