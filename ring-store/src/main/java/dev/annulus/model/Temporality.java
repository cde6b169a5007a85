package dev.annulus.model;

/** Whether values are readings or increments, and the unit of their timestamps. */
public enum Temporality {
  /** Values are readings. Timestamps are epoch seconds. */
  ABSOLUTE,
  /**
   * Values are increments of a counter. Timestamps are epoch seconds, which several increments may
   * share; log positions tell a new increment from a duplicate.
   */
  DELTA,
  /**
   * Values are increments of a counter. Timestamps are epoch nanoseconds and tell a new increment
   * from a duplicate, even one that the client has sent again.
   */
  DELTA_NANOS;

  private static final long NANOS = 1_000_000_000L;

  /** The epoch second of a timestamp in this unit. */
  public long second(long time) {
    return this == DELTA_NANOS ? Math.floorDiv(time, NANOS) : time;
  }

  /** The nanoseconds within the second of a timestamp in this unit, in {@code [0, 1e9)}. */
  public int nanos(long time) {
    return this == DELTA_NANOS ? (int) Math.floorMod(time, NANOS) : 0;
  }
}
