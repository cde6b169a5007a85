package dev.annulus.collector;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A collector whose time is moved by hand, and a receiver on a real socket. */
abstract class CollectorFixture {
  /** The first tick comes at 1002.5 s, then every five seconds. */
  private static final Instant START = Instant.ofEpochSecond(997, 500_000_000);

  final FakeScheduler time = new FakeScheduler(START);
  final FakeProbe probe = new FakeProbe();
  final LogCapture logs = new LogCapture();
  FakeGateway gateway;
  HostCollector collector;

  @BeforeEach
  void startGateway() throws IOException {
    gateway = FakeGateway.start();
  }

  @AfterEach
  void closeAll() {
    collector.close();
    gateway.close();
    logs.close();
  }

  CollectorConfig config() {
    return config(gateway.address(), 100);
  }

  static CollectorConfig config(URI endpoint, int maxBacklogTicks) {
    return new CollectorConfig(
        endpoint,
        Duration.ofSeconds(5),
        "demo",
        Path.of("/"),
        5,
        17_280,
        null,
        Duration.ofSeconds(3),
        maxBacklogTicks,
        Duration.ofMinutes(1));
  }

  void open() {
    open(config());
  }

  void open(CollectorConfig config) {
    collector = new HostCollector(config, probe, time, time);
    collector.start();
  }

  /** Moves to the next tick. */
  void tick() {
    time.advance(Duration.ofSeconds(5));
  }

  /** Lets answers that arrive take effect, without moving the time. */
  void settle(Callable<Boolean> condition) {
    await()
        .pollInSameThread()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .until(
            () -> {
              time.runDue();
              return condition.call();
            });
  }
}
