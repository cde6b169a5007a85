package dev.annulus.model;

/**
 * How time maps to the slots of a ring.
 *
 * <p>{@code window = floorDiv(ts, step)} numbers the steps since the epoch; {@code slot =
 * floorMod(window, slots)} is the slot in the ring. Samples of one window share a slot, and so do
 * samples a whole lap, {@code step × slots} seconds, apart.
 *
 * @param step seconds per slot, at least 1
 * @param slots slots in the ring, at least 1
 */
public record RingGeometry(int step, int slots) {
  /** The default for new series: one hour of seconds. */
  public static final RingGeometry DEFAULT = new RingGeometry(1, 3600);

  public RingGeometry {
    if (step < 1) {
      throw new IllegalArgumentException("step must be at least 1, got " + step);
    }
    if (slots < 1) {
      throw new IllegalArgumentException("slots must be at least 1, got " + slots);
    }
  }

  /** The window of {@code ts} (epoch seconds); negative before 1970. */
  public long window(long ts) {
    return Math.floorDiv(ts, (long) step);
  }

  /** The slot of {@code ts} (epoch seconds), in {@code [0, slots)}. */
  public int slot(long ts) {
    return slotOfWindow(window(ts));
  }

  /** The slot of a window number, in {@code [0, slots)}. */
  public int slotOfWindow(long window) {
    return (int) Math.floorMod(window, (long) slots);
  }

  /** Seconds per lap: {@code step × slots}. */
  public long lapSeconds() {
    return (long) step * slots;
  }

  /**
   * The oldest ts (epoch seconds, inclusive) that a ring retains when {@code newest} is its newest
   * ts: anything older is at least a lap behind.
   */
  public long oldestKept(long newest) {
    return (window(newest) - slots + 1) * step;
  }
}
