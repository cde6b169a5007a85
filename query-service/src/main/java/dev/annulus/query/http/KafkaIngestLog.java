package dev.annulus.query.http;

import dev.annulus.model.Metric.LogOffsets;
import dev.annulus.service.DaemonThreads;
import dev.annulus.wire.RejectedRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The log in Kafka. Offsets come from an admin client, rejected samples from a passing consumer.
 */
public final class KafkaIngestLog implements IngestLog {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final String topic;
  private final String rejectedTopic;
  private final Map<String, Object> settings = new HashMap<>();
  private final Admin admin;
  // One at a time: each reading holds a consumer with its buffers.
  private final ExecutorService readers =
      Executors.newSingleThreadExecutor(DaemonThreads.named("annulus-rejected-reader"));

  /**
   * @param kafka further client settings, such as {@code security.protocol}; they win
   */
  public KafkaIngestLog(
      String bootstrapServers, String topic, String rejectedTopic, Map<String, String> kafka) {
    this.topic = topic;
    this.rejectedTopic = rejectedTopic;
    int millis = Math.toIntExact(TIMEOUT.toMillis());
    settings.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
    settings.put(AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
    settings.putAll(kafka);
    this.admin = Admin.create(settings);
  }

  @Override
  public CompletableFuture<LogOffsets> ends() {
    return offsets(OffsetSpec.latest());
  }

  @Override
  public CompletableFuture<LogOffsets> starts() {
    return offsets(OffsetSpec.earliest());
  }

  @Override
  public CompletableFuture<List<Rejected>> rejected(int limit, long bytes) {
    return CompletableFuture.supplyAsync(() -> readRejected(limit, bytes), readers);
  }

  @Override
  public void close() {
    readers.shutdownNow();
    admin.close(TIMEOUT);
  }

  private CompletableFuture<LogOffsets> offsets(OffsetSpec which) {
    return future(admin.describeTopics(List.of(topic)).allTopicNames())
        .thenCompose(
            topics -> {
              Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
              topics
                  .values()
                  .forEach(
                      described ->
                          described
                              .partitions()
                              .forEach(
                                  p ->
                                      wanted.put(new TopicPartition(topic, p.partition()), which)));
              return future(admin.listOffsets(wanted).all());
            })
        .thenApply(KafkaIngestLog::byPartition);
  }

  private static LogOffsets byPartition(Map<TopicPartition, ListOffsetsResultInfo> found) {
    long[] offsets = new long[found.size()];
    found.forEach((partition, info) -> offsets[partition.partition()] = info.offset());
    return new LogOffsets(offsets);
  }

  private static <T> CompletableFuture<T> future(KafkaFuture<T> kafka) {
    CompletableFuture<T> future = new CompletableFuture<>();
    kafka.whenComplete(
        (value, failure) -> {
          if (failure == null) {
            future.complete(value);
          } else {
            future.completeExceptionally(new IngestLogException(failure));
          }
        });
    return future;
  }

  private List<Rejected> readRejected(int limit, long bytes) {
    Map<String, Object> consumerSettings = new HashMap<>(settings);
    consumerSettings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 500);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            consumerSettings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(rejectedTopic).stream()
              .map(p -> new TopicPartition(rejectedTopic, p.partition()))
              .toList();
      consumer.assign(partitions);
      return newest(consumer, partitions, limit, bytes);
    } catch (KafkaException e) {
      throw new IngestLogException(e);
    }
  }

  private static List<Rejected> newest(
      KafkaConsumer<byte[], byte[]> consumer,
      List<TopicPartition> partitions,
      int limit,
      long bytes) {
    Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    ends.forEach((p, end) -> consumer.seek(p, Math.max(starts.getOrDefault(p, 0L), end - limit)));
    Deque<Rejected> found = new ArrayDeque<>();
    long held = 0;
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (System.nanoTime() < deadline
        && partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
        Rejected last = rejected(record);
        found.add(last);
        held += last.record().payload().length;
        while (held > bytes && found.size() > 1) {
          held -= found.remove().record().payload().length;
        }
      }
    }
    return found.stream()
        .sorted(Comparator.comparing(Rejected::at).reversed())
        .limit(limit)
        .collect(Collectors.toList());
  }

  private static Rejected rejected(ConsumerRecord<byte[], byte[]> record) {
    Map<String, String> headers = new HashMap<>();
    record
        .headers()
        .forEach(
            header ->
                headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
    return new Rejected(
        Instant.ofEpochMilli(record.timestamp()), RejectedRecord.of(headers, record.value()));
  }
}
