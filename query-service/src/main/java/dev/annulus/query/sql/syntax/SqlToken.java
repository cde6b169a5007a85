package dev.annulus.query.sql.syntax;

import java.util.Locale;

/**
 * A piece of SQL text.
 *
 * @param kind what it is
 * @param text as written
 * @param start offset of its first character
 * @param end offset behind its last character
 */
record SqlToken(Kind kind, String text, int start, int end) {

  enum Kind {
    /** A keyword or bare name. */
    WORD,
    /** A name in double quotes. */
    QUOTED,
    /** A literal in single quotes. */
    STRING,
    /** An unsigned number. */
    NUMBER,
    /** Anything else, one or two characters long. */
    SYMBOL
  }

  /** Whether this is a certain keyword, given in upper case. */
  boolean isWord(String keyword) {
    return kind == Kind.WORD && text.equalsIgnoreCase(keyword);
  }

  boolean isSymbol(String symbol) {
    return kind == Kind.SYMBOL && text.equals(symbol);
  }

  /** The keyword in upper case; the text itself if this is no word. */
  String keyword() {
    return kind == Kind.WORD ? text.toUpperCase(Locale.ROOT) : text;
  }
}
