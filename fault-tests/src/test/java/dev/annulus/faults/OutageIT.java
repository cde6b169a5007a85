package dev.annulus.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One part is away for a while and comes back; the others stay. */
class OutageIT {
  private static final Duration SECONDS = Duration.ofSeconds(5);
  private static final Duration MINUTE = Duration.ofSeconds(60);
  private static final long FLAT_BYTES = 48 << 20;

  @TempDir private static Path directory;
  private static Processes processes;
  private static Api api;
  private static int loads;

  @BeforeAll
  static void start() {
    processes = new Processes(directory).start();
    api = processes.api();
  }

  @AfterAll
  static void stop() throws Exception {
    processes.close();
  }

  @ParameterizedTest
  @EnumSource
  void withoutTheBrokerNothingIsAcknowledged(Fault fault) throws Exception {
    for (Random random : Rounds.of("broker " + fault + " for " + SECONDS)) {
      withoutTheBroker(fault, SECONDS, random);
    }
  }

  @Test
  @Tag("long")
  void withoutTheBrokerForAMinute() throws Exception {
    for (Random random : Rounds.of("broker away for " + MINUTE)) {
      withoutTheBroker(Fault.any(random), MINUTE, random);
    }
  }

  private static void withoutTheBroker(Fault fault, Duration duration, Random random)
      throws Exception {
    System.out.printf("  %s for %s%n", fault, duration);
    Ledger ledger = new Ledger();
    try (Load load = load(ledger, random)) {
      load.awaitMore(3_000);
      fault.begin(processes.broker);
      long growth;
      try (Flood flood = new Flood(api)) {
        load.awaitRefused();
        flood.awaitRefused();
        long acknowledged = ledger.size();
        long resident = processes.gateway.residentBytes();
        Fault.last(duration);
        flood.awaitRefused();
        growth = processes.gateway.residentBytes() - resident;
        assertThat(ledger.size()).as("acknowledged").isEqualTo(acknowledged);
      }
      System.out.printf("  the gateway grew by %d KiB%n", growth >> 10);
      assertThat(growth).as("growth of the gateway").isLessThan(FLAT_BYTES);
      fault.end(processes.broker);
      load.awaitMore(3_000);
    }
    ledger.verify(api);
  }

  @ParameterizedTest
  @EnumSource
  void withoutTheStoreSamplesWaitInTheLog(Fault fault) throws Exception {
    for (Random random : Rounds.of("store " + fault + " for " + SECONDS)) {
      withoutTheStore(fault, SECONDS, random);
    }
  }

  @Test
  @Tag("long")
  void withoutTheStoreForAMinute() throws Exception {
    for (Random random : Rounds.of("store away for " + MINUTE)) {
      withoutTheStore(Fault.any(random), MINUTE, random);
    }
  }

  private static void withoutTheStore(Fault fault, Duration duration, Random random)
      throws Exception {
    System.out.printf("  %s for %s%n", fault, duration);
    Ledger ledger = new Ledger();
    try (Load load = load(ledger, random)) {
      load.awaitMore(3_000);
      fault.begin(processes.store());
      // What was written just before is committed with the next checkpoint.
      Fault.last(Duration.ofSeconds(3));
      Map<TopicPartition, Long> committed = processes.committed(Processes.GROUP);
      load.awaitMore(3_000);
      Fault.last(duration);
      assertThat(processes.committed(Processes.GROUP)).isEqualTo(committed);
      assertThat(api.get("/metrics?limit=1").statusCode()).isEqualTo(503);
      fault.end(processes.store());
      load.awaitMore(3_000);
    }
    ledger.verify(api);
  }

  @ParameterizedTest
  @EnumSource
  void withoutTheQueryServiceSamplesAreStored(Fault fault) throws Exception {
    for (Random random : Rounds.of("query service " + fault)) {
      Ledger ledger = new Ledger();
      try (Load load = load(ledger, random)) {
        load.awaitMore(3_000);
        fault.begin(processes.query);
        load.awaitMore(3_000);
        Map<TopicPartition, Long> before = processes.committed(Processes.GROUP);
        Awaitility.await()
            .atMost(1, TimeUnit.MINUTES)
            .until(() -> !processes.committed(Processes.GROUP).equals(before));
        fault.end(processes.query);
        load.awaitMore(1_000);
      }
      ledger.verify(api);
    }
  }

  @Test
  void aSinkThatWakesUpAfterItsReplacementTookOverDoesNoHarm() throws Exception {
    for (Random random : Rounds.of("stalled sink")) {
      Ledger ledger = new Ledger();
      AnnulusProcess second = processes.newSink(Processes.GROUP, 1 + random.nextInt(4));
      try (Load load = load(ledger, random)) {
        load.awaitMore(2_000 + random.nextInt(5_000));
        processes.sink.freeze();
        second.start();
        load.awaitMore(3_000);
        api.awaitVisible(ledger.token());
        processes.sink.thaw();
        load.awaitMore(3_000 + random.nextInt(5_000));
        api.awaitVisible(ledger.token());
        second.kill();
        load.awaitMore(3_000);
      } finally {
        second.close();
      }
      ledger.verify(api);
    }
  }

  private static Load load(Ledger ledger, Random random) {
    return new Load(api, ledger, random, "o" + loads++ + "_", 4);
  }

  /** Clients that send large bodies again and again. */
  private static final class Flood implements AutoCloseable {
    private static final int CLIENTS = 8;
    private static final int SAMPLES = 10_000;
    // Leaves the processors to what is tested; eight times half a megabyte is there at any time.
    private static final Duration PACE = Duration.ofMillis(50);

    private final Thread[] clients = new Thread[CLIENTS];
    private final AtomicInteger refused = new AtomicInteger();
    private volatile boolean stopped;

    Flood(Api api) {
      for (int i = 0; i < CLIENTS; i++) {
        String body = body("flood" + i);
        clients[i] = new Thread(() -> send(api, body));
        clients[i].start();
      }
    }

    void awaitRefused() {
      int wanted = refused.get() + 4 * CLIENTS;
      Awaitility.await("refusals").atMost(1, TimeUnit.MINUTES).until(() -> refused.get() >= wanted);
    }

    @Override
    public void close() throws InterruptedException {
      stopped = true;
      for (Thread client : clients) {
        client.join();
      }
    }

    private void send(Api api, String body) {
      while (!stopped) {
        try {
          if (api.post("/ingest/gauge", body).statusCode() == 503) {
            refused.incrementAndGet();
          }
          Fault.last(PACE);
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        } catch (IOException e) {
          throw new IllegalStateException("the gateway does not answer", e);
        }
      }
    }

    private static String body(String name) {
      StringBuilder body = new StringBuilder("[");
      for (int i = 0; i < SAMPLES; i++) {
        body.append(i == 0 ? "" : ",")
            .append(
                "{\"name\":\"%s\",\"ts\":%d,\"value\":%d}".formatted(name, 1_700_000_000 + i, i));
      }
      return body.append("]").toString();
    }
  }
}
