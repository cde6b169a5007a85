package dev.annulus.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecodedSizeIT {
  private static final String TOPIC = "samples";
  private static final int MAX_RECORD = 1 << 20;

  /** What surrounds the value of a record, at most. */
  private static final int AROUND = 32;

  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "snappy", "lz4", "zstd"})
  void aRecordMayBecomeSoLarge(String compression) throws Exception {
    try (EmbeddedBroker broker = start();
        KafkaProducer<String, String> producer = producer(broker, compression)) {
      String largest = "0".repeat(MAX_RECORD - AROUND);
      producer.send(new ProducerRecord<>(TOPIC, largest)).get();
      for (int size : List.of(MAX_RECORD, 20 * MAX_RECORD)) {
        assertThatThrownBy(() -> producer.send(new ProducerRecord<>(TOPIC, "0".repeat(size))).get())
            .isInstanceOf(ExecutionException.class)
            .hasCauseInstanceOf(RecordTooLargeException.class);
      }
      producer.send(new ProducerRecord<>(TOPIC, "after")).get();
      assertThat(Clients.readAll(broker.bootstrapServers(), TOPIC))
          .containsExactly(largest, "after");
      assertThat(broker.refusedForSize()).isEqualTo(2);
    }
  }

  /** Its producer divides it, as it does with every batch that is too large. */
  @Test
  void aBatchMayBecomeSoLarge() throws Exception {
    try (EmbeddedBroker broker = start()) {
      sendAtOnce(broker, 15);
      assertThat(broker.refusedForSize()).isZero();
      sendAtOnce(broker, 17);
      assertThat(broker.refusedForSize()).isPositive();
      assertThat(Clients.readAll(broker.bootstrapServers(), TOPIC)).hasSize(15 + 17);
    }
  }

  @Test
  void whatIsNotCompressedIsLimitedByItsBatch() throws Exception {
    try (EmbeddedBroker broker = start();
        KafkaProducer<String, String> producer = producer(broker, "none")) {
      producer.send(new ProducerRecord<>(TOPIC, "0".repeat(3 * MAX_RECORD))).get();
      assertThat(broker.refusedForSize()).isZero();
    }
  }

  /** Sends records of the largest size in one batch. */
  private static void sendAtOnce(EmbeddedBroker broker, int count) throws Exception {
    Map<String, Object> oneBatch =
        Map.of(
            ProducerConfig.COMPRESSION_TYPE_CONFIG,
            "zstd",
            ProducerConfig.BATCH_SIZE_CONFIG,
            64 << 20,
            ProducerConfig.BUFFER_MEMORY_CONFIG,
            256L << 20,
            ProducerConfig.LINGER_MS_CONFIG,
            60_000);
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    try (KafkaProducer<String, String> producer =
        Clients.producer(broker.bootstrapServers(), oneBatch)) {
      for (int i = 0; i < count; i++) {
        sent.add(producer.send(new ProducerRecord<>(TOPIC, "0".repeat(MAX_RECORD - AROUND))));
      }
      producer.flush();
    }
    for (Future<RecordMetadata> one : sent) {
      one.get();
    }
  }

  private EmbeddedBroker start() {
    EmbeddedBroker broker =
        EmbeddedBroker.start(
            BrokerConfig.in(temp.resolve("broker")).withMaxRecordBytes(MAX_RECORD));
    broker.ensureTopic(TopicSpec.of(TOPIC, 1));
    return broker;
  }

  private static KafkaProducer<String, String> producer(EmbeddedBroker broker, String compression) {
    return Clients.producer(
        broker.bootstrapServers(), Map.of(ProducerConfig.COMPRESSION_TYPE_CONFIG, compression));
  }
}
