package dev.annulus.collector;

/** Reads a host. Used by one thread at a time; an adapter may keep state between readings. */
@FunctionalInterface
public interface HostProbe {

  /**
   * Reads the current figures; rates and shares cover the time since the previous reading. May
   * block for a few hundred milliseconds. Counters never decrease between readings.
   */
  HostFigures read();
}
