package dev.annulus.ingest;

import dev.annulus.ingest.RecordPacker.Packed;
import dev.annulus.wire.ContentType;
import dev.annulus.wire.LogPosition;
import dev.annulus.wire.Owner;
import dev.annulus.wire.SourceHeader;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes to Kafka through an idempotent producer with {@code acks=all}. The samples of a batch
 * are packed into as few records as possible, one per partition, and concurrent small batches share
 * records. Unacknowledged bytes are counted and limited, so memory is bounded.
 */
public final class KafkaSamplePublisher implements SamplePublisher, AutoCloseable {
  private static final int EXPECTED_BYTES_PER_SAMPLE = 48;
  private static final int SMALL_BYTES = 64 << 10;

  /** Fraction of the bytes in flight that only small batches may use. */
  private static final int SMALL_SHARE = 8;

  private static final Header PROTOBUF =
      new RecordHeader(
          ContentType.HEADER, ContentType.PROTOBUF.mediaType().getBytes(StandardCharsets.UTF_8));

  private final GatewayConfig config;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaWatch watch;
  private final SharedBatches small = new SharedBatches(this::send);
  private final AtomicLong inFlightBytes = new AtomicLong();
  private final Timer acknowledged;
  private final Timer failed;

  /**
   * @param kafka further producer settings, such as {@code security.protocol}; they take precedence
   */
  public KafkaSamplePublisher(
      GatewayConfig config, Map<String, String> kafka, MeterRegistry metrics) {
    this.config = config;
    this.acknowledged = timer("ok", metrics);
    this.failed = timer("error", metrics);
    Gauge.builder("annulus.ingest.in.flight.bytes", inFlightBytes, AtomicLong::get)
        .description("Bytes of records that wait for Kafka's acknowledgement")
        .register(metrics);
    this.producer = new KafkaProducer<>(settings(config, kafka));
    try {
      this.watch = new KafkaWatch(() -> producer.partitionsFor(config.topic()).size());
    } catch (RuntimeException | Error e) {
      producer.close(Duration.ZERO);
      throw e;
    }
  }

  @Override
  public CompletableFuture<LogPosition> publish(SampleBatch batch) {
    // Reject immediately, not after queueing behind others.
    boolean willing = !watch.isAway() && inFlightBytes.get() < config.maxInFlightBytes();
    return willing ? small.publish(batch) : send(batch);
  }

  private CompletableFuture<LogPosition> send(SampleBatch batch) {
    int partitions = watch.partitions();
    if (partitions == 0) {
      return CompletableFuture.failedFuture(unavailable(null));
    }
    List<Packed> records = pack(batch, partitions);
    long bytes = records.stream().mapToLong(record -> record.value().length).sum();
    if (!isRoom(bytes, inFlightBytes.getAndAdd(bytes))) {
      inFlightBytes.addAndGet(-bytes);
      return CompletableFuture.failedFuture(overloaded());
    }
    if (!watch.mayTry()) {
      inFlightBytes.addAndGet(-bytes);
      return CompletableFuture.failedFuture(unavailable(null));
    }
    List<CompletableFuture<RecordMetadata>> sends = new ArrayList<>(records.size());
    List<Header> headers = headers(batch.sender());
    records.forEach(record -> sends.add(send(record, headers)));
    return CompletableFuture.allOf(sends.toArray(CompletableFuture[]::new))
        .whenComplete(
            (done, failure) -> {
              inFlightBytes.addAndGet(-bytes);
              if (failure == null) {
                watch.succeeded();
              } else {
                watch.failed();
              }
            })
        .thenApply(done -> positionOf(sends));
  }

  /**
   * An idle publisher accepts a batch of any size; otherwise large ones leave a part to small ones.
   */
  private boolean isRoom(long bytes, long others) {
    long most = config.maxInFlightBytes();
    long part = most / SMALL_SHARE;
    return bytes > SMALL_BYTES
        ? others <= part || others + bytes <= most - part
        : others + bytes <= most;
  }

  /** Why samples cannot be published now; null if they can. Never blocks. */
  public @Nullable String problem() {
    if (watch.partitions() == 0) {
      return "Kafka has not reported the partitions of the topic " + config.topic() + " yet";
    }
    return watch.isAway() ? "Kafka does not acknowledge records" : null;
  }

