package dev.annulus.promql.parser;

import org.jspecify.annotations.Nullable;

/** Aggregations over the series of an instant vector. */
public enum AggregateOperator {
  SUM(null),
  AVG(null),
  COUNT(null),
  MIN(null),
  MAX(null),
  GROUP(null),
  STDDEV(null),
  STDVAR(null),
  TOPK(ValueType.SCALAR),
  BOTTOMK(ValueType.SCALAR),
  QUANTILE(ValueType.SCALAR),
  COUNT_VALUES(ValueType.STRING);

  private final @Nullable ValueType parameter;

  AggregateOperator(@Nullable ValueType parameter) {
    this.parameter = parameter;
  }

  /** The type of its first argument before the vector; null if it has none. */
  public @Nullable ValueType parameter() {
    return parameter;
  }

  /** As in a query. */
  public String symbol() {
    return Words.lower(name());
  }
}
