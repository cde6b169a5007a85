package dev.annulus.store;

import java.time.Duration;
import java.util.Map;

/**
 * What reads have to see: every commit that had completed when {@link RingReader#now} was called.
 * Immutable.
 */
public final class Moment {
  /** For a layout whose transactions see everything anyway. */
  static final Moment ANY = new Moment(Map.of(), Map.of(), 0);

  /** Engines may have forgotten older snapshots, and reads take a while. */
  private static final long SNAPSHOT_NANOS = Duration.ofSeconds(2).toNanos();

  private final Map<Integer, Long> heads;
  private final Map<Integer, Long> flushed;
  private final long snapshot;
  private final long since = System.nanoTime();

  /**
   * @param heads of the journal's lanes; what comes before them has to be seen
   * @param flushed what of each lane is in the blocks of a snapshot
   * @param snapshot that one, for {@link dev.annulus.kv.KeyValueEngine#readSince}; 0 for none
   */
  Moment(Map<Integer, Long> heads, Map<Integer, Long> flushed, long snapshot) {
    this.heads = Map.copyOf(heads);
    this.flushed = Map.copyOf(flushed);
    this.snapshot = snapshot;
  }

  Map<Integer, Long> heads() {
    return heads;
  }

  long snapshot() {
    return snapshot;
  }

  /**
   * Whether the blocks of its snapshot and a view have everything between them: the view may have
   * dropped what was flushed after the snapshot.
   */
  boolean hasSnapshotFor(TailView view) {
    return snapshot != 0
        && System.nanoTime() - since < SNAPSHOT_NANOS
        && view.lanes().entrySet().stream()
            .allMatch(lane -> lane.getValue().flushed() <= flushed.getOrDefault(lane.getKey(), 0L));
  }
}
