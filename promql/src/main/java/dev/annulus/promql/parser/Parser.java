package dev.annulus.promql.parser;

import dev.annulus.promql.PositionRange;
import dev.annulus.promql.PromqlException;
import dev.annulus.promql.parser.Expr.AggregateExpr;
import dev.annulus.promql.parser.Expr.BinaryExpr;
import dev.annulus.promql.parser.Expr.Call;
import dev.annulus.promql.parser.Expr.NumberLiteral;
import dev.annulus.promql.parser.Expr.ParenExpr;
import dev.annulus.promql.parser.Expr.StringLiteral;
import dev.annulus.promql.parser.Expr.UnaryExpr;
import dev.annulus.promql.parser.Expr.VectorSelector;
import dev.annulus.promql.parser.VectorMatching.Cardinality;
import dev.annulus.promql.series.LabelMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads PromQL: recursive descent, operators by precedence (Pratt). The first error ends it, with
 * its place and, where it helps, what was expected there.
 */
public final class Parser {
  /** Deep enough for any query by hand or by a tool, and safe on a stack of 512 KiB. */
  public static final int DEFAULT_MAX_DEPTH = 300;

  /** A call counts for more levels: evaluating it takes more of the stack. */
  private static final int CALL_DEPTH = 2;

  private static final int UNARY_OPERAND = BinaryOperator.POW.precedence();

  private final TokenCursor tokens;
  private final SelectorParser selectors;
  private final ModifierParser modifiers;
  private final int maxDepth;
  private int depth;

  private Parser(String query, int maxDepth, boolean numbersAreDurations) {
    this.tokens = new TokenCursor(query);
    this.selectors = new SelectorParser(tokens);
    this.modifiers = new ModifierParser(tokens, numbersAreDurations);
    this.maxDepth = maxDepth;
  }

  /**
   * The tree of {@code query}, its types checked.
   *
   * @throws PromqlException of type {@code BAD_DATA}
   */
  public static Expr parse(String query) {
    return parse(query, DEFAULT_MAX_DEPTH);
  }

  /**
   * As {@link #parse(String)}; also a {@code query} nested deeper than {@code maxDepth} is refused,
   * so that neither this nor what walks the tree overflows the stack.
   */
  public static Expr parse(String query, int maxDepth) {
    return parse(query, maxDepth, true);
  }

  /**
   * As {@link #parse(String, int)}.
   *
   * @param numbersAreDurations whether {@code [300]} is {@code [5m]}, as since Prometheus 3
   */
  public static Expr parse(String query, int maxDepth, boolean numbersAreDurations) {
    Parser parser = new Parser(query, maxDepth, numbersAreDurations);
    if (parser.tokens.type() == TokenType.END_OF_INPUT) {
      throw parser.tokens.error(new PositionRange(0, 0), "no expression found in input");
    }
    Expr expr = parser.expression(0);
    if (parser.tokens.type() != TokenType.END_OF_INPUT) {
      throw parser.tokens.unexpected("", "");
    }
    TypeCheck.check(query, expr);
    return expr;
  }

  /**
   * The matchers of a selector without range and modifiers, as in {@code match[]}.
   *
   * @throws PromqlException of type {@code BAD_DATA}
   */
  public static List<LabelMatcher> parseSelector(String selector) {
    Parser parser = new Parser(selector, 1, true);
    if (!parser.tokens.type().isMetricName() && parser.tokens.type() != TokenType.LEFT_BRACE) {
      throw parser.tokens.unexpected("", "");
    }
    VectorSelector parsed = parser.selectors.selector();
    if (parser.tokens.type() != TokenType.END_OF_INPUT) {
      throw parser.tokens.unexpected("", "");
    }
    return parsed.matchers();
  }

  /** An expression of operators that bind at least as tight as {@code precedence}. */
  private Expr expression(int precedence) {
    int outer = depth;
    deeper();
    Expr left = modifiers.postfix(operand(), this::deeper);
    while (true) {
      if (tokens.type() == TokenType.UNSUPPORTED) {
        throw unsupported();
      }
      BinaryOperator operator = tokens.type().operator();
      if (operator == null || operator.precedence() < precedence) {
        depth = outer;
        return left;
      }
      // A chain of operators is a tree that is deep on its left.
      deeper();
      left = binary(left, operator);
    }
  }

  private void deeper() {
    if (++depth > maxDepth) {
      throw tokens.error(
          tokens.peek().position(), "expression is nested more than " + maxDepth + " levels deep");
    }
  }

  private PromqlException unsupported() {
    String text = tokens.peek().text();
    String kind = text.endsWith("/") ? "operator \"" + text + "\"" : "modifier \"" + text + "\"";
    String reason = text.endsWith("/") ? "for native histograms" : "experimental in Prometheus";
    return tokens.error(tokens.peek().position(), kind + " is not supported: it is " + reason);
  }

  private Expr binary(Expr left, BinaryOperator operator) {
    tokens.take();
    boolean returnBool = tokens.takeIf(TokenType.BOOL);
    VectorMatching matching = matching();
    int tighter = operator.precedence() + (operator.isRightAssociative() ? 0 : 1);
    Expr right = expression(tighter);
    if (operator.isSetOperator() && matching.cardinality() == Cardinality.ONE_TO_ONE) {
      matching = matching.with(Cardinality.MANY_TO_MANY);
    }
    return new BinaryExpr(operator, left, right, returnBool, matching);
  }

