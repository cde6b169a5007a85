package dev.annulus.model;

/**
 * How time maps to the slots of a ring.
 *
 * <p>{@code window = floorDiv(ts, step)} numbers the steps since the epoch; {@code slot =
 * floorMod(window, slots)} is the slot in the ring. Samples of one window share a slot, and so do
 * samples a whole lap, {@code step × slots}, apart.
 *
 * @param stepMillis milliseconds per slot, at least 1
 * @param slots slots in the ring, at least 1
 */
public record RingGeometry(long stepMillis, int slots) {
  private static final long PER_SECOND = 1_000;

  /** The default for new series: one hour of seconds. */
  public static final RingGeometry DEFAULT = ofSeconds(1, 3600);

  public RingGeometry {
    if (stepMillis < 1) {
      throw new IllegalArgumentException("step must be at least 1 ms, got " + stepMillis);
    }
    if (slots < 1) {
      throw new IllegalArgumentException("slots must be at least 1, got " + slots);
    }
  }

  /** A ring whose step is given in seconds. */
  public static RingGeometry ofSeconds(long step, int slots) {
    return new RingGeometry(Math.multiplyExact(step, PER_SECOND), slots);
  }

  /** Seconds per slot, rounded up: 1 for a step of 200 ms. */
  public long stepSeconds() {
    return roundedUp(stepMillis);
  }

  /** Whether the step is a number of whole seconds. */
  public boolean hasWholeSeconds() {
    return stepMillis % PER_SECOND == 0;
  }

  /** The same ring with the step rounded up to whole seconds. */
  public RingGeometry inWholeSeconds() {
    return hasWholeSeconds() ? this : ofSeconds(stepSeconds(), slots);
  }

  /** The window of a time (epoch milliseconds); negative before 1970. */
  public long window(long tsMillis) {
    return Math.floorDiv(tsMillis, stepMillis);
  }

  /** The slot of a time (epoch milliseconds), in {@code [0, slots)}. */
  public int slot(long tsMillis) {
    return slotOfWindow(window(tsMillis));
  }

  /** The slot of a window number, in {@code [0, slots)}. */
  public int slotOfWindow(long window) {
    return (int) Math.floorMod(window, (long) slots);
  }

  /** Milliseconds per lap: {@code step × slots}. */
  public long lapMillis() {
    return stepMillis * slots;
  }

  /** Seconds per lap, rounded up. */
  public long lapSeconds() {
    return roundedUp(lapMillis());
  }

  /**
   * The oldest time (epoch milliseconds, inclusive) that a ring retains when {@code newestMillis}
   * is its newest: anything older is at least a lap behind.
   */
  public long oldestKept(long newestMillis) {
    return (window(newestMillis) - slots + 1) * stepMillis;
  }

  private static long roundedUp(long millis) {
    return (millis + PER_SECOND - 1) / PER_SECOND;
  }
}
