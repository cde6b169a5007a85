package dev.annulus.standalone;

import dev.annulus.wire.ContentType;
import dev.annulus.wire.RecordEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves the job's positions past records that it never sees. A read-committed consumer skips the
 * records of an aborted transaction, but its position stays before them until another record
 * follows. Meanwhile they count as backlog, and enough of them would make the gateway refuse the
 * very record that is missing. So a record without samples is sent to a partition whose position
 * does not move.
 *
 * <p>Used by one thread; closed by its creator.
 */
final class LogNudge implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogNudge.class);
  private static final long STANDSTILL_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long AGAIN_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final String bootstrapServers;
  private final String topic;
  private final LongSupplier nanoClock;
  private final Map<Integer, Standing> standing = new HashMap<>();
  private @Nullable KafkaProducer<byte[], byte[]> producer;

  /**
   * A partition's offset, since when it has not moved, and when it was nudged there; 0 if never.
   */
  private record Standing(long stored, long since, long nudgedAt) {}

  LogNudge(String bootstrapServers, String topic, LongSupplier nanoClock) {
    this.bootstrapServers = bootstrapServers;
    this.topic = topic;
    this.nanoClock = nanoClock;
  }

  /**
   * Checks a partition.
   *
   * @param stored every record before this offset is stored
   * @param end of the log
   */
  void look(int partition, long stored, long end) {
    long now = nanoClock.getAsLong();
    Standing before = standing.get(partition);
    if (before == null || before.stored() != stored || stored >= end) {
      standing.put(partition, new Standing(stored, now, 0));
      return;
    }
    boolean stands = now - before.since() > STANDSTILL_NANOS;
    boolean nudged = before.nudgedAt() != 0 && now - before.nudgedAt() < AGAIN_NANOS;
    if (stands && !nudged) {
      standing.put(partition, new Standing(stored, before.since(), now));
      send(partition);
    }
  }

  private void send(int partition) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, partition, null, RecordEncoder.encode(List.of()));
    record
        .headers()
        .add(
            new RecordHeader(
                ContentType.HEADER,
                ContentType.PROTOBUF.mediaType().getBytes(StandardCharsets.UTF_8)));
    KafkaProducer<byte[], byte[]> open = producer == null ? open() : producer;
    producer = open;
    open.send(
        record,
        (metadata, e) -> {
          if (e != null) {
            LOG.atWarn().setCause(e).log("cannot send an empty record; retrying later");
          }
        });
  }

  private KafkaProducer<byte[], byte[]> open() {
    return new KafkaProducer<>(
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ProducerConfig.BUFFER_MEMORY_CONFIG,
            1L << 16,
            ProducerConfig.BATCH_SIZE_CONFIG,
            1 << 10,
            ProducerConfig.MAX_BLOCK_MS_CONFIG,
            1_000),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  @Override
  public void close() {
    if (producer != null) {
      producer.close(Duration.ofSeconds(1));
    }
  }
}
