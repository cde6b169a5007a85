package dev.annulus.promql.parser;

import dev.annulus.promql.PositionRange;
import dev.annulus.promql.PromqlException;
import dev.annulus.promql.parser.Expr.MatrixSelector;
import dev.annulus.promql.parser.Expr.NumberLiteral;
import dev.annulus.promql.parser.Expr.SubqueryExpr;
import dev.annulus.promql.parser.Expr.VectorSelector;
import org.jspecify.annotations.Nullable;

/** Reads what follows an operand: ranges, sub-queries, {@code offset} and {@code @}. */
final class ModifierParser {
  private final TokenCursor tokens;
  private final boolean numbersAreDurations;

  ModifierParser(TokenCursor tokens, boolean numbersAreDurations) {
    this.tokens = tokens;
    this.numbersAreDurations = numbersAreDurations;
  }

  /**
   * {@code operand} with all modifiers that follow it.
   *
   * @param deeper counts the level that a range or sub-query adds to the tree
   */
  Expr postfix(Expr operand, Runnable deeper) {
    Expr expr = operand;
    boolean offset = false;
    while (true) {
      switch (tokens.type()) {
        case LEFT_BRACKET -> {
          deeper.run();
          expr = range(expr, offset);
          offset = false;
        }
        case OFFSET -> {
          expr = offset(expr, offset);
          offset = true;
        }
        case AT -> expr = at(expr);
        default -> {
          return expr;
        }
      }
    }
  }

  /** A number or a duration, without a sign. */
  NumberLiteral number() {
    Token token = tokens.take();
    try {
      boolean duration = token.type() == TokenType.DURATION;
      double value =
          duration
              ? Durations.parseMillis(token.text()) / 1000.0
              : NumberScanner.parse(token.text());
      return new NumberLiteral(value, duration, token.position());
    } catch (NumberFormatException e) {
      throw tokens.error(token.position(), "error parsing number: \"" + token.text() + "\"");
    } catch (IllegalArgumentException e) {
      throw tokens.error(token.position(), String.valueOf(e.getMessage()));
    }
  }

  private Expr range(Expr expr, boolean offset) {
    PositionRange bracket = tokens.take().position();
    long range = positiveMillis("subquery or range selector");
    if (tokens.takeIf(TokenType.COLON)) {
      long step =
          tokens.type() == TokenType.RIGHT_BRACKET ? 0 : positiveMillis("subquery selector");
      expectEnd("subquery selector", "\"]\"");
      PositionRange position = tokens.from(expr.position().start());
      return new SubqueryExpr(expr, range, step, 0, null, position);
    }
    expectEnd("subquery or range", "\":\" or \"]\"");
    String problem = null;
    if (!(expr instanceof VectorSelector selector)) {
      problem = "ranges only allowed for vector selectors";
    } else if (offset) {
      problem = "no offset modifiers allowed before range";
    } else if (selector.at() != null) {
      problem = "no @ modifiers allowed before range";
    } else {
      return new MatrixSelector(selector, range, tokens.from(selector.position().start()));
    }
    throw tokens.error(tokens.from(bracket.start()), problem);
  }

  private void expectEnd(String context, String expected) {
    tokens.expect(TokenType.RIGHT_BRACKET, context, expected);
  }

  private PromqlException durationExpression() {
    return tokens.error(
        tokens.peek().position(),
        "duration expressions are not supported: they are experimental in Prometheus");
  }

  private long positiveMillis(String context) {
    int start = tokens.peek().position().start();
    double seconds = signedSeconds(context);
    if (tokens.type().operator() != null) {
      throw durationExpression();
    }
    if (!(seconds > 0)) {
      throw tokens.error(tokens.from(start), "duration must be greater than 0");
    }
    return Durations.ofSeconds(seconds);
  }

  /** Seconds of a number or duration with an optional sign. */
  private double signedSeconds(String context) {
    Token first = tokens.peek();
    boolean signed = first.type() == TokenType.ADD || first.type() == TokenType.SUB;
    if (signed) {
      tokens.take();
    }
    if (tokens.type() == TokenType.LEFT_PAREN || tokens.type() == TokenType.IDENTIFIER) {
      throw durationExpression();
    }
    boolean number = numbersAreDurations && tokens.type() == TokenType.NUMBER;
    if (!number && tokens.type() != TokenType.DURATION) {
      throw tokens.unexpected(context, numbersAreDurations ? "number or duration" : "duration");
    }
    double seconds = number().value();
    if (Math.abs(seconds) > Durations.MAX_MILLIS / 1000.0 || Double.isNaN(seconds)) {
      throw tokens.error(tokens.from(first.position().start()), "duration out of range");
    }
    return first.type() == TokenType.SUB ? -seconds : seconds;
  }

