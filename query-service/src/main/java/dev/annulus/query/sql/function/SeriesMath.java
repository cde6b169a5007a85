package dev.annulus.query.sql.function;

import org.jspecify.annotations.Nullable;

/**
 * What the scalar functions compute. Generated code calls these methods with arguments that are not
 * null; a null result is SQL's null.
 */
public final class SeriesMath {
  private SeriesMath() {}

  /** The start of the bucket of {@code ts}; null for a step of 0. */
  public static @Nullable Long tsBucket(long ts, long step) {
    return alignTime(ts, step, 0);
  }

  /** The same on a grid through {@code origin}. */
  public static @Nullable Long alignTime(long ts, long step, long origin) {
    return step == 0
        ? null
        : Math.addExact(
            Math.multiplyExact(Math.floorDiv(Math.subtractExact(ts, origin), step), step), origin);
  }

  /** {@code ts + offset}. */
  public static long shiftTs(long ts, long offset) {
    return Math.addExact(ts, offset);
  }

  /** {@code v}, but not under {@code lo}; before that, not over {@code hi}. */
  public static double clamp(double v, double lo, double hi) {
    return Math.max(lo, Math.min(v, hi));
  }

  /** {@code v} if it lies in {@code [lo, hi]}. */
  public static @Nullable Double nullIfOutside(double v, double lo, double hi) {
    return lo <= v && v <= hi ? v : null;
  }

  /** {@code a + b}. */
  public static double seriesAdd(double a, double b) {
    return a + b;
  }

  /** {@code a - b}. */
  public static double seriesSub(double a, double b) {
    return a - b;
  }

  /** {@code a * b}. */
  public static double seriesMul(double a, double b) {
    return a * b;
  }

  /** {@code a / b}; null for a divisor of 0. */
  public static @Nullable Double seriesDiv(double a, double b) {
    return b == 0 ? null : a / b;
  }

  /** The increase per second; null after a reset or if no time has passed. */
  public static @Nullable Double bucketRate(double current, double previous, double seconds) {
    double increase = current - previous;
    return seconds > 0 && !(increase < 0) ? increase / seconds : null;
  }
}
