package dev.annulus.store;

import java.util.Map;

/**
 * What reads have to see: every commit that had completed when {@link RingReader#now} was called.
 * Immutable.
 */
public final class Moment {
  /** For a layout whose transactions see everything anyway. */
  static final Moment ANY = new Moment(Map.of());

  private final Map<Integer, Long> heads;

  /**
   * @param heads of the journal's lanes; what comes before them has to be seen
   */
  Moment(Map<Integer, Long> heads) {
    this.heads = Map.copyOf(heads);
  }

  Map<Integer, Long> heads() {
    return heads;
  }
}
