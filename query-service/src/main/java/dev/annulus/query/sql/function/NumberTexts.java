package dev.annulus.query.sql.function;

import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Numbers written as texts, blanks around them ignored: {@code 12}, {@code -1.5e3}, {@code .5},
 * and, in any case, {@code NaN}, {@code Inf} and {@code Infinity}. Generated code calls these
 * methods with texts that are not null.
 */
public final class NumberTexts {
  private static final Pattern WHOLE = Pattern.compile("[+-]?\\d{1,19}");

  /** Possessive, so that long texts are refused as fast as they are read. */
  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?(\\d++(\\.\\d*+)?|\\.\\d++)([eE][+-]?\\d++)?");

  private static final int SHOWN = 40;

  private NumberTexts() {}

  /**
   * A double.
   *
   * @throws SqlException if the text is not a number, or beyond the largest double
   */
  public static double decimal(String text) {
    String trimmed = text.trim();
    if (DECIMAL.matcher(trimmed).matches()) {
      double value = Double.parseDouble(trimmed);
      if (Double.isInfinite(value)) {
        throw failure("%s is beyond the largest DOUBLE", text);
      }
      return value;
    }
    return switch (trimmed.toLowerCase(Locale.ROOT)) {
      case "nan", "+nan", "-nan" -> Double.NaN;
      case "inf", "+inf", "infinity", "+infinity" -> Double.POSITIVE_INFINITY;
      case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
      default -> throw failure("%s is not a number", text);
    };
  }

  /**
   * A whole number.
   *
   * @throws SqlException if the text is not a whole number, or does not fit BIGINT
   */
  public static long whole(String text) {
    String trimmed = text.trim();
    if (!WHOLE.matcher(trimmed).matches()) {
      throw failure("%s is not a whole number", text);
    }
    try {
      return Long.parseLong(trimmed);
    } catch (NumberFormatException e) {
      throw failure("%s does not fit BIGINT", text);
    }
  }

  private static SqlException failure(String problem, String text) {
    String shown = text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    String hint =
        TimeTexts.timestampOrNull(text) == null
            ? null
            : "a time is written as TIMESTAMP '2024-01-31 10:00:00'";
    return new SqlException(
        SqlErrorCode.INVALID_VALUE,
        problem.formatted("'" + shown.replace("'", "''") + "'"),
        null,
        hint,
        null);
  }
}
