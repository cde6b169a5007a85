package dev.annulus.promql;

/**
 * A part of the query's text.
 *
 * @param start index of its first character (UTF-16), from 0
 * @param end index after its last character
 */
public record PositionRange(int start, int end) {

  /** From the start of this to the end of {@code last}. */
  public PositionRange to(PositionRange last) {
    return new PositionRange(start, last.end);
  }

  /** Where it starts, as "line:column", both from 1. */
  public String lineAndColumn(String query) {
    int upTo = Math.min(start, query.length());
    int line = 1;
    int lineStart = 0;
    for (int i = 0; i < upTo; i++) {
      if (query.charAt(i) == '\n') {
        line++;
        lineStart = i + 1;
      }
    }
    return line + ":" + (upTo - lineStart + 1);
  }
}