  private Expr offset(Expr expr, boolean again) {
    tokens.take();
    long millis = Durations.ofSeconds(signedSeconds("offset"));
    int end = tokens.end();
    if (again) {
      throw tokens.error(expr.position(), "offset may not be set multiple times");
    }
    if (expr instanceof VectorSelector selector) {
      return shifted(selector, millis, selector.at(), end);
    }
    if (expr instanceof MatrixSelector matrix) {
      VectorSelector selector = matrix.selector();
      return shifted(matrix, shifted(selector, millis, selector.at(), end), end);
    }
    if (expr instanceof SubqueryExpr subquery) {
      return shifted(subquery, millis, subquery.at(), end);
    }
    throw tokens.error(
        expr.position(),
        "offset modifier must be preceded by an instant vector selector or range vector selector"
            + " or a subquery");
  }

  private Expr at(Expr expr) {
    tokens.take();
    AtModifier at = timestamp(expr);
    int end = tokens.end();
    if (expr instanceof VectorSelector selector) {
      checkOnce(selector.at(), expr);
      return shifted(selector, selector.offsetMillis(), at, end);
    }
    if (expr instanceof MatrixSelector matrix) {
      checkOnce(matrix.selector().at(), expr);
      VectorSelector selector = matrix.selector();
      return shifted(matrix, shifted(selector, selector.offsetMillis(), at, end), end);
    }
    if (expr instanceof SubqueryExpr subquery) {
      checkOnce(subquery.at(), expr);
      return shifted(subquery, subquery.offsetMillis(), at, end);
    }
    throw tokens.error(
        expr.position(),
        "@ modifier must be preceded by an instant vector selector or range vector selector"
            + " or a subquery");
  }

  private void checkOnce(@Nullable AtModifier at, Expr expr) {
    if (at != null) {
      throw tokens.error(expr.position(), "@ <timestamp> may not be set multiple times");
    }
  }

  private AtModifier timestamp(Expr expr) {
    if (tokens.type() == TokenType.START || tokens.type() == TokenType.END) {
      boolean start = tokens.take().type() == TokenType.START;
      tokens.expect(TokenType.LEFT_PAREN, "@", "\"(\"");
      tokens.expect(TokenType.RIGHT_PAREN, "@", "\")\"");
      return start ? AtModifier.Bound.START : AtModifier.Bound.END;
    }
    boolean negative = tokens.type() == TokenType.SUB;
    if (negative || tokens.type() == TokenType.ADD) {
      tokens.take();
    }
    if (tokens.type() != TokenType.NUMBER && tokens.type() != TokenType.DURATION) {
      throw tokens.unexpected("@", "timestamp");
    }
    double seconds = number().value();
    if (!(Math.abs(seconds) < Long.MAX_VALUE / 1000.0)) {
      throw tokens.error(expr.position(), "timestamp out of bounds for @ modifier: " + seconds);
    }
    return new AtModifier.Timestamp(Math.round((negative ? -seconds : seconds) * 1000));
  }

  private static VectorSelector shifted(
      VectorSelector selector, long offset, @Nullable AtModifier at, int end) {
    PositionRange position = new PositionRange(selector.position().start(), end);
    return new VectorSelector(selector.name(), selector.matchers(), offset, at, position);
  }

  private static MatrixSelector shifted(MatrixSelector matrix, VectorSelector selector, int end) {
    PositionRange position = new PositionRange(matrix.position().start(), end);
    return new MatrixSelector(selector, matrix.rangeMillis(), position);
  }

  private static SubqueryExpr shifted(
      SubqueryExpr subquery, long offset, @Nullable AtModifier at, int end) {
    PositionRange position = new PositionRange(subquery.position().start(), end);
    return new SubqueryExpr(
        subquery.expr(), subquery.rangeMillis(), subquery.stepMillis(), offset, at, position);
  }
}
