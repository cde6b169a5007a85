package dev.annulus.collector;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * One reading of a host, in enum order. A metric that the host does not have is absent, never zero.
 *
 * @param gauges values within the gauge's bounds
 * @param counters bytes, not negative
 */
public record HostFigures(Map<HostGauge, Double> gauges, Map<HostCounter, Long> counters) {

  public HostFigures {
    Map<HostGauge, Double> gaugesCopy = new EnumMap<>(HostGauge.class);
    gaugesCopy.putAll(gauges);
    gaugesCopy.forEach(
        (gauge, value) -> {
          if (!gauge.allows(value)) {
            throw new IllegalArgumentException(gauge + " cannot be " + value);
          }
        });
    Map<HostCounter, Long> countersCopy = new EnumMap<>(HostCounter.class);
    countersCopy.putAll(counters);
    countersCopy.forEach(
        (counter, value) -> {
          if (value < 0) {
            throw new IllegalArgumentException(counter + " cannot be " + value);
          }
        });
    gauges = Collections.unmodifiableMap(gaugesCopy);
    counters = Collections.unmodifiableMap(countersCopy);
  }
}
