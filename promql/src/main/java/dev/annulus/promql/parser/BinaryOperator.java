package dev.annulus.promql.parser;

/** Operators between two expressions, with what binds tighter having the higher precedence. */
public enum BinaryOperator {
  OR("or", 1, Kind.SET),
  AND("and", 2, Kind.SET),
  UNLESS("unless", 2, Kind.SET),
  EQL("==", 3, Kind.COMPARISON),
  NEQ("!=", 3, Kind.COMPARISON),
  LTE("<=", 3, Kind.COMPARISON),
  LSS("<", 3, Kind.COMPARISON),
  GTE(">=", 3, Kind.COMPARISON),
  GTR(">", 3, Kind.COMPARISON),
  ADD("+", 4, Kind.ARITHMETIC),
  SUB("-", 4, Kind.ARITHMETIC),
  MUL("*", 5, Kind.ARITHMETIC),
  DIV("/", 5, Kind.ARITHMETIC),
  MOD("%", 5, Kind.ARITHMETIC),
  ATAN2("atan2", 5, Kind.ARITHMETIC),
  POW("^", 6, Kind.ARITHMETIC);

  private enum Kind {
    SET,
    COMPARISON,
    ARITHMETIC
  }

  private final String symbol;
  private final int precedence;
  private final Kind kind;

  BinaryOperator(String symbol, int precedence, Kind kind) {
    this.symbol = symbol;
    this.precedence = precedence;
    this.kind = kind;
  }

  public String symbol() {
    return symbol;
  }

  int precedence() {
    return precedence;
  }

  boolean isRightAssociative() {
    return this == POW;
  }

  public boolean isSetOperator() {
    return kind == Kind.SET;
  }

  public boolean isComparison() {
    return kind == Kind.COMPARISON;
  }

  /** For arithmetic, the result; for a comparison, 1 if it holds and else 0. */
  public double apply(double left, double right) {
    return switch (this) {
      case ADD -> left + right;
      case SUB -> left - right;
      case MUL -> left * right;
      case DIV -> left / right;
      case MOD -> left % right;
      case POW -> pow(left, right);
      case ATAN2 -> Math.atan2(left, right);
      default -> holds(left, right) ? 1 : 0;
    };
  }

  /** Whether a comparison holds. */
  public boolean holds(double left, double right) {
    return switch (this) {
      case EQL -> left == right;
      case NEQ -> left != right;
      case LTE -> left <= right;
      case LSS -> left < right;
      case GTE -> left >= right;
      case GTR -> left > right;
      default -> throw new IllegalStateException(symbol + " compares nothing");
    };
  }

  /** As IEEE 754 and Go: unlike in Java, 1 to any power and -1 to an infinite one are 1. */
  private static double pow(double base, double exponent) {
    if (base == 1 || (base == -1 && Double.isInfinite(exponent))) {
      return 1;
    }
    return Math.pow(base, exponent);
  }
}
