package dev.annulus.promql.parser;

import org.jspecify.annotations.Nullable;

/** Kinds of tokens. */
enum TokenType {
  END_OF_INPUT("", "end of input"),
  IDENTIFIER("", "identifier"),
  /** With a colon: no label's name outside of groupings, and no function's. */
  METRIC_IDENTIFIER("", "metric identifier"),
  STRING("", "string"),
  NUMBER("", "number"),
  DURATION("", "duration"),
  LEFT_PAREN("", ""),
  RIGHT_PAREN("", ""),
  LEFT_BRACE("", ""),
  RIGHT_BRACE("", ""),
  LEFT_BRACKET("", ""),
  RIGHT_BRACKET("", ""),
  COMMA("", ""),
  COLON("", ""),
  AT("", ""),
  ASSIGN("", ""),
  EQL("", "", BinaryOperator.EQL),
  NEQ("", "", BinaryOperator.NEQ),
  LTE("", "", BinaryOperator.LTE),
  LSS("", "", BinaryOperator.LSS),
  GTE("", "", BinaryOperator.GTE),
  GTR("", "", BinaryOperator.GTR),
  EQL_REGEX("", ""),
  NEQ_REGEX("", ""),
  ADD("", "", BinaryOperator.ADD),
  SUB("", "", BinaryOperator.SUB),
  MUL("", "", BinaryOperator.MUL),
  DIV("", "", BinaryOperator.DIV),
  MOD("", "", BinaryOperator.MOD),
  POW("", "", BinaryOperator.POW),
  AND("and", "", BinaryOperator.AND),
  OR("or", "", BinaryOperator.OR),
  UNLESS("unless", "", BinaryOperator.UNLESS),
  ATAN2("atan2", "", BinaryOperator.ATAN2),
  AGGREGATOR("", ""),
  OFFSET("offset", ""),
  BY("by", ""),
  WITHOUT("without", ""),
  ON("on", ""),
  IGNORING("ignoring", ""),
  GROUP_LEFT("group_left", ""),
  GROUP_RIGHT("group_right", ""),
  BOOL("bool", ""),
  START("start", ""),
  END("end", ""),
  /** A word or operator of an experimental feature or of native histograms. */
  UNSUPPORTED("", "");

  private final String word;
  private final String description;
  private final @Nullable BinaryOperator operator;

  TokenType(String word, String description) {
    this(word, description, null);
  }

  TokenType(String word, String description, @Nullable BinaryOperator operator) {
    this.word = word;
    this.description = description;
    this.operator = operator;
  }

  /** The keyword, in lower case; empty if it is none. */
  String word() {
    return word;
  }

  /** What to call it in a message, before its text; empty if the text says it. */
  String description() {
    return description;
  }

  @Nullable BinaryOperator operator() {
    return operator;
  }

  /** Whether it can stand where a label's name is wanted in parentheses. */
  boolean isLabelName() {
    return switch (this) {
      case IDENTIFIER, METRIC_IDENTIFIER, AGGREGATOR, UNSUPPORTED -> true;
      default -> !word.isEmpty() && this != WITHOUT;
    };
  }

  /** Whether it can be a metric's name. */
  boolean isMetricName() {
    return switch (this) {
      case BOOL, ON, IGNORING, GROUP_LEFT, GROUP_RIGHT, ATAN2 -> false;
      case IDENTIFIER, METRIC_IDENTIFIER, AGGREGATOR, UNSUPPORTED -> true;
      default -> !word.isEmpty();
    };
  }
}
