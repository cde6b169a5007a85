package dev.annulus.model;

/** Whether values are readings or increments, and the unit of their timestamps. */
public enum Temporality {
  /** Values are readings. Timestamps are epoch milliseconds. */
  ABSOLUTE,
  /**
   * Values are increments of a counter. Timestamps are epoch milliseconds, which several increments
   * may share; log positions tell a new increment from a duplicate.
   */
  DELTA,
  /**
   * Values are increments of a counter. Timestamps are epoch nanoseconds and tell a new increment
   * from a duplicate, even one that the client has sent again.
   */
  DELTA_NANOS;

  private static final long NANOS_PER_MILLI = 1_000_000;

  /** The epoch millisecond of a timestamp in this unit. */
  public long millis(long time) {
    return this == DELTA_NANOS ? Math.floorDiv(time, NANOS_PER_MILLI) : time;
  }

  /** The nanoseconds within the millisecond of a timestamp in this unit, in {@code [0, 1e6)}. */
  public int nanos(long time) {
    return this == DELTA_NANOS ? (int) Math.floorMod(time, NANOS_PER_MILLI) : 0;
  }
}
