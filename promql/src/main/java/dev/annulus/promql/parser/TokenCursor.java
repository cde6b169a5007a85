package dev.annulus.promql.parser;

import dev.annulus.promql.PositionRange;
import dev.annulus.promql.PromqlException;
import java.util.List;

/** The tokens of a query, read from left to right. */
final class TokenCursor {
  private final String query;
  private final List<Token> tokens;
  private int next;

  TokenCursor(String query) {
    this.query = query;
    this.tokens = Lexer.tokens(query);
  }

  Token peek() {
    return tokens.get(next);
  }

  TokenType type() {
    return peek().type();
  }

  /** The type of the token after the next. */
  TokenType typeAfter() {
    return tokens.get(Math.min(next + 1, tokens.size() - 1)).type();
  }

  Token take() {
    Token token = peek();
    if (token.type() != TokenType.END_OF_INPUT) {
      next++;
    }
    return token;
  }

  /** Takes the next token if it is of {@code type}. */
  boolean takeIf(TokenType type) {
    if (type() != type) {
      return false;
    }
    take();
    return true;
  }

  Token expect(TokenType type, String context, String expected) {
    if (type() != type) {
      throw unexpected(context, expected);
    }
    return take();
  }

  /** The end of the last token taken. */
  int end() {
    return next == 0 ? 0 : tokens.get(next - 1).position().end();
  }

  PositionRange from(int start) {
    return new PositionRange(start, end());
  }

  PromqlException unexpected(String context, String expected) {
    Token token = peek();
    return error(
        token.position(),
        "unexpected "
            + token.describe()
            + (context.isEmpty() ? "" : " in " + context)
            + (expected.isEmpty() ? "" : ", expected " + expected));
  }

  PromqlException error(PositionRange position, String message) {
    return PromqlException.badData(query, position, message);
  }

  /** The content of a string token. */
  String unquote(Token string) {
    try {
      return StringLiterals.unquote(string.text());
    } catch (IllegalArgumentException e) {
      throw error(
          string.position(), "error unquoting string " + string.text() + ": " + e.getMessage());
    }
  }
}
