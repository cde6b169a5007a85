package dev.annulus.ingest.otlp;

import com.fasterxml.jackson.core.io.NumberOutput;
import java.math.BigDecimal;
import java.util.Locale;

/** Floating-point numbers as text, with the fewest digits that parse to the same number. */
final class FloatText {
  /** Integers below this are written without an exponent in every form. */
  private static final int MOST_DIGITS = 1_000_000;

  private FloatText() {}

  /** As Prometheus' client libraries write {@code le}: {@code 0.005}, {@code 1e+06}, "+Inf". */
  static String prometheus(double value) {
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    return finite(value, -4, 6, 2);
  }

  /** As JavaScript and JSON in most languages have it: {@code 1}, {@code 0.5}, {@code 1e-7}. */
  static String json(double value) {
    return Double.isInfinite(value) ? Double.toString(value) : finite(value, -6, 21, 1);
  }

  /**
   * @param from the smallest decimal exponent that is written without an exponent
   * @param to the smallest large exponent that is written with one
   */
  private static String finite(double value, int from, int to, int exponentDigits) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0" : "0";
    }
    if (value == (int) value && Math.abs(value) < MOST_DIGITS) {
      return Integer.toString((int) value);
    }
    // Double.toString of JDK 17 sometimes has more digits than needed.
    BigDecimal decimal = new BigDecimal(NumberOutput.toString(value, true)).stripTrailingZeros();
    int exponent = decimal.precision() - decimal.scale() - 1;
    if (exponent >= from && exponent < to) {
      return decimal.toPlainString();
    }
    BigDecimal mantissa = decimal.movePointLeft(exponent).stripTrailingZeros();
    String format = "%se%c%0" + exponentDigits + "d";
    return String.format(
        Locale.ROOT,
        format,
        mantissa.toPlainString(),
        exponent < 0 ? '-' : '+',
        Math.abs(exponent));
  }
}
