package dev.annulus.model;

/**
 * The staleness marker of Prometheus: a NaN of its own, by which a sender says that a series has
 * ended. It is stored like any value, but is no measurement: SQL, JSON and charts leave it out.
 */
public final class StaleMarker {
  /** Its bits. */
  public static final long BITS = 0x7ff0_0000_0000_0002L;

  /** As a double; compare bits, never values. */
  public static final double VALUE = Double.longBitsToDouble(BITS);

  private StaleMarker() {}

  /** Whether a value is the marker. */
  public static boolean is(double value) {
    return Double.doubleToRawLongBits(value) == BITS;
  }
}
