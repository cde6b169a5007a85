package dev.annulus.store;

/**
 * A slot of a ring, identified by both numbers. Ordered like their keys.
 *
 * @param ring not negative
 * @param slot not negative
 */
record RingSlot(long ring, int slot) implements Comparable<RingSlot> {
  /** The smallest slot. */
  static final RingSlot FIRST = new RingSlot(0, 0);

  /** Greater than every slot. */
  static final RingSlot END = new RingSlot(Long.MAX_VALUE, Integer.MAX_VALUE);

  /** The next slot in key order. */
  RingSlot next() {
    return slot == Integer.MAX_VALUE ? nextRing() : new RingSlot(ring, slot + 1);
  }

  /** The first slot of the next ring. */
  RingSlot nextRing() {
    return ring == Long.MAX_VALUE ? END : new RingSlot(ring + 1, 0);
  }

  @Override
  public int compareTo(RingSlot other) {
    return ring != other.ring ? Long.compare(ring, other.ring) : Integer.compare(slot, other.slot);
  }

  /**
   * Slots from {@code from} (inclusive) to {@code to} (exclusive).
   *
   * @param from inclusive
   * @param to exclusive
   */
  record Range(RingSlot from, RingSlot to) {
    /** Every slot of a ring. */
    static Range ofRing(long ring) {
      RingSlot first = new RingSlot(ring, 0);
      return new Range(first, first.nextRing());
    }

    /** Whether the range is empty. */
    boolean isEmpty() {
      return from.compareTo(to) >= 0;
    }

    /** Whether a slot lies inside. */
    boolean contains(long ring, int slot) {
      RingSlot candidate = new RingSlot(ring, slot);
      return from.compareTo(candidate) <= 0 && candidate.compareTo(to) < 0;
    }

    /** Whether some slot of a block lies inside. */
    boolean overlaps(long ring, int block) {
      return maskOf(ring, block) != 0;
    }

    /** The slots of a block inside the range, one bit each. */
    int maskOf(long ring, int block) {
      return atOrAfter(from, ring, block) & ~atOrAfter(to, ring, block);
    }

    private static int atOrAfter(RingSlot bound, long ring, int block) {
      if (ring != bound.ring()) {
        return ring > bound.ring() ? -1 : 0;
      }
      int own = SlotBlock.blockOf(bound.slot());
      if (block != own) {
        return block > own ? -1 : 0;
      }
      return -1 << SlotBlock.indexOf(bound.slot());
    }
  }
}
