package dev.annulus.query.sql.syntax;

/**
 * A token, or all tokens of a list of literals.
 *
 * @param token the first one
 * @param end offset behind the last one
 * @param literal the number of the literal that it is; -1 if it is none
 * @param isList whether it is a list of literals
 */
record Part(SqlToken token, int end, int literal, boolean isList) {

  /** Offset of the first character. */
  int start() {
    return token.start();
  }
}
