package dev.annulus.query.sql.function;

import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import java.math.BigDecimal;

/**
 * What functions of texts compute: a character is a code point, however many of Java's it takes.
 * Generated code calls these methods with arguments that are not null. Places count from 1; what
 * lies outside of a text is empty.
 */
public final class TextMath {
  private TextMath() {}

  /** How many characters a text has. */
  public static int charLength(String text) {
    return text.codePointCount(0, text.length());
  }

  /** The rest of a text from a place on. */
  public static String substringFrom(String text, long start) {
    return part(text, start - 1, Long.MAX_VALUE);
  }

  /** {@code length} characters of a text from a place on; those before the first count too. */
  public static String substring(String text, long start, long length) {
    if (length < 0) {
      throw new SqlException(
          SqlErrorCode.INVALID_VALUE,
          "the length of substring must not be negative, got " + length);
    }
    long first = start - 1;
    long end = first + length;
    return part(text, first, end < first ? Long.MAX_VALUE : end);
  }

  /** The first characters of a text; all but the last ones if the number is negative. */
  public static String left(String text, long n) {
    return part(text, 0, n < 0 ? charLength(text) + n : n);
  }

  /** The first characters of a text, filled up with blanks to the number asked for. */
  public static String padded(String text, long n) {
    long blanks = n - charLength(text);
    return blanks > 0 ? text + " ".repeat((int) blanks) : left(text, n);
  }

  /** The last characters of a text; all but the first ones if the number is negative. */
  public static String right(String text, long n) {
    return part(text, n < 0 ? -n : charLength(text) - n, Long.MAX_VALUE);
  }

  /** Where a part first stands in a text; 0 if nowhere. */
  public static int position(String part, String text) {
    int at = text.indexOf(part);
    return at < 0 ? 0 : text.codePointCount(0, at) + 1;
  }

  /** Where a part first stands in a text at a place or behind it; 0 if nowhere. */
  public static int positionFrom(String part, String text, long from) {
    if (from < 1) {
      return 0;
    }
    int skipped = index(text, from - 1);
    int at = from - 1 > charLength(text) ? -1 : text.indexOf(part, skipped);
    return at < 0 ? 0 : text.codePointCount(0, at) + 1;
  }

  /**
   * A double as text: {@code 0.0}, {@code 1.5}, {@code 10000000000.0}, {@code 1e+20}, {@code
   * 1.5e-07}, {@code inf}, {@code nan}.
   */
  public static String ofDouble(double number) {
    if (!Double.isFinite(number)) {
      return Double.isNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
    }
    if (number == 0) {
      return 1 / number < 0 ? "-0.0" : "0.0";
    }
    BigDecimal exact = new BigDecimal(Double.toString(number)).stripTrailingZeros();
    int exponent = exact.precision() - exact.scale() - 1;
    if (exponent >= -4 && exponent < 16) {
      String plain = exact.toPlainString();
      return plain.indexOf('.') < 0 ? plain + ".0" : plain;
    }
    String digits = exact.unscaledValue().abs().toString();
    return (number < 0 ? "-" : "")
        + digits.charAt(0)
        + (digits.length() > 1 ? "." + digits.substring(1) : "")
        + "e"
        + (exponent < 0 ? '-' : '+')
        + (Math.abs(exponent) < 10 ? "0" : "")
        + Math.abs(exponent);
  }

  /** Zero without a sign, and any other number as it is: equal numbers become the same. */
  public static double unsignedZero(double number) {
    return number + 0.0;
  }

  /** The characters from one index to another, both counted from 0. */
  private static String part(String text, long from, long to) {
    int start = index(text, Math.max(0, from));
    return to <= from ? "" : text.substring(start, Math.max(start, index(text, to)));
  }

  /** Where a character begins, given its index; where the text ends if it has too few. */
  private static int index(String text, long characters) {
    if (characters <= 0) {
      return 0;
    }
    return characters >= text.length() || characters >= charLength(text)
        ? text.length()
        : text.offsetByCodePoints(0, (int) characters);
  }
}
