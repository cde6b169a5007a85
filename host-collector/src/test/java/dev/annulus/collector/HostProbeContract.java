package dev.annulus.collector;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What every probe keeps; the bounds of each figure are {@link HostFigures}' own. */
abstract class HostProbeContract {

  abstract HostProbe probe();

  @Test
  void countersNeverShrinkAndStayPresent() {
    HostProbe probe = probe();

    HostFigures before = probe.read();
    for (int i = 0; i < 5; i++) {
      HostFigures after = probe.read();
      before
          .counters()
          .forEach(
              (counter, bytes) ->
                  assertThat(after.counters().get(counter))
                      .as(counter.name())
                      .isNotNull()
                      .isGreaterThanOrEqualTo(bytes));
      before = after;
    }
  }

  @Test
  void readsSomething() {
    assertThat(probe().read().gauges()).isNotEmpty();
  }
}
