package dev.annulus.model;

/** What the values of a series mean. The code is stored and shown in SQL: it never changes. */
public enum MetricType {
  /** A value that goes up and down; stored as it is. */
  GAUGE(0, "gauge"),
  /** A cumulative value that only grows, but for resets; stored raw, rates are derived on read. */
  COUNTER(1, "counter");

  private final int code;
  private final String label;

  MetricType(int code, String label) {
    this.code = code;
    this.label = label;
  }

  /** The stored code: 0 or 1. */
  public int code() {
    return code;
  }

  /** The lower-case name used in JSON. */
  public String label() {
    return label;
  }

  /**
   * The type of a stored code.
   *
   * @throws IllegalArgumentException for a code that was never given out
   */
  public static MetricType ofCode(long code) {
    for (MetricType type : values()) {
      if (type.code == code) {
        return type;
      }
    }
    throw new IllegalArgumentException("no metric type has code " + code);
  }
}
