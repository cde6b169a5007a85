package dev.annulus.query.http.prometheus;

import java.math.BigInteger;

/**
 * The shortest decimal that reads back as a double: {@link #digits} × 10^{@link #exponent}, without
 * texts in between. Not thread-safe.
 *
 * <p>After Raffaello Giulietti, "The Schubfach way to render doubles", 2021: of the multiples of a
 * power of ten that lie in the interval of what rounds to the double, takes the closest; the power
 * is the largest for which there is one. {@code JsonAnswerTest} compares it with another
 * implementation.
 */
final class ShortestDecimal {
  /** Of the smallest power of two of a double. */
  private static final int LEAST_POWER = -1074;

  private static final int FRACTION_BITS = 52;
  private static final long HIDDEN_BIT = 1L << FRACTION_BITS;

  /** Below, a subnormal number has too few bits for the algorithm, so it is looked at times ten. */
  private static final long TINY = 3;

  private static final long LOW_63 = Long.MAX_VALUE;
  private static final int LEAST_TEN = -324;
  private static final int MOST_TEN = 292;

  /** For each power of ten, the upper and lower 63 bits of its 126 leading ones, rounded up. */
  private static final long[] TENS = tens();

  private long digits;
  private int exponent;

  /** Of the last number; the last digit is not zero. */
  long digits() {
    return digits;
  }

  /** Of the last number. */
  int exponent() {
    return exponent;
  }

  /**
   * Finds digits and exponent.
   *
   * @param number positive and finite
   */
  void of(double number) {
    long bits = Double.doubleToRawLongBits(number);
    long fraction = bits & (HIDDEN_BIT - 1);
    int biased = (int) (bits >>> FRACTION_BITS);
    if (biased != 0) {
      find(LEAST_POWER - 1 + biased, HIDDEN_BIT | fraction, 0);
    } else if (fraction < TINY) {
      find(LEAST_POWER, 10 * fraction, -1);
    } else {
      find(LEAST_POWER, fraction, 0);
    }
    if (biased == 0 && digits < 100) {
      shortenTiny(number);
    }
    trim();
  }

  /** Of {@code c} × 2^{@code q}. */
  private void find(int q, long c, int tens) {
    int odd = (int) c & 1;
    boolean regular = c != HIDDEN_BIT || q == LEAST_POWER;
    long middle = c << 2;
    long lower = regular ? middle - 2 : middle - 1;
    int k = regular ? log10OfPower2(q) : log10Of3Quarters(q);
    int shift = q + log2OfPower10(-k) + 2;
    long v = product(k, middle << shift);
    long low = product(k, lower << shift) + odd;
    long high = product(k, (middle + 2) << shift) - odd;
    long s = v >> 2;
    exponent = k + tens;
    if (s >= 100) {
      // One digit less, if exactly one of the two neighbours is in the interval.
      long below = 10 * (s / 10);
      long above = below + 10;
      boolean isBelowIn = low <= below << 2;
      if (isBelowIn != (above << 2 <= high)) {
        digits = isBelowIn ? below : above;
        return;
      }
    }
    long next = s + 1;
    boolean isIn = low <= s << 2;
    if (isIn != (next << 2 <= high)) {
      digits = isIn ? s : next;
      return;
    }
    long twice = v - ((s + next) << 1);
    digits = twice < 0 || (twice == 0 && (s & 1) == 0) ? s : next;
  }

  /** The upper bits of a power of ten times {@code factor}; the lowest says if others were set. */
  private static long product(int k, long factor) {
    int i = 2 * (k - LEAST_TEN);
    long upper = TENS[i];
    long lower = TENS[i + 1];
    long carry = ((upper * factor) >>> 1) + Math.multiplyHigh(lower, factor);
    long result = Math.multiplyHigh(upper, factor) + (carry >>> 63);
    return result | (((carry & LOW_63) + LOW_63) >>> 63);
  }

  /** Two digits are found even where one is enough: 4.9E-324. */
  private void shortenTiny(double number) {
    long rounded = (digits + 5) / 10;
    if (Double.parseDouble(rounded + "E" + (exponent + 1)) == number) {
      digits = rounded;
      exponent++;
    }
  }

  private void trim() {
    long rest = digits;
    int zeros = 0;
    while (rest % 100_000_000 == 0) {
      rest /= 100_000_000;
      zeros += 8;
    }
    while (rest % 10 == 0) {
      rest /= 10;
      zeros++;
    }
    digits = rest;
    exponent += zeros;
  }

  /** Rounded down, as the next two. */
  private static int log10OfPower2(int e) {
    return (int) ((e * 661_971_961_083L) >> 41);
  }

  private static int log10Of3Quarters(int e) {
    return (int) ((e * 661_971_961_083L - 274_743_187_321L) >> 41);
  }

  private static int log2OfPower10(int e) {
    return (int) ((e * 913_124_641_741L) >> 38);
  }

  private static long[] tens() {
    long[] tens = new long[2 * (MOST_TEN - LEAST_TEN + 1)];
    for (int k = LEAST_TEN; k <= MOST_TEN; k++) {
      BigInteger power = BigInteger.TEN.pow(Math.abs(k));
      BigInteger leading =
          k <= 0
              ? power.shiftLeft(126).shiftRight(power.bitLength())
              : BigInteger.ONE.shiftLeft(125 + power.bitLength()).divide(power);
      BigInteger rounded = leading.add(BigInteger.ONE);
      tens[2 * (k - LEAST_TEN)] = rounded.shiftRight(63).longValueExact();
      tens[2 * (k - LEAST_TEN) + 1] = rounded.longValue() & LOW_63;
    }
    return tens;
  }
}
