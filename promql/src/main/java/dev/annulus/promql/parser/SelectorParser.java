package dev.annulus.promql.parser;

import dev.annulus.promql.PositionRange;
import dev.annulus.promql.parser.Expr.VectorSelector;
import dev.annulus.promql.series.LabelMatcher;
import dev.annulus.promql.series.Labels;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads vector selectors and lists of labels. */
final class SelectorParser {
  private final TokenCursor tokens;

  SelectorParser(TokenCursor tokens) {
    this.tokens = tokens;
  }

  /** A name, label matchers in braces, or both. */
  VectorSelector selector() {
    int start = tokens.peek().position().start();
    String name = "";
    if (tokens.type() != TokenType.LEFT_BRACE) {
      name = tokens.take().text();
    }
    List<LabelMatcher> matchers = new ArrayList<>();
    if (tokens.type() == TokenType.LEFT_BRACE) {
      braces(matchers);
    }
    PositionRange position = tokens.from(start);
    if (!name.isEmpty()) {
      checkNameOnce(name, matchers, position);
      matchers.add(new LabelMatcher(LabelMatcher.Type.EQUAL, Labels.METRIC_NAME, name));
    } else if (matchers.stream().allMatch(matcher -> matcher.matches(""))) {
      throw tokens.error(position, "vector selector must contain at least one non-empty matcher");
    }
    return new VectorSelector(name, matchers, 0, null, position);
  }

  private void checkNameOnce(String name, List<LabelMatcher> matchers, PositionRange position) {
    for (LabelMatcher matcher : matchers) {
      if (matcher.name().equals(Labels.METRIC_NAME)) {
        throw tokens.error(
            position,
            "metric name must not be set twice: \"" + name + "\" or \"" + matcher.value() + "\"");
      }
    }
  }

  private void braces(List<LabelMatcher> matchers) {
    tokens.take();
    while (!tokens.takeIf(TokenType.RIGHT_BRACE)) {
      matchers.add(matcher());
      if (!tokens.takeIf(TokenType.COMMA) && tokens.type() != TokenType.RIGHT_BRACE) {
        throw tokens.unexpected("label matching", "\",\" or \"}\"");
      }
    }
  }

  private LabelMatcher matcher() {
    Token first = tokens.peek();
    boolean quoted = first.type() == TokenType.STRING;
    if (!quoted && first.type() != TokenType.IDENTIFIER) {
      throw tokens.unexpected("label matching", "identifier or \"}\"");
    }
    tokens.take();
    String name = quoted ? tokens.unquote(first) : first.text();
    LabelMatcher.Type type = matcherType(tokens.type());
    if (type == null) {
      if (!quoted) {
        throw tokens.unexpected("label matching", "label matching operator");
      }
      return new LabelMatcher(LabelMatcher.Type.EQUAL, Labels.METRIC_NAME, name);
    }
    tokens.take();
    Token value = tokens.expect(TokenType.STRING, "label matching", "string");
    try {
      return new LabelMatcher(type, name, tokens.unquote(value));
    } catch (IllegalArgumentException e) {
      throw tokens.error(first.position().to(value.position()), String.valueOf(e.getMessage()));
    }
  }

  private static LabelMatcher.@Nullable Type matcherType(TokenType type) {
    return switch (type) {
      case ASSIGN -> LabelMatcher.Type.EQUAL;
      case NEQ -> LabelMatcher.Type.NOT_EQUAL;
      case EQL_REGEX -> LabelMatcher.Type.REGEX;
      case NEQ_REGEX -> LabelMatcher.Type.NOT_REGEX;
      default -> null;
    };
  }

  /** Names of labels in parentheses. */
  List<String> groupingLabels() {
    tokens.expect(TokenType.LEFT_PAREN, "grouping opts", "\"(\"");
    List<String> labels = new ArrayList<>();
    while (!tokens.takeIf(TokenType.RIGHT_PAREN)) {
      labels.add(groupingLabel());
      if (!tokens.takeIf(TokenType.COMMA) && tokens.type() != TokenType.RIGHT_PAREN) {
        throw tokens.unexpected("grouping opts", "\",\" or \")\"");
      }
    }
    return labels;
  }

  private String groupingLabel() {
    Token token = tokens.peek();
    if (token.type() != TokenType.STRING && !token.type().isLabelName()) {
      throw tokens.unexpected("grouping opts", "label");
    }
    tokens.take();
    String name = token.type() == TokenType.STRING ? tokens.unquote(token) : token.text();
    if (name.isEmpty() || !StringLiterals.isValidText(name)) {
      throw tokens.error(token.position(), "invalid label name for grouping: " + token.text());
    }
    return name;
  }
}
