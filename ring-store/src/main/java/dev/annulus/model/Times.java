package dev.annulus.model;

/** Conversions between epoch seconds, which clients see, and epoch milliseconds, which are kept. */
public final class Times {
  /** Milliseconds of a second. */
  public static final long PER_SECOND = 1_000;

  private static final long MOST_SECONDS = Long.MAX_VALUE / PER_SECOND;

  private Times() {}

  /** The second of a time, rounded down. */
  public static long seconds(long millis) {
    return Math.floorDiv(millis, PER_SECOND);
  }

  /** The start of a second; of the last or first one there is beyond 64 bits. */
  public static long millis(long seconds) {
    return PER_SECOND * Math.max(-MOST_SECONDS, Math.min(MOST_SECONDS, seconds));
  }

  /** The last millisecond of a second; the largest {@code long} beyond 64 bits. */
  public static long lastMillis(long second) {
    return second >= MOST_SECONDS ? Long.MAX_VALUE : millis(second) + PER_SECOND - 1;
  }

  /** Whether a time is the start of a second. */
  public static boolean isWholeSecond(long millis) {
    return millis % PER_SECOND == 0;
  }
}