  private VectorMatching matching() {
    boolean on = tokens.type() == TokenType.ON;
    if (!on && tokens.type() != TokenType.IGNORING) {
      if (tokens.type() == TokenType.GROUP_LEFT || tokens.type() == TokenType.GROUP_RIGHT) {
        throw tokens.unexpected("binary expression", "\"on\" or \"ignoring\" before it");
      }
      return VectorMatching.DEFAULT;
    }
    tokens.take();
    List<String> labels = selectors.groupingLabels();
    Cardinality cardinality = Cardinality.ONE_TO_ONE;
    List<String> include = List.of();
    if (tokens.type() == TokenType.GROUP_LEFT || tokens.type() == TokenType.GROUP_RIGHT) {
      cardinality =
          tokens.take().type() == TokenType.GROUP_LEFT
              ? Cardinality.MANY_TO_ONE
              : Cardinality.ONE_TO_MANY;
      if (tokens.type() == TokenType.LEFT_PAREN) {
        include = selectors.groupingLabels();
      }
    }
    return new VectorMatching(cardinality, on, labels, include);
  }

  private Expr operand() {
    Token token = tokens.peek();
    return switch (token.type()) {
      case ADD, SUB -> unary();
      case NUMBER, DURATION -> modifiers.number();
      case STRING -> {
        tokens.take();
        yield new StringLiteral(tokens.unquote(token), token.position());
      }
      case LEFT_PAREN -> {
        tokens.take();
        Expr inner = expression(0);
        tokens.expect(TokenType.RIGHT_PAREN, "", "");
        yield new ParenExpr(inner, tokens.from(token.position().start()));
      }
      case LEFT_BRACE -> selectors.selector();
      case AGGREGATOR -> isAggregation() ? aggregation() : selectors.selector();
      case UNSUPPORTED -> isAggregation() ? call() : name();
      case IDENTIFIER, START, END -> tokens.typeAfter() == TokenType.LEFT_PAREN ? call() : name();
      default -> name();
    };
  }

  private Expr name() {
    if (!tokens.type().isMetricName() || tokens.peek().text().endsWith("/")) {
      throw tokens.unexpected("", "");
    }
    return selectors.selector();
  }

  private Expr unary() {
    Token sign = tokens.take();
    boolean negative = sign.type() == TokenType.SUB;
    Expr operand = expression(UNARY_OPERAND);
    PositionRange position = sign.position().to(operand.position());
    if (operand instanceof NumberLiteral number) {
      double value = negative ? -number.value() : number.value();
      return new NumberLiteral(value, number.duration(), position);
    }
    return new UnaryExpr(negative, operand, position);
  }

  private boolean isAggregation() {
    return switch (tokens.typeAfter()) {
      case LEFT_PAREN, BY, WITHOUT -> true;
      default -> false;
    };
  }

  private Expr aggregation() {
    Token word = tokens.take();
    AggregateOperator operator = AggregateOperator.valueOf(word.text().toUpperCase(Locale.ROOT));
    Grouping grouping = grouping();
    List<Expr> args = arguments("aggregation");
    if (grouping == null) {
      grouping = grouping();
    }
    PositionRange position = tokens.from(word.position().start());
    int wanted = operator.parameter() == null ? 1 : 2;
    if (args.isEmpty()) {
      throw tokens.error(position, "no arguments for aggregate expression provided");
    }
    if (args.size() != wanted) {
      throw tokens.error(
          position,
          "wrong number of arguments for aggregate expression provided, expected "
              + wanted
              + ", got "
              + args.size());
    }
    return new AggregateExpr(
        operator,
        args.get(wanted - 1),
        wanted == 2 ? args.get(0) : null,
        grouping != null && grouping.without,
        grouping == null ? List.of() : grouping.labels,
        position);
  }

  private record Grouping(boolean without, List<String> labels) {}

  private @Nullable Grouping grouping() {
    if (tokens.type() != TokenType.BY && tokens.type() != TokenType.WITHOUT) {
      return null;
    }
    boolean without = tokens.take().type() == TokenType.WITHOUT;
    return new Grouping(without, selectors.groupingLabels());
  }

  private Expr call() {
    Token name = tokens.take();
    if (name.type() == TokenType.UNSUPPORTED) {
      throw tokens.error(
          name.position(),
          "\"" + name.text() + "\" is not supported: it is experimental in Prometheus");
    }
    if (PromqlFunction.named(name.text()) == null) {
      throw tokens.error(name.position(), PromqlFunction.whyNot(name.text()));
    }
    List<Expr> args = arguments("function call");
    return new Call(
        Objects.requireNonNull(PromqlFunction.named(name.text())),
        args,
        tokens.from(name.position().start()));
  }

  private List<Expr> arguments(String context) {
    tokens.expect(TokenType.LEFT_PAREN, context, "\"(\"");
    List<Expr> args = new ArrayList<>();
    if (tokens.takeIf(TokenType.RIGHT_PAREN)) {
      return args;
    }
    int outer = depth;
    while (true) {
      depth = outer + CALL_DEPTH;
      args.add(expression(0));
      depth = outer;
      if (tokens.takeIf(TokenType.RIGHT_PAREN)) {
        return args;
      }
      PositionRange comma = tokens.expect(TokenType.COMMA, context, "\",\" or \")\"").position();
      if (tokens.type() == TokenType.RIGHT_PAREN) {
        throw tokens.error(comma, "trailing commas not allowed in function call args");
      }
    }
  }
}
