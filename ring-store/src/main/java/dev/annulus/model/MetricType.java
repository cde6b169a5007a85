package dev.annulus.model;

/** The meaning of a series' values. The code is stored and visible in SQL: it never changes. */
public enum MetricType {
  /** A value that goes up and down. */
  GAUGE(0, "gauge"),
  /** A cumulative value that grows except at resets; stored raw, with rates computed on read. */
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
   * @throws IllegalArgumentException if the code is unknown
   */
  public static MetricType ofCode(long code) {
    for (MetricType type : values()) {
      if (type.code == code) {
        return type;
      }
    }
    throw new IllegalArgumentException("unknown metric type code " + code);
  }
}
