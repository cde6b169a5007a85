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
  private volatile ConcurrentHashMap<SeriesSpec, EncodedSeries> known = new ConcurrentHashMap<>();
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

  /** The series a client names, encoded. */
  EncodedSeries get(SeriesSpec said) {
    EncodedSeries before = known.get(said);
    if (before != null) {
      return before;
    }
    EncodedSeries made = EncodedSeries.of(checked.apply(said), newest);
    newest = made;
    if (known.putIfAbsent(said, made) == null) {
      remembered.grow(SPEC_FACTOR * made.heapBytes());
    }
    return made;
  }
}
