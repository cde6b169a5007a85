package dev.annulus.promql.parser;

/** What an expression evaluates to. */
public enum ValueType {
  SCALAR("scalar", "scalar"),
  STRING("string", "string"),
  /** An instant vector. */
  VECTOR("vector", "instant vector"),
  /** A range vector. */
  MATRIX("matrix", "range vector");

  private final String resultType;
  private final String description;

  ValueType(String resultType, String description) {
    this.resultType = resultType;
    this.description = description;
  }

  /** As in {@code resultType} of Prometheus' API. */
  public String resultType() {
    return resultType;
  }

  String description() {
    return description;
  }
}
