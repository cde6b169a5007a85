package dev.annulus.ingest.graphite;

import dev.annulus.ingest.text.LineException;
import dev.annulus.ingest.text.LineNumber;
import dev.annulus.model.SampleRules;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Numbers as Python's {@code float} parses them, like Graphite. */
final class GraphiteNumber {
  private static final int LONGEST_WORD = "+infinity".length();

  private GraphiteNumber() {}

  /**
   * The number in {@code [from, to)}; NaN for NaN and infinities.
   *
   * @throws LineException if it is not a number
   */
  static double value(byte[] array, int from, int to) {
    if (to - from <= LONGEST_WORD && isNone(array, from, to)) {
      return Double.NaN;
    }
    boolean plus = from < to && array[from] == '+';
    if (plus && from + 1 < to && array[from + 1] == '-') {
      throw new LineException("invalid number");
    }
    return LineNumber.decimal(array, plus ? from + 1 : from, to);
  }

  /**
   * Epoch milliseconds of epoch seconds: -1, as a whole number or not, stands for now, as in
   * Graphite.
   *
   * @throws LineException if it is none
   */
  static long timestamp(double number, long nowMillis) {
    if (Double.isNaN(number)) {
      throw new LineException("invalid timestamp");
    }
    return (long) number == -1 ? nowMillis : SampleRules.millisOf(number);
  }

  private static boolean isNone(byte[] array, int from, int to) {
    int first = from < to && (array[from] == '+' || array[from] == '-') ? from + 1 : from;
    if (first >= to || array[first] <= '9') {
      return false;
    }
    String word = new String(array, first, to - first, StandardCharsets.ISO_8859_1);
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "nan", "inf", "infinity" -> true;
      default -> false;
    };
  }
}
