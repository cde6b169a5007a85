package dev.annulus.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WriteGateIT {
  private static final String TOPIC = "samples";
  private static final String SMALL = "samples.rejected";

  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "all"})
  void noRecordIsTakenWhileTheDiskIsFull(String acks) throws Exception {
    AtomicBoolean full = new AtomicBoolean();
    try (EmbeddedBroker broker = start(full)) {
      Clients.produce(broker.bootstrapServers(), TOPIC, List.of("before"));
      full.set(true);
      try (KafkaProducer<String, String> producer = impatient(broker, acks)) {
        try {
          producer.send(new ProducerRecord<>(TOPIC, "meanwhile")).get();
          assertThat(acks).as("only who asks for no answer gets none").isEqualTo("0");
        } catch (ExecutionException e) {
          // Tried again until its time was over.
          assertThat(e).hasMessageMatching(".*(TimeoutException|KafkaStorageException).*");
        }
      }
      assertThat(Clients.readAll(broker.bootstrapServers(), TOPIC)).containsExactly("before");
      full.set(false);
      Clients.produce(broker.bootstrapServers(), TOPIC, List.of("after"));
      assertThat(Clients.readAll(broker.bootstrapServers(), TOPIC))
          .containsExactly("before", "after");
      assertThat(broker.failure()).isNotDone();
    }
  }

  @Test
  void aRecordThatWaitsLongEnoughIsTaken() throws Exception {
    AtomicBoolean full = new AtomicBoolean();
    try (EmbeddedBroker broker = start(full);
        KafkaProducer<String, String> patient = Clients.producer(broker.bootstrapServers())) {
      full.set(true);
      var sent = patient.send(new ProducerRecord<>(TOPIC, "waits"));
      // A second producer has been refused: so has the first one, or will be.
      try (KafkaProducer<String, String> producer = impatient(broker, "all")) {
        assertThatThrownBy(() -> producer.send(new ProducerRecord<>(TOPIC, "goes")).get())
            .isInstanceOf(ExecutionException.class);
      }
      assertThat(sent).isNotDone();
      full.set(false);
      sent.get();
      assertThat(Clients.readAll(broker.bootstrapServers(), TOPIC)).containsExactly("waits");
    }
  }

  /** What is in the log is worked off: offsets are committed, refused samples told. */
  @Test
  void whatIsBoundedByItselfIsTakenAllTheSame() throws Exception {
    try (EmbeddedBroker broker = start(new AtomicBoolean(true))) {
      Clients.produce(broker.bootstrapServers(), SMALL, List.of("refused"));
      assertThat(Clients.readAll(broker.bootstrapServers(), SMALL)).containsExactly("refused");
    }
  }

  private EmbeddedBroker start(AtomicBoolean full) {
    EmbeddedBroker broker =
        EmbeddedBroker.start(BrokerConfig.in(temp.resolve("broker")).withFull(full::get));
    broker.ensureTopics(List.of(TopicSpec.of(TOPIC, 1), TopicSpec.small(SMALL)));
    return broker;
  }

  private static KafkaProducer<String, String> impatient(EmbeddedBroker broker, String acks) {
    return new KafkaProducer<>(
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            broker.bootstrapServers(),
            ProducerConfig.ACKS_CONFIG,
            acks,
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
            acks.equals("all"),
            ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
            500,
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
            1_000),
        new StringSerializer(),
        new StringSerializer());
  }
}
