package dev.annulus.promql.parser;

import java.math.BigInteger;

/** Finds and reads numbers: decimal with fraction and exponent, hexadecimal, octal as in Go. */
final class NumberScanner {
  private NumberScanner() {}

  /** The index after the number that starts at {@code start}; {@code start} if there is none. */
  static int end(String input, int start) {
    int end = isHex(input, start) ? hexEnd(input, start + 2) : decimalEnd(input, start);
    boolean complete = end >= input.length() || !Lexer.isAlphanumeric(input.charAt(end));
    return complete && end > start ? end : start;
  }

  private static boolean isHex(String input, int start) {
    return start + 1 < input.length()
        && input.charAt(start) == '0'
        && (input.charAt(start + 1) | ' ') == 'x';
  }

  private static int hexEnd(String input, int start) {
    int end = start;
    while (end < input.length()
        && (input.charAt(end) == '_' || Character.digit(input.charAt(end), 16) >= 0)
        && input.charAt(end) < 128) {
      end++;
    }
    return end;
  }

  private static int decimalEnd(String input, int start) {
    int end = digits(input, start);
    if (end < input.length() && input.charAt(end) == '.') {
      end = digits(input, end + 1);
    }
    if (end < input.length() && (input.charAt(end) | ' ') == 'e') {
      int exponent = end + 1;
      if (exponent < input.length()
          && (input.charAt(exponent) == '+' || input.charAt(exponent) == '-')) {
        exponent++;
      }
      int exponentEnd = digits(input, exponent);
      if (exponentEnd > exponent) {
        end = exponentEnd;
      }
    }
    return end;
  }

  private static int digits(String input, int start) {
    int end = start;
    while (end < input.length()
        && (Lexer.isDigit(input.charAt(end)) || (end > start && isSeparator(input, end)))) {
      end++;
    }
    return end;
  }

  private static boolean isSeparator(String input, int at) {
    return input.charAt(at) == '_'
        && at + 1 < input.length()
        && Lexer.isDigit(input.charAt(at + 1));
  }

  /**
   * @throws NumberFormatException if it is none
   */
  static double parse(String text) {
    String lower = Words.lower(text).replace("_", "");
    if (lower.equals("inf")) {
      return Double.POSITIVE_INFINITY;
    }
    if (lower.equals("nan")) {
      return Double.NaN;
    }
    if (lower.startsWith("0x")) {
      return new BigInteger(lower.substring(2), 16).doubleValue();
    }
    if (lower.length() > 1
        && lower.charAt(0) == '0'
        && lower.chars().allMatch(c -> c >= '0' && c <= '7')) {
      return new BigInteger(lower, 8).doubleValue();
    }
    return Double.parseDouble(lower);
  }
}
