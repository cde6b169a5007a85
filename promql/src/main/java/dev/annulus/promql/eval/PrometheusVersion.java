package dev.annulus.promql.eval;

/** Whose answers are wanted. */
public enum PrometheusVersion {
  /**
   * Prometheus 2, which distributions still ship, for comparisons with it: ranges and the look-back
   * are closed at their left end, names of labels are ASCII, a plain number is no duration, and
   * {@code atan2} keeps the metric's name.
   */
  V2,
  /** Prometheus 3. */
  V3;

  /** The first millisecond of a range that ends with {@code end}. */
  long first(long end, long range) {
    return this == V3 ? end - range + 1 : end - range;
  }
}
