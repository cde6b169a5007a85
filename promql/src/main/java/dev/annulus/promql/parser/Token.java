package dev.annulus.promql.parser;

import dev.annulus.promql.PositionRange;
import dev.annulus.promql.series.Quoting;

/**
 * A word, literal or symbol of a query.
 *
 * @param text as written, with the quotes of a string
 */
record Token(TokenType type, String text, PositionRange position) {

  /** For messages: what it is and how it is written. */
  String describe() {
    if (type == TokenType.END_OF_INPUT) {
      return type.description();
    }
    String what = type.description();
    return what.isEmpty() ? Quoting.quote(text) : what + " " + Quoting.quote(text);
  }
}
