package dev.annulus.promql.series;

/** Prometheus' staleness marker: a NaN with bits of its own that says that a series has ended. */
public final class Staleness {
  private static final long BITS = 0x7ff0000000000002L;

  /** Compare by {@link #isStale}, never by {@code ==}. */
  public static final double MARKER = Double.longBitsToDouble(BITS);

  private Staleness() {}

  public static boolean isStale(double value) {
    return Double.doubleToRawLongBits(value) == BITS;
  }
}
