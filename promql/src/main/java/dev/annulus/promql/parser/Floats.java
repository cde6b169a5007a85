package dev.annulus.promql.parser;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Numbers as Prometheus writes them in answers, labels and queries. */
public final class Floats {
  private static final double EXACT_INTEGERS = 1L << 53;

  /** Decimals of at most so many characters differ as doubles. */
  private static final int EXACT_DIGITS = 15;

  private Floats() {}

  /** The shortest decimal that reads back as {@code value}, never with an exponent. */
  public static String format(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    if (value == Math.rint(value) && Math.abs(value) < EXACT_INTEGERS) {
      return value == 0 && 1 / value < 0 ? "-0" : Long.toString((long) value);
    }
    String text = Double.toString(value);
    boolean exponent = text.indexOf('E') >= 0;
    boolean short15 = text.length() <= EXACT_DIGITS;
    if (short15 && !exponent) {
      return text;
    }
    BigDecimal decimal = new BigDecimal(text);
    boolean isShortest = short15 && Math.abs(value) >= Double.MIN_NORMAL;
    return (isShortest ? decimal.stripTrailingZeros() : shortest(decimal, value)).toPlainString();
  }

  /**
   * JDK 17's {@code Double.toString} writes some numbers with a digit more than they need: such of
   * 16 and more digits, and those below the normal numbers.
   */
  private static BigDecimal shortest(BigDecimal written, double value) {
    BigDecimal decimal = written.stripTrailingZeros();
    while (decimal.precision() > 1) {
      BigDecimal shorter =
          decimal.round(new MathContext(decimal.precision() - 1, RoundingMode.HALF_EVEN));
      if (shorter.doubleValue() != value) {
        return decimal;
      }
      decimal = shorter.stripTrailingZeros();
    }
    return decimal;
  }
}
