package dev.annulus.store;

/**
 * Neighbouring slots of a ring.
 *
 * @param first inclusive, not negative
 * @param last inclusive, not before {@code first}
 */
record SlotRange(int first, int last) {

  /** Every slot that a ring can have. */
  static final SlotRange ALL = new SlotRange(0, Integer.MAX_VALUE);

  /** The part of this range from {@code slot} on, which must lie inside. */
  SlotRange from(int slot) {
    return new SlotRange(slot, last);
  }
}
