package dev.annulus.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.utils.Exit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That these tests report at all is the point: by itself, Kafka would end their process. */
class BrokerFailureIT {
  private static final String TOPIC = "samples";
  private static final int MIB = 1 << 20;

  @TempDir Path temp;

  @Test
  void aLostDiskFailsItsBrokerOnly() throws Exception {
    LogLimits limits = new LogLimits(MIB, Duration.ofDays(1), MIB, Duration.ofMillis(100), MIB);
    BrokerConfig config = BrokerConfig.in(temp.resolve("lost")).withLog(limits);
    try (EmbeddedBroker healthy = EmbeddedBroker.start(BrokerConfig.in(temp.resolve("healthy")));
        EmbeddedBroker failing = EmbeddedBroker.start(config)) {
      failing.ensureTopic(TopicSpec.of(TOPIC, 1));
      healthy.ensureTopic(TopicSpec.of(TOPIC, 1));
      Clients.produce(failing.bootstrapServers(), TOPIC, List.of("fine"));
      CompletableFuture<Void> closed = failing.failure().thenAccept(fault -> failing.close());

      // When its directory vanishes and a new file is needed
      Files.move(config.dataDir(), temp.resolve("gone"));
      writeUntilDone(failing, failing.failure());

      // Then its owner hears of it and may close it, and the other one works on
      assertThat(failing.failure().join()).hasMessageContaining("exit the process");
      await().until(closed::isDone);
      assertThat(closed).isCompleted();
      Clients.produce(healthy.bootstrapServers(), TOPIC, List.of("fine"));
      assertThat(healthy.failure()).isNotDone();
    }
  }

  @Test
  void kafkaCannotEndTheProcess() {
    EmbeddedBroker.start(BrokerConfig.in(temp.resolve("broker"))).close();

    assertThatThrownBy(() -> Exit.halt(3, "why not"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("status 3: why not");
    assertThatThrownBy(() -> Exit.exit(4)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aFailedStartLeavesNothingRunning() throws IOException {
    // Given a directory inside the log that is no partition
    Path dataDir = temp.resolve("broker");
    EmbeddedBroker.start(BrokerConfig.in(dataDir)).close();
    Path odd = Files.createDirectories(dataDir.resolve("lost+found"));
    List<Thread> before = threads();

    assertThatThrownBy(() -> EmbeddedBroker.start(BrokerConfig.in(dataDir)))
        .isInstanceOf(BrokerStartException.class)
        .hasMessageContaining(dataDir.toString())
        .hasMessageContaining("lost+found");

    await()
        .untilAsserted(
            () ->
                assertThat(threads())
                    .filteredOn(thread -> !before.contains(thread))
                    .filteredOn(thread -> !thread.getName().startsWith("awaitility"))
                    .isEmpty());
    Files.delete(odd);
    EmbeddedBroker.start(BrokerConfig.in(dataDir)).close();
  }

  private static List<Thread> threads() {
    return List.copyOf(Thread.getAllStackTraces().keySet());
  }

  /** The broker may fail before the first record, and be gone when its producer looks for it. */
  private static void writeUntilDone(EmbeddedBroker broker, CompletableFuture<?> done) {
    try (KafkaProducer<String, String> producer =
        Clients.producer(
            broker.bootstrapServers(), Map.of(ProducerConfig.MAX_BLOCK_MS_CONFIG, 100))) {
      String value = "x".repeat(100_000);
      await()
          .pollInterval(Duration.ofMillis(5))
          .until(
              () -> {
                producer.send(new ProducerRecord<>(TOPIC, value));
                return done.isDone();
              });
      producer.close(Duration.ZERO);
    }
  }
}