  @Override
  public void close() {
    watch.close();
    producer.close(config.acknowledgeTimeout());
  }

  private List<Packed> pack(SampleBatch batch, int partitions) {
    RecordPacker[] packers = new RecordPacker[partitions];
    int expectedBytes = (EXPECTED_BYTES_PER_SAMPLE * batch.size() + 1_023) / partitions;
    batch.forEachSeries(
        (series, timestamps, values, from, to) -> {
          int partition = series.partition(partitions);
          RecordPacker packer = packers[partition];
          if (packer == null) {
            packer = new RecordPacker(partition, config.maxRecordBytes(), expectedBytes);
            packers[partition] = packer;
          }
          packer.add(series, timestamps, values, from, to);
        });
    List<Packed> records = new ArrayList<>();
    for (RecordPacker packer : packers) {
      if (packer != null) {
        records.addAll(packer.finish());
      }
    }
    return records;
  }

  private CompletableFuture<RecordMetadata> send(Packed record, List<Header> headers) {
    CompletableFuture<RecordMetadata> sent = new CompletableFuture<>();
    long start = System.nanoTime();
    try {
      producer.send(
          new ProducerRecord<>(
              config.topic(), record.partition(), record.key(), record.value(), headers),
          (metadata, failure) -> {
            (failure == null ? acknowledged : failed)
                .record(Duration.ofNanos(System.nanoTime() - start));
            if (failure == null) {
              sent.complete(metadata);
            } else {
              sent.completeExceptionally(unavailable(failure));
            }
          });
    } catch (KafkaException e) {
      sent.completeExceptionally(unavailable(e));
    }
    return sent;
  }

  private static List<Header> headers(SampleBatch.Sender sender) {
    List<Header> headers = new ArrayList<>(3);
    headers.add(PROTOBUF);
    if (!sender.token().isEmpty()) {
      headers.add(header(Owner.HEADER, sender.token()));
    }
    if (!sender.source().isEmpty()) {
      headers.add(header(SourceHeader.NAME, sender.source()));
    }
    return headers;
  }

  private static Header header(String name, String text) {
    return new RecordHeader(name, text.getBytes(StandardCharsets.UTF_8));
  }

  private static LogPosition positionOf(List<CompletableFuture<RecordMetadata>> sends) {
    TreeMap<Integer, Long> next = new TreeMap<>();
    for (CompletableFuture<RecordMetadata> send : sends) {
      RecordMetadata metadata = send.getNow(null);
      next.merge(metadata.partition(), metadata.offset() + 1, Math::max);
    }
    return new LogPosition(next);
  }

  private static LogUnavailableException overloaded() {
    return new LogUnavailableException(
        "overloaded",
        "Too many samples wait for Kafka; try again in a moment.",
        Duration.ofSeconds(1),
        null);
  }

  private static LogUnavailableException unavailable(@Nullable Throwable cause) {
    return new LogUnavailableException(
        "kafka_unavailable",
        "Kafka does not acknowledge samples now; send them again.",
        Duration.ofSeconds(2),
        cause);
  }

  private static Timer timer(String outcome, MeterRegistry metrics) {
    return Timer.builder("annulus.ingest.produce")
        .description("From handing a record to Kafka to its acknowledgement")
        .tag("outcome", outcome)
        .register(metrics);
  }

  private static Map<String, Object> settings(GatewayConfig config, Map<String, String> kafka) {
    int timeout = Math.toIntExact(config.acknowledgeTimeout().toMillis());
    Map<String, Object> settings = new HashMap<>();
    settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
    settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, timeout);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.max(1, timeout / 2));
    // While one produce request is in flight the next one fills up: nobody waits longer than that,
    // and under load more batches share a request.
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
    settings.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
    // Added partitions are noticed after this time; Kafka's default is five minutes.
    settings.put(ProducerConfig.METADATA_MAX_AGE_CONFIG, 10_000);
    // Hardly ever blocks for memory: the bytes in flight are limited well below this.
    settings.put(
        ProducerConfig.BUFFER_MEMORY_CONFIG,
        4L * config.maxRecordBytes() + 2 * config.maxInFlightBytes());
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 1_000);
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 2 * config.maxRecordBytes());
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 128 << 10);
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    settings.putAll(kafka);
    return settings;
  }
}
