package dev.annulus.query.http.prometheus;

/**
 * Label names in paths, where Prometheus escapes those that are no identifiers: {@code
 * U__http_2e_method} is {@code http.method}.
 */
final class EscapedNames {
  private static final String PREFIX = "U__";
  private static final int MOST_DIGITS = 6;

  private EscapedNames() {}

  /** The name; {@code text} itself if it is not escaped, or not correctly. */
  static String unescape(String text) {
    if (!text.startsWith(PREFIX)) {
      return text;
    }
    StringBuilder name = new StringBuilder();
    int i = PREFIX.length();
    while (i < text.length()) {
      char c = text.charAt(i++);
      if (c != '_') {
        name.append(c);
        continue;
      }
      int end = text.indexOf('_', i);
      if (end < 0 || end - i > MOST_DIGITS) {
        return text;
      }
      if (end == i) {
        name.append('_');
      } else {
        int point = hex(text.substring(i, end));
        if (point < 0) {
          return text;
        }
        name.appendCodePoint(point);
      }
      i = end + 1;
    }
    return name.toString();
  }

  /** A code point; -1 if it is none. */
  private static int hex(String digits) {
    try {
      int point = Integer.parseInt(digits, 16);
      boolean surrogate = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
      return Character.isValidCodePoint(point) && !surrogate ? point : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
