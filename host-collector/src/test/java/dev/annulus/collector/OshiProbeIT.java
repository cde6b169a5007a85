package dev.annulus.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** On the host the tests run on. */
class OshiProbeIT extends HostProbeContract {

  @Override
  HostProbe probe() {
    return new OshiProbe(Path.of("/"));
  }

  @Test
  void percentagesArePlausible() {
    HostProbe probe = probe();
    AtomicReference<HostFigures> figures = new AtomicReference<>();

    // No load is known before the processor's clock has ticked.
    await()
        .until(
            () -> {
              figures.set(probe.read());
              return figures.get().gauges().containsKey(HostGauge.CPU_PERCENT);
            });

    assertThat(figures.get().gauges().get(HostGauge.CPU_PERCENT)).isBetween(0.0, 100.0);
    assertThat(figures.get().gauges().get(HostGauge.MEM_USED_PERCENT))
        .isStrictlyBetween(0.0, 100.0);
    assertThat(figures.get().gauges().get(HostGauge.DISK_USED_PERCENT))
        .isStrictlyBetween(0.0, 100.0);
  }

  @Test
  void countsOnlyWholeDisksAndEachByteOnce() {
    assertThat(OshiCounters.isDisk("/dev/sda")).isTrue();
    assertThat(OshiCounters.isDisk("/dev/nvme0n1")).isTrue();
    assertThat(OshiCounters.isDisk("/dev/dm-0")).isFalse();
    assertThat(OshiCounters.isDisk("/dev/md127")).isFalse();
    assertThat(OshiCounters.isDisk("/dev/loop3")).isFalse();
    assertThat(OshiCounters.isDisk("/dev/zram0")).isFalse();
    assertThat(OshiCounters.isDisk("disk0")).isTrue();
    assertThat(OshiCounters.isDisk("\\\\.\\PHYSICALDRIVE0")).isTrue();
  }

  @Test
  void aPathThatDoesNotExistHasNoDiskFigure() {
    HostFigures figures = new OshiProbe(Path.of("/no/such/path")).read();

    assertThat(figures.gauges()).doesNotContainKey(HostGauge.DISK_USED_PERCENT);
  }

  @Test
  void knowsTheHostsName() {
    assertThat(OshiProbe.hostName()).isNotBlank().doesNotContain(".");
  }
}
