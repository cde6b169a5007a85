package dev.annulus.promql.series;

/** String literals in double quotes, with Go's escapes. */
public final class Quoting {
  private Quoting() {}

  public static String quote(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2);
    quote(quoted, text);
    return quoted.toString();
  }

  public static void quote(StringBuilder to, String text) {
    to.append('"');
    text.codePoints().forEach(point -> escape(to, point));
    to.append('"');
  }

  private static void escape(StringBuilder to, int point) {
    switch (point) {
      case '"' -> to.append("\\\"");
      case '\\' -> to.append("\\\\");
      case '\n' -> to.append("\\n");
      case '\r' -> to.append("\\r");
      case '\t' -> to.append("\\t");
      case 7 -> to.append("\\a");
      case '\b' -> to.append("\\b");
      case '\f' -> to.append("\\f");
      case 11 -> to.append("\\v");
      default -> {
        if (point < ' ' || point == 0x7f) {
          to.append(String.format("\\x%02x", point));
        } else if (point >= 0xdc80 && point <= 0xdcff) {
          // A byte that is no UTF-8, as the parser keeps it.
          to.append(String.format("\\x%02x", point - 0xdc00));
        } else if (Character.isISOControl(point) || isUnprintable(point)) {
          to.append(
              point > 0xffff ? String.format("\\U%08x", point) : String.format("\\u%04x", point));
        } else {
          to.appendCodePoint(point);
        }
      }
    }
  }

  private static boolean isUnprintable(int point) {
    return switch (Character.getType(point)) {
      case Character.UNASSIGNED,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      case Character.SPACE_SEPARATOR -> point != ' ';
      default -> false;
    };
  }
}
