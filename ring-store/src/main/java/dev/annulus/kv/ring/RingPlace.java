package dev.annulus.kv.ring;

/**
 * One slot of one ring. Ordered like the keys of {@link RingSpace}.
 *
 * @param ring not negative
 * @param slot not negative
 */
public record RingPlace(long ring, int slot) implements Comparable<RingPlace> {
  /** The first place there can be. */
  public static final RingPlace FIRST = new RingPlace(0, 0);

  /** Beyond every place. */
  public static final RingPlace END = new RingPlace(Long.MAX_VALUE, Integer.MAX_VALUE);

  /** The next place in key order. */
  public RingPlace next() {
    return slot == Integer.MAX_VALUE ? nextRing() : new RingPlace(ring, slot + 1);
  }

  /** The first place of the next ring. */
  RingPlace nextRing() {
    return ring == Long.MAX_VALUE ? END : new RingPlace(ring + 1, 0);
  }

  @Override
  public int compareTo(RingPlace other) {
    return ring != other.ring ? Long.compare(ring, other.ring) : Integer.compare(slot, other.slot);
  }

  /**
   * Places from {@code from} (inclusive) to {@code to} (exclusive).
   *
   * @param from inclusive
   * @param to exclusive
   */
  public record Range(RingPlace from, RingPlace to) {
    /** Whether it holds no place. */
    public boolean isEmpty() {
      return from.compareTo(to) >= 0;
    }

    /** Whether a place lies inside. */
    public boolean contains(long ring, int slot) {
      RingPlace place = new RingPlace(ring, slot);
      return from.compareTo(place) <= 0 && place.compareTo(to) < 0;
    }

    /** Whether a block has slots inside. */
    public boolean overlaps(long ring, int block) {
      return maskOf(ring, block) != 0;
    }

    /** The slots of a block that lie inside, one bit each. */
    public int maskOf(long ring, int block) {
      return atOrAfter(from, ring, block) & ~atOrAfter(to, ring, block);
    }

    private static int atOrAfter(RingPlace place, long ring, int block) {
      if (ring != place.ring()) {
        return ring > place.ring() ? -1 : 0;
      }
      int own = SlotBlock.blockOf(place.slot());
      if (block != own) {
        return block > own ? -1 : 0;
      }
      return -1 << SlotBlock.placeOf(place.slot());
    }
  }
}
