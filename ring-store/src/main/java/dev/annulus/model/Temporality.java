package dev.annulus.model;

/** How the values of a series relate to the ones before, and in which unit their times are. */
public enum Temporality {
  /** Each value stands for itself. Times are epoch seconds. */
  ABSOLUTE,
  /**
   * Each value is what a counter grew by. Times are epoch seconds, so several increments may share
   * one: their places in the log tell a new increment from a repeated one.
   */
  DELTA,
  /**
   * Each value is what a counter grew by. Times are epoch nanoseconds and tell a new increment from
   * a repeated one, even one the client has sent again.
   */
  DELTA_NANOS;

  private static final long NANOS = 1_000_000_000L;

  /** The epoch second of a time in this unit. */
  public long second(long time) {
    return this == DELTA_NANOS ? Math.floorDiv(time, NANOS) : time;
  }

  /** The nanoseconds within the second of a time in this unit, in {@code [0, 1e9)}. */
  public int nanos(long time) {
    return this == DELTA_NANOS ? (int) Math.floorMod(time, NANOS) : 0;
  }
}
