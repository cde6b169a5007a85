package dev.annulus.ingest;

import dev.annulus.model.SeriesSpec;
import dev.annulus.wire.EncodedSeries;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Caches the encoded form of series that clients name in JSON. There a series has many spellings,
 * so its bytes cannot be the key as in {@link SeriesCache}. {@link RememberedBytes} bounds all
 * caches together. Thread-safe.
 */
final class EncodedSeriesCache {
  /** Overhead of a key and its tags, whose strings are held twice. */
  private static final int SPEC_FACTOR = 3;

  private final RememberedBytes remembered;
  private final Function<SeriesSpec, SeriesSpec> checked;
  private final ConcurrentHashMap<SeriesSpec, Known> known = new ConcurrentHashMap<>();
  private volatile @Nullable EncodedSeries newest;

  /**
   * @param remembered bounds this cache and others
   * @param checked validates a series and fills in its ring; throws if it breaks a rule
   */
  EncodedSeriesCache(RememberedBytes remembered, Function<SeriesSpec, SeriesSpec> checked) {
    this.remembered = remembered;
    this.checked = checked;
    remembered.addCache(() -> known.keySet().removeIf(series -> RememberedBytes.drops()));
  }

  /** A cached series. Thread-safe. */
  static final class Known {
    private final EncodedSeries series;
    private volatile long rightUntil;
    private volatile boolean right;

    private Known(EncodedSeries series) {
      this.series = series;
    }

    /** Its encoded form. */
    EncodedSeries series() {
      return series;
    }

    /** Whether its type was checked recently and matched. */
    boolean typeIsRight(long nowNanos) {
      return right && nowNanos - rightUntil < 0;
    }

    void typeIsRightUntil(long nanos) {
      rightUntil = nanos;
      right = true;
    }
  }

  /** The encoded form of a series that a client names. */
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
