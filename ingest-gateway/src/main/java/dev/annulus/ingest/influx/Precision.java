package dev.annulus.ingest.influx;

import dev.annulus.model.SampleRules;
import org.jspecify.annotations.Nullable;

/** The unit of a body's timestamps. */
enum Precision {
  NANOS(1_000_000),
  MICROS(1_000),
  MILLIS(1),
  SECONDS(-1_000),
  MINUTES(-60_000),
  HOURS(-3_600_000);

  /** Units per millisecond; negative: milliseconds per unit. */
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
   * Milliseconds since the epoch, rounded down.
   *
   * @throws ArithmeticException beyond 64 bits
   * @throws dev.annulus.model.InvalidSampleException if seconds are beyond 64 bits
   */
  long toMillis(long timestamp) {
    if (this == SECONDS) {
      return SampleRules.millisOf(timestamp);
    }
    return units > 0 ? Math.floorDiv(timestamp, units) : Math.multiplyExact(timestamp, -units);
  }
}
