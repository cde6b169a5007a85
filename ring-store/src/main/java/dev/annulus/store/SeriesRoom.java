package dev.annulus.store;

import dev.annulus.kv.Transaction;
import dev.annulus.model.SeriesKey;
import dev.annulus.store.Resolution.Refused;
import dev.annulus.wire.RejectReason;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The number of series and the room left under the limits. Not thread-safe. */
final class SeriesRoom {
  private final Map<String, Long> owned;
  private final Set<String> changed = new HashSet<>();
  private final StoreConfig config;
  private long series;

  /**
   * @param series number of series in the database
   * @param owned number of series by owner; modified
   */
  SeriesRoom(long series, Map<String, Long> owned, StoreConfig config) {
    this.series = series;
    this.config = config;
    this.owned = owned;
  }

  /** A copy that changes independently. */
  SeriesRoom copy() {
    return new SeriesRoom(series, new HashMap<>(owned), config);
  }

  /** Whether there is room for one more. */
  boolean isFor(String owner) {
    return series < config.maxSeries() && !config.isFull(owner, owned.getOrDefault(owner, 0L));
  }

  /** The reason not to create one more; null if there is room. */
  @Nullable Refused refusal(String owner, SeriesKey one) {
    if (series >= config.maxSeries()) {
      return new Refused(
          RejectReason.SERIES_LIMIT,
          "the database has reached its limit of %d series; %s would be a new one"
              .formatted(config.maxSeries(), one));
    }
    return config.isFull(owner, owned.getOrDefault(owner, 0L))
        ? new Refused(
            RejectReason.SERIES_LIMIT,
            "the token %s has reached its limit of %d series; %s would be a new one"
                .formatted(owner, config.maxSeriesPerOwner(), one))
        : null;
  }

  /** Counts one more. */
  void take(String owner) {
    series++;
    owned.merge(owner, 1L, Long::sum);
    changed.add(owner);
  }

  /** Writes the changed numbers. */
  void save(Transaction tx, SeriesCount count) {
    if (!changed.isEmpty()) {
      count.set(tx, series);
      changed.forEach(owner -> count.set(tx, owner, owned.getOrDefault(owner, 0L)));
    }
  }
}
