package dev.annulus.promql.parser;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The words with a meaning of their own; upper and lower case are the same. */
final class Words {
  private static final Map<String, TokenType> KEYWORDS = new HashMap<>();

  /** Words of Prometheus' experimental features; as labels and metrics they are ordinary names. */
  private static final Map<String, TokenType> EXPERIMENTAL =
      Map.of(
          "limitk", TokenType.UNSUPPORTED,
          "limit_ratio", TokenType.UNSUPPORTED,
          "fill", TokenType.UNSUPPORTED,
          "fill_left", TokenType.UNSUPPORTED,
          "fill_right", TokenType.UNSUPPORTED,
          "smoothed", TokenType.UNSUPPORTED,
          "anchored", TokenType.UNSUPPORTED);

  static {
    for (AggregateOperator operator : AggregateOperator.values()) {
      KEYWORDS.put(operator.symbol(), TokenType.AGGREGATOR);
    }
    for (TokenType type : TokenType.values()) {
      if (!type.word().isEmpty()) {
        KEYWORDS.put(type.word(), type);
      }
    }
    KEYWORDS.put("inf", TokenType.NUMBER);
    KEYWORDS.put("nan", TokenType.NUMBER);
    KEYWORDS.putAll(EXPERIMENTAL);
  }

  private Words() {}

  /** The keyword that {@code word} is, or an identifier's type. */
  static TokenType typeOf(String word) {
    TokenType keyword = KEYWORDS.get(lower(word));
    if (keyword != null) {
      return keyword;
    }
    return word.indexOf(':') >= 0 ? TokenType.METRIC_IDENTIFIER : TokenType.IDENTIFIER;
  }

  static String lower(String word) {
    return word.toLowerCase(Locale.ROOT);
  }
}
