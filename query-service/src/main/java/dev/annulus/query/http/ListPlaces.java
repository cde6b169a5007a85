package dev.annulus.query.http;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Tells of placeholders, one after the other, whether they are elements of an {@code IN} list.
 * Knows of SQL only quotes, comments, words and parentheses, and reads the text once. Not
 * thread-safe.
 */
final class ListPlaces {
  private final String sql;
  private final Deque<Boolean> lists = new ArrayDeque<>(); // one for each open parenthesis
  private int at;
  private char quote;
  private boolean afterIn;
  private boolean atElement;

  ListPlaces(String sql) {
    this.sql = sql;
  }

  /** Where a placeholder stands. */
  enum Place {
    /** An element of an {@code IN} list. */
    ELEMENT,
    /** In quotes, after {@code IN (}. */
    QUOTED,
    COMMENT,
    OTHER
  }

  /**
   * Looks at the next placeholder.
   *
   * @param from offset of its first character, not before the end of the one before
   * @param to offset behind its last character
   */
  Place at(int from, int to) {
    while (at < from) {
      if (quote != 0) {
        quote = sql.charAt(at++) == quote ? 0 : quote;
      } else if (isCommentAt(at)) {
        at = endOfComment(at);
      } else {
        take();
      }
    }
    if (at > from) {
      return Place.COMMENT;
    }
    at = to;
    if (quote != 0) {
      return followsIn(from) ? Place.QUOTED : Place.OTHER;
    }
    boolean isElement = atElement && endsElement(to);
    atElement = false;
    afterIn = false;
    return isElement ? Place.ELEMENT : Place.OTHER;
  }

  private void take() {
    char c = sql.charAt(at);
    if (Character.isWhitespace(c)) {
      at++;
      return;
    }
    if (Character.isJavaIdentifierPart(c)) {
      int end = at + 1;
      while (end < sql.length() && Character.isJavaIdentifierPart(sql.charAt(end))) {
        end++;
      }
      afterIn = sql.substring(at, end).equalsIgnoreCase("IN");
      atElement = false;
      at = end;
      return;
    }
    switch (c) {
      case '\'', '"' -> quote = c;
      case '(' -> lists.push(afterIn);
      case ')' -> lists.poll();
      default -> {}
    }
    atElement = (c == '(' && afterIn) || (c == ',' && Boolean.TRUE.equals(lists.peek()));
    afterIn = false;
    at++;
  }

  private boolean endsElement(int from) {
    int next = from;
    while (next < sql.length() && Character.isWhitespace(sql.charAt(next))) {
      next++;
    }
    return next < sql.length()
        && (sql.charAt(next) == ',' || sql.charAt(next) == ')' || isCommentAt(next));
  }

  private boolean isCommentAt(int place) {
    return sql.startsWith("--", place)
        || sql.startsWith("//", place)
        || sql.startsWith("/*", place);
  }

  private int endOfComment(int start) {
    if (sql.startsWith("/*", start)) {
      int end = sql.indexOf("*/", start + 2);
      return end < 0 ? sql.length() : end + 2;
    }
    int end = start;
    while (end < sql.length() && sql.charAt(end) != '\n' && sql.charAt(end) != '\r') {
      end++;
    }
    return end;
  }

  private boolean followsIn(int from) {
    int end = skipSpacesBack(from);
    if (end < 1 || sql.charAt(end - 1) != '(') {
      return false;
    }
    end = skipSpacesBack(end - 1);
    return end >= 2
        && sql.regionMatches(true, end - 2, "IN", 0, 2)
        && (end == 2 || !Character.isJavaIdentifierPart(sql.charAt(end - 3)));
  }

  private int skipSpacesBack(int from) {
    int end = from;
    while (end > 0 && Character.isWhitespace(sql.charAt(end - 1))) {
      end--;
    }
    return end;
  }
}
