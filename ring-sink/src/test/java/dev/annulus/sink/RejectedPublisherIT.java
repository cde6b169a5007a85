package dev.annulus.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annulus.broker.BrokerConfig;
import dev.annulus.broker.EmbeddedBroker;
import dev.annulus.broker.TopicSpec;
import dev.annulus.service.config.Settings;
import dev.annulus.wire.RejectedRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class RejectedPublisherIT {
  private static final String TOPIC = "samples.rejected";

  @TempDir private Path directory;

  @Test
  void everyRejectionIsInTheTopicAfterAFlush() {
    try (EmbeddedBroker broker = broker()) {
      try (RejectedPublisher publisher =
          new RejectedPublisher(SinkConfig.of(broker.bootstrapServers()))) {
        assertThat(publisher.partitionsOf(TOPIC)).isEqualTo(1);
        for (int i = 0; i < 100; i++) {
          publisher.publish(rejected(i, ("sample " + i).getBytes(UTF_8)));
        }
        publisher.flush();

        List<ConsumerRecord<byte[], byte[]>> records = read(broker, 100);
        assertThat(records).extracting(ConsumerRecord::value).contains("sample 99".getBytes(UTF_8));
        RejectedRecord first = decode(records.get(0));
        assertThat(first.reason()).isEqualTo("type_conflict");
        assertThat(first.offset()).isZero();
      }
    }
  }

  @Test
  void aRejectionTheTopicCannotHoldIsPublishedWithoutItsSamples() {
    try (EmbeddedBroker broker = broker()) {
      try (RejectedPublisher publisher =
          new RejectedPublisher(SinkConfig.of(broker.bootstrapServers()))) {
        byte[] samples = new byte[16 << 10];
        new Random(1).nextBytes(samples); // does not compress
        publisher.publish(rejected(7, samples));
        publisher.publish(rejected(8, new byte[] {1}));
        publisher.flush();

        assertThat(read(broker, 2))
            .extracting(record -> decode(record).offset() + ":" + record.value().length)
            .containsExactlyInAnyOrder("7:0", "8:1");
      }
    }
  }

  /** The task must not commit offsets of samples whose rejection got lost. */
  @Test
  void aFlushFailsIfKafkaDoesNotAcknowledge() {
    EmbeddedBroker broker = broker();
    try (RejectedPublisher publisher = new RejectedPublisher(impatient(broker))) {
      publisher.publish(rejected(1, new byte[] {1}));
      publisher.flush();
      broker.close();

      publisher.publish(rejected(2, new byte[] {2}));

      assertThatThrownBy(publisher::flush)
          .isInstanceOf(KafkaException.class)
          .hasMessageContaining("rejected samples");
    }
  }

  private static SinkConfig impatient(EmbeddedBroker broker) {
    Map<String, String> settings =
        Map.of(
            "kafka.bootstrap-servers",
            broker.bootstrapServers(),
            "kafka.client.delivery.timeout.ms",
            "3000",
            "kafka.client.request.timeout.ms",
            "2000",
            "kafka.client.linger.ms",
            "0");
    return SinkConfig.from(Settings.of(settings, Map.of(), null));
  }

  private EmbeddedBroker broker() {
    EmbeddedBroker broker = EmbeddedBroker.start(BrokerConfig.in(directory.resolve("kafka")));
    broker.ensureTopics(List.of(new TopicSpec(TOPIC, 1, Map.of("max.message.bytes", "4096"))));
    return broker;
  }

  private static RejectedRecord rejected(long offset, byte[] samples) {
    return new RejectedRecord("type_conflict", "is a gauge", "samples", 0, offset, 1, samples);
  }

  private static RejectedRecord decode(ConsumerRecord<byte[], byte[]> record) {
    Map<String, String> headers = new HashMap<>();
    record
        .headers()
        .forEach(header -> headers.put(header.key(), new String(header.value(), UTF_8)));
    return RejectedRecord.of(headers, record.value());
  }

  private static List<ConsumerRecord<byte[], byte[]>> read(EmbeddedBroker broker, int count) {
    Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers());
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions = List.of(new TopicPartition(TOPIC, 0));
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (records.size() < count) {
        consumer.poll(Duration.ofSeconds(1)).forEach(records::add);
      }
    }
    return records;
  }
}
