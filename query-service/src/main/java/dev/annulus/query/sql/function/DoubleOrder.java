package dev.annulus.query.sql.function;

/**
 * Comparisons of doubles as SQL orders them: NaN equals NaN and is above every other number, -0.0
 * equals 0.0. Java's own comparisons are all false for NaN, so that {@code NOT x > 5} and {@code x
 * <= 5}, which the planner takes for the same, would differ. Generated code calls these methods.
 */
public final class DoubleOrder {
  private DoubleOrder() {}

  /** Whether {@code a = b}. */
  public static boolean equal(double a, double b) {
    return a == b || (Double.isNaN(a) && Double.isNaN(b));
  }

  /** Whether {@code a <> b}. */
  public static boolean notEqual(double a, double b) {
    return !equal(a, b);
  }

  /** Whether {@code a > b}. */
  public static boolean above(double a, double b) {
    return a > b || (Double.isNaN(a) && !Double.isNaN(b));
  }

  /** Whether {@code a >= b}. */
  public static boolean atLeast(double a, double b) {
    return a >= b || Double.isNaN(a);
  }

  /** Whether {@code a < b}. */
  public static boolean below(double a, double b) {
    return above(b, a);
  }

  /** Whether {@code a <= b}. */
  public static boolean atMost(double a, double b) {
    return atLeast(b, a);
  }
}
