package dev.annulus.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerCrashIT {
  private static final String TOPIC = "samples";
  private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
  private static final int ENOUGH = 20_000;

  @TempDir Path temp;

  @Test
  void everyAcknowledgedRecordOutlivesAKill() throws Exception {
    Path dataDir = temp.resolve("broker");
    Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
    OffsetAndMetadata five = new OffsetAndMetadata(5);

    // Given a broker that is killed while records stream in
    for (int round = 0; round < 2; round++) {
      try (BrokerProcess broker = BrokerProcess.start(dataDir)) {
        ensureTopic(dataDir, broker);
        try (var consumer = Clients.consumer(broker.bootstrapServers(), "group")) {
          consumer.commitSync(Map.of(PARTITION, five));
        }
        produceUntilKilled(broker, "round-" + round + "-", acknowledged);
      }
    }

    // When it starts again in the same directory
    try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerConfig.in(dataDir));
        var consumer = Clients.consumer(broker.bootstrapServers(), "group")) {
      // Then nothing is lost
      assertThat(Clients.readAll(broker.bootstrapServers(), TOPIC)).containsAll(acknowledged);
      assertThat(consumer.committed(Set.of(PARTITION))).containsEntry(PARTITION, five);
    }
    assertThat(acknowledged).hasSizeGreaterThan(2 * ENOUGH);
  }

  @Test
  void refusesADirectoryThatAnotherProcessUses() throws Exception {
    Path dataDir = temp.resolve("broker");
    try (BrokerProcess broker = BrokerProcess.start(dataDir)) {
      assertThatThrownBy(() -> EmbeddedBroker.start(BrokerConfig.in(dataDir)))
          .isInstanceOf(BrokerStartException.class)
          .hasMessageContaining("in use by another process")
          .hasMessageContaining(dataDir.toString());
      assertThat(broker.bootstrapServers()).isNotEmpty();
    }
  }

  private static void ensureTopic(Path dataDir, BrokerProcess broker) {
    try (TopicSetup setup =
        new TopicSetup(broker.bootstrapServers(), BrokerConfig.in(dataDir).timeout())) {
      setup.ensure(Set.of(TopicSpec.of(TOPIC, 2)));
    }
  }

  private static void produceUntilKilled(
      BrokerProcess broker, String prefix, Queue<String> acknowledged) throws Exception {
    AtomicBoolean killed = new AtomicBoolean();
    int before = acknowledged.size();
    KafkaProducer<String, String> producer = Clients.producer(broker.bootstrapServers());
    Thread sender = new Thread(() -> sendUntil(killed, producer, prefix, acknowledged));
    sender.start();
    await()
        .atMost(Duration.ofMinutes(1))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> acknowledged.size() > before + ENOUGH);
    broker.kill();
    killed.set(true);
    producer.close(Duration.ZERO);
    sender.join();
  }

  private static void sendUntil(
      AtomicBoolean killed,
      KafkaProducer<String, String> producer,
      String prefix,
      Queue<String> acknowledged) {
    try {
      for (int i = 0; !killed.get(); i++) {
        String value = prefix + i;
        producer.send(
            new ProducerRecord<>(TOPIC, value),
            (metadata, failure) -> {
              if (failure == null) {
                acknowledged.add(value);
              }
            });
      }
    } catch (KafkaException | IllegalStateException e) {
      // The producer was closed under it, after the kill.
    }
  }
}
