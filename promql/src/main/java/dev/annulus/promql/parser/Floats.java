package dev.annulus.promql.parser;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Numbers as Prometheus writes them in answers, labels and queries. */
public final class Floats {
  private static final double EXACT_INTEGERS = 1L << 53;

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
    return shortest(value).toPlainString();
  }

  /** JDK 17's {@code Double.toString} writes some numbers with a digit more than they need. */
  private static BigDecimal shortest(double value) {
    BigDecimal decimal = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    while (decimal.precision() > 1) {
      MathContext fewer = new MathContext(decimal.precision() - 1, RoundingMode.HALF_EVEN);
      BigDecimal shorter = new BigDecimal(value).round(fewer);
      if (shorter.doubleValue() != value) {
        return decimal;
      }
      decimal = shorter.stripTrailingZeros();
    }
    return decimal;
  }
}
