package dev.annulus.ingest.influx;

import org.jspecify.annotations.Nullable;

/** The unit of a body's timestamps. */
enum Precision {
  NANOS(1_000_000_000),
  MICROS(1_000_000),
  MILLIS(1_000),
  SECONDS(1),
  MINUTES(-60),
  HOURS(-3_600);

  /** Units per second; negative: seconds per unit. */
  private final long units;

  Precision(long units) {
    this.units = units;
  }

  /**
   * The precision of a query parameter, in the words of version 1 and 2.
   *
   * @param text null or empty for nanoseconds
   * @throws IllegalArgumentException for another word
   */
  static Precision of(@Nullable String text) {
    return switch (text == null ? "" : text) {
      case "", "n", "ns" -> NANOS;
      case "u", "us", "µ" -> MICROS;
      case "ms" -> MILLIS;
      case "s" -> SECONDS;
      case "m" -> MINUTES;
      case "h" -> HOURS;
      default ->
          throw new IllegalArgumentException(
              "precision must be ns, us, ms, s, m or h, got " + text);
    };
  }

  /**
   * Whole seconds since the epoch.
   *
   * @throws ArithmeticException beyond 64 bits
   */
  long toSeconds(long timestamp) {
    return units > 0 ? Math.floorDiv(timestamp, units) : Math.multiplyExact(timestamp, -units);
  }
}
