package dev.annulus.collector;

import java.util.EnumMap;
import java.util.Map;

/** A host with steady gauges, whose counters start a thousand apart and grow by one per reading. */
final class FakeProbe implements HostProbe {
  private final Map<HostGauge, Double> gauges = new EnumMap<>(HostGauge.class);
  private final Map<HostCounter, Long> counters = new EnumMap<>(HostCounter.class);
  private RuntimeException failure;
  private int reads;

  FakeProbe() {
    for (HostGauge gauge : HostGauge.values()) {
      gauges.put(gauge, gauges.size() + 0.5);
    }
    for (HostCounter counter : HostCounter.values()) {
      counters.put(counter, 1_000L * counters.size());
    }
  }

  /** A host without the given figure. */
  FakeProbe without(HostGauge gauge) {
    gauges.remove(gauge);
    return this;
  }

  FakeProbe withoutCounters() {
    counters.clear();
    return this;
  }

  /** From now on readings throw; null ends that. */
  void failWith(RuntimeException newFailure) {
    failure = newFailure;
  }

  int reads() {
    return reads;
  }

  @Override
  public HostFigures read() {
    reads++;
    if (failure != null) {
      throw failure;
    }
    counters.replaceAll((counter, bytes) -> bytes + 1);
    return new HostFigures(gauges, counters);
  }
}
