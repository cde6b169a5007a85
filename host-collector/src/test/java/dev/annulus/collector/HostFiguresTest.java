package dev.annulus.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostFiguresTest {

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 100.1, Double.NaN, Double.POSITIVE_INFINITY})
  void refusesWhatIsNoPercentage(double value) {
    assertThatThrownBy(() -> new HostFigures(Map.of(HostGauge.CPU_PERCENT, value), Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("CPU_PERCENT cannot be " + value);
  }

  @Test
  void loadHasNoUpperBound() {
    HostFigures figures = new HostFigures(Map.of(HostGauge.LOAD_AVG_1M, 250.0), Map.of());

    assertThat(figures.gauges()).containsEntry(HostGauge.LOAD_AVG_1M, 250.0);
  }

  @Test
  void refusesANegativeCounter() {
    assertThatThrownBy(() -> new HostFigures(Map.of(), Map.of(HostCounter.NET_BYTES_SENT, -1L)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void keepsACopy() {
    Map<HostGauge, Double> gauges = new HashMap<>(Map.of(HostGauge.CPU_PERCENT, 1.0));
    HostFigures figures = new HostFigures(gauges, Map.of());

    gauges.clear();

    assertThat(figures.gauges()).hasSize(1);
    assertThatThrownBy(() -> figures.gauges().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }
}
