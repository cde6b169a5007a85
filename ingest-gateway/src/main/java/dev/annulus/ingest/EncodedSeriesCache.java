package dev.annulus.ingest;

import dev.annulus.model.SeriesSpec;
import dev.annulus.wire.EncodedSeries;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what the log says about a series that clients name in JSON, where the same series has
 * many spellings and so cannot be found by its bytes as in {@link SeriesCache}. When it is full it
 * forgets everything; so memory is bounded. Thread-safe.
 */
final class EncodedSeriesCache {
  private final int capacity;
  private final Function<SeriesSpec, SeriesSpec> checked;
  private final AtomicInteger size = new AtomicInteger();
  private volatile ConcurrentHashMap<SeriesSpec, EncodedSeries> known = new ConcurrentHashMap<>();
  private volatile @Nullable EncodedSeries newest;

  /**
   * @param capacity series it holds at most
   * @param checked what is stored as a series that a client names; throws if it may not be
   */
  EncodedSeriesCache(int capacity, Function<SeriesSpec, SeriesSpec> checked) {
    this.capacity = capacity;
    this.checked = checked;
  }

  /** The series a client names, encoded. */
  EncodedSeries get(SeriesSpec said) {
    EncodedSeries before = known.get(said);
    if (before != null) {
      return before;
    }
    EncodedSeries made = EncodedSeries.of(checked.apply(said), newest);
    newest = made;
    if (known.putIfAbsent(said, made) == null && size.incrementAndGet() > capacity) {
      size.set(0);
      known = new ConcurrentHashMap<>();
    }
    return made;
  }
}
