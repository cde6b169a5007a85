package dev.annulus.collector;

/**
 * Reads a host. Used by one thread at a time; an adapter may keep what it needs to compare two
 * readings.
 */
@FunctionalInterface
public interface HostProbe {

  /**
   * The figures of now; those about a span of time cover the time since the reading before. May
   * block for a few hundred milliseconds. Counters never shrink from one reading to the next.
   */
  HostFigures read();
}
