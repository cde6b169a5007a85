package dev.annulus.sink;

import dev.annulus.wire.ContentType;
import dev.annulus.wire.RejectedRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes rejected samples. Blocks while its bounded buffer is full: the job then waits for
 * Kafka, which it depends on anyway. Used by one task thread.
 */
final class RejectedPublisher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RejectedPublisher.class);

  private final String topic;
  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private final Queue<RejectedRecord> tooLarge = new ConcurrentLinkedQueue<>();

  RejectedPublisher(SinkConfig config) {
    this.topic = config.rejectedTopic();
    this.producer = new KafkaProducer<>(settings(config));
  }

  /** The current number of partitions of a topic. */
  int partitionsOf(String ofTopic) {
    return producer.partitionsFor(ofTopic).size();
  }

  /**
   * Publishes a record. If the topic refuses it for good, publishes it without its samples; if even
   * that fails, logs it and goes on.
   */
  void publish(RejectedRecord rejected) {
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, rejected.payload());
    rejected.headers().forEach((name, value) -> record.headers().add(name, bytes(value)));
    record.headers().add(ContentType.HEADER, bytes(ContentType.JSON.mediaType()));
    producer.send(
        record,
        (metadata, e) -> {
          if (e == null) {
            return;
          }
          if (e instanceof RetriableException || e instanceof ProducerFencedException) {
            failure.compareAndSet(null, e);
          } else if (rejected.payload().length > 0) {
            tooLarge.add(rejected.withoutPayload());
          } else {
            LOG.atError()
                .addKeyValue("partition", rejected.partition())
                .addKeyValue("offset", rejected.offset())
                .addKeyValue("problem", rejected.detail())
                .setCause(e)
                .log("the topic of rejected samples refuses a record; it is only logged here");
          }
        });
  }

  /**
   * Waits until all published records are acknowledged.
   *
   * @throws KafkaException if one is not; the task then restarts from its checkpoint
   */
  void flush() {
    producer.flush();
    RejectedRecord again = tooLarge.poll();
    while (again != null) {
      publish(again);
      again = tooLarge.poll();
    }
    producer.flush();
    Exception failed = failure.get();
    if (failed != null) {
      throw new KafkaException("publishing rejected samples failed", failed);
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Map<String, Object> settings(SinkConfig config) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
    settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 16L << 20);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 60_000);
    settings.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    settings.putAll(config.kafka());
    return settings;
  }
}
