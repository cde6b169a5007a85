package dev.annulus.query.sql.function;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * What functions of numbers compute where Calcite would fail for infinities and NaN, or wrap round.
 * Generated code calls these methods with arguments that are not null.
 */
public final class NumberMath {
  /** No double has a digit further from the point. */
  private static final int MOST_DIGITS = 400;

  private NumberMath() {}

  /** A double rounded to a number of digits behind the point, halves away from zero. */
  public static double rounded(double number, long digits) {
    return at(number, digits, RoundingMode.HALF_UP);
  }

  /** A double cut off at a number of digits behind the point. */
  public static double truncated(double number, long digits) {
    return at(number, digits, RoundingMode.DOWN);
  }

  /** A whole number rounded to tens, hundreds, … for -1, -2, … digits. */
  public static long roundedWhole(long number, long digits) {
    return at(number, digits, RoundingMode.HALF_UP);
  }

  /** A whole number cut off at tens, hundreds, … for -1, -2, … digits. */
  public static long truncatedWhole(long number, long digits) {
    return at(number, digits, RoundingMode.DOWN);
  }

  /** The square root; NaN of a negative number, also of the least: Calcite's is a power of ½. */
  public static double squareRoot(double number) {
    return Math.sqrt(number);
  }

  /** The remainder of a division, with the sign of {@code a}; NaN if there is none. */
  public static double remainder(double a, double b) {
    return a % b;
  }

  private static double at(double number, long digits, RoundingMode mode) {
    if (!Double.isFinite(number) || digits > MOST_DIGITS) {
      return number;
    }
    return digits < -MOST_DIGITS
        ? 0
        : BigDecimal.valueOf(number).setScale((int) digits, mode).doubleValue();
  }

  private static long at(long number, long digits, RoundingMode mode) {
    if (digits >= 0) {
      return number;
    }
    return digits < -MOST_DIGITS
        ? 0
        : BigDecimal.valueOf(number).setScale((int) digits, mode).longValueExact();
  }
}
