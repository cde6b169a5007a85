package dev.annulus.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The collector on the system's clock and its own thread. */
class HostCollectorThreadIT {

  @Test
  void ticksByItself() throws IOException {
    try (FakeGateway gateway = FakeGateway.start();
        HostCollector collector = collector(gateway)) {
      collector.start();

      await().until(() -> collector.sentSamples() >= 16);

      assertThat(collectorThread()).matches(Thread::isDaemon);
    }
    await().until(() -> collectorThread() == null);
  }

  @Test
  void closesAtOnceWhileARequestIsUnderWay() throws IOException {
    try (FakeGateway gateway = FakeGateway.start()) {
      gateway.replyNever();
      HostCollector collector = collector(gateway);
      collector.start();
      await().until(() -> gateway.requests().size() == 1);

      long begin = System.nanoTime();
      collector.close();

      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(1));
      assertThat(collectorThread()).isNull();
    }
  }

  private static HostCollector collector(FakeGateway gateway) {
    CollectorConfig config =
        new CollectorConfig(
            gateway.address(),
            Duration.ofSeconds(1),
            "demo",
            Path.of("/"),
            1,
            60,
            null,
            Duration.ofMinutes(1),
            10,
            Duration.ofMinutes(1));
    return new HostCollector(config, new FakeProbe());
  }

  private static Thread collectorThread() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("annulus-host-collector"))
        .findAny()
        .orElse(null);
  }
}
