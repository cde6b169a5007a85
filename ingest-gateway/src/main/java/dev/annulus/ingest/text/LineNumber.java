package dev.annulus.ingest.text;

import java.nio.charset.StandardCharsets;

/**
 * Parses decimal numbers. Most have few digits: then one division of exact doubles gives the
 * nearest double, without a string.
 */
public final class LineNumber {
  private static final int MAX_EXACT_DIGITS = 15;
  private static final double[] POWERS_OF_TEN = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
  };

  private LineNumber() {}

  /**
   * A decimal number in {@code [from, to)}.
   *
   * @throws LineException if it is malformed or not finite
   */
  public static double decimal(byte[] array, int from, int to) {
    boolean negative = from < to && array[from] == '-';
    int start = negative ? from + 1 : from;
    long digits = 0;
    int fraction = -1;
    for (int i = start; i < to; i++) {
      int digit = array[i] - '0';
      if (digit >= 0 && digit <= 9) {
        digits = 10 * digits + digit;
      } else if (array[i] == '.' && fraction < 0) {
        fraction = i;
      } else {
        return slowDecimal(array, from, to);
      }
    }
    int count = to - start - (fraction < 0 ? 0 : 1);
    if (count < 1 || count > MAX_EXACT_DIGITS) {
      return slowDecimal(array, from, to);
    }
    double value = fraction < 0 ? digits : digits / POWERS_OF_TEN[to - fraction - 1];
    return negative ? -value : value;
  }

  /**
   * An integer in {@code [from, to)}.
   *
   * @throws LineException if it is malformed or exceeds 64 bits
   */
  public static long whole(byte[] array, int from, int to, String what) {
    boolean negative = from < to && array[from] == '-';
    int start = negative ? from + 1 : from;
    if (start == to) {
      throw new LineException("invalid " + what);
    }
    long value = 0; // kept negative, whose range is larger by one
    for (int i = start; i < to; i++) {
      int digit = array[i] - '0';
      if (digit < 0 || digit > 9) {
        throw new LineException("invalid " + what);
      }
      if (value < (Long.MIN_VALUE + digit) / 10) {
        throw new LineException(what + " out of range");
      }
      value = 10 * value - digit;
    }
    if (!negative && value == Long.MIN_VALUE) {
      throw new LineException(what + " out of range");
    }
    return negative ? value : -value;
  }

  /** An unsigned integer in {@code [from, to)}, rounded to the nearest double. */
  public static double unsigned(byte[] array, int from, int to) {
    String text = text(array, from, to);
    try {
      long value = Long.parseUnsignedLong(text);
      return value >= 0 && text.charAt(0) != '+' ? value : large(text);
    } catch (NumberFormatException e) {
      throw new LineException("invalid unsigned integer");
    }
  }

  private static double large(String text) {
    if (text.charAt(0) == '+') {
      throw new LineException("invalid unsigned integer");
    }
    return Double.parseDouble(text);
  }

  private static double slowDecimal(byte[] array, int from, int to) {
    for (int i = from; i < to; i++) {
      byte c = array[i];
      boolean part =
          (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+' || c == 'e' || c == 'E';
      if (!part || (c == '+' && i == from)) {
        throw new LineException("invalid number");
      }
    }
    try {
      double value = Double.parseDouble(text(array, from, to));
      if (Double.isInfinite(value)) {
        throw new LineException("number out of range");
      }
      return value;
    } catch (NumberFormatException e) {
      throw new LineException("invalid number");
    }
  }

  private static String text(byte[] array, int from, int to) {
    return new String(array, from, to - from, StandardCharsets.US_ASCII);
  }
}
