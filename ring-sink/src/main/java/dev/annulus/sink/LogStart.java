package dev.annulus.sink;

import dev.annulus.kv.StoreException;
import dev.annulus.model.Metric.LogOffsets;
import dev.annulus.store.LogIdentity;
import dev.annulus.store.LogIdentity.Adopted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides where a task starts reading: at the smallest of the offset from Flink or Kafka, the
 * store's position, and the end of the log. Flink's offsets follow the store's commits, but a
 * machine crash can lose the store's last second, and a store may be restored or damaged; then the
 * log is read again. Used by one task thread; blocking.
 */
final class LogStart {
  private static final Logger LOG = LoggerFactory.getLogger(LogStart.class);
  private static final Duration CLOSE = Duration.ofSeconds(5);

  private final SinkConfig config;
  private final StoreProvider stores;
  private final Counter readAgain;
  private final Counter lost;
  private final Counter marks;

  LogStart(SinkConfig config, StoreProvider stores, MetricGroup metrics) {
    this.config = config;
    this.stores = stores;
    this.readAgain = metrics.counter("annulus_records_read_again");
    this.lost = metrics.counter("annulus_records_lost");
    this.marks = metrics.counter("annulus_deletion_marks_void");
  }

  /** The same splits with their start offsets. */
  List<KafkaPartitionSplit> of(List<KafkaPartitionSplit> splits) {
    if (splits.isEmpty()) {
      return splits;
    }
    Map<Integer, Long> stored;
    Map<Integer, Long> starts;
    Map<Integer, Long> ends;
    try (StoreProvider.Handle store = stores.open()) {
      Admin admin = Admin.create(settings());
      try {
        TopicDescription topic =
            Objects.requireNonNull(
                get(admin.describeTopics(List.of(config.topic())).allTopicNames())
                    .get(config.topic()));
        LogIdentity log = store.store().log();
        report(
            log.adopt(
                    topic.topicId().toString(),
                    () ->
                        CompletableFuture.completedFuture(
                            offsets(logOffsets(admin, topic, OffsetSpec.latest()))))
                .get());
        stored = store.store().positions().read().get();
        starts = logOffsets(admin, topic, OffsetSpec.earliest());
        ends = logOffsets(admin, topic, OffsetSpec.latest());
      } finally {
        admin.close(CLOSE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while determining the start offsets", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "determining the start offsets failed: " + StoreException.unwrap(e).getMessage(), e);
    }
    List<KafkaPartitionSplit> begun = new ArrayList<>(splits.size());
    for (KafkaPartitionSplit split : splits) {
      begun.add(
          from(
              split,
              stored.get(split.getPartition()),
              starts.getOrDefault(split.getPartition(), 0L),
              ends.getOrDefault(split.getPartition(), 0L)));
    }
    return begun;
  }

  /**
   * @param stored null if the store has no position for the partition
   */
  private KafkaPartitionSplit from(
      KafkaPartitionSplit split, @Nullable Long stored, long start, long end) {
    long remembered = split.getStartingOffset();
    if (stored != null && stored < start) {
      lost.inc(start - stored);
      LOG.atError()
          .addKeyValue("partition", split.getPartition())
          .addKeyValue("stored", stored)
          .addKeyValue("log_start", start)
          .log("records are lost: Kafka deleted them before they were stored");
    }
    long from = Math.min(stored == null ? start : Math.max(start, stored), end);
    if (remembered < 0 || remembered <= from) {
      // A marker such as EARLIEST, or a smaller offset.
      return split;
    }
    readAgain.inc(Math.min(remembered, end) - from);
    LOG.atWarn()
        .addKeyValue("partition", split.getPartition())
        .addKeyValue("remembered", remembered)
        .addKeyValue("stored", stored)
        .addKeyValue("from", from)
        .log("the store lacks records that were read before; reading them again");
    return new KafkaPartitionSplit(
        split.getTopicPartition(),
        from,
        split.getStoppingOffset().orElse(KafkaPartitionSplit.NO_STOPPING_OFFSET));
  }

  private void report(Adopted adopted) {
    marks.inc(adopted.marks());
    switch (adopted.change()) {
      case SAME -> {}
      case FIRST -> LOG.info("recorded the log in the store");
      case OTHER ->
          LOG.atWarn()
              .addKeyValue("before", adopted.before())
              .addKeyValue("marks", adopted.marks())
              .addKeyValue("series", adopted.series())
              .log(
                  "the topic of samples was lost or recreated;"
                      + " positions and deletion marks of the old one are void");
      case SHORTENED ->
          LOG.atWarn()
              .addKeyValue("marks", adopted.marks())
              .addKeyValue("series", adopted.series())
              .log(
                  "the topic of samples lost its tail: it ends before the store's positions;"
                      + " positions and deletion marks are truncated to its end");
    }
  }

  private Map<Integer, Long> logOffsets(Admin admin, TopicDescription topic, OffsetSpec spec) {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    topic
        .partitions()
        .forEach(p -> asked.put(new TopicPartition(config.topic(), p.partition()), spec));
    Map<Integer, Long> offsets = new HashMap<>();
    try {
      get(admin.listOffsets(asked).all())
          .forEach((partition, info) -> offsets.put(partition.partition(), info.offset()));
      return offsets;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reading offsets from Kafka", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "reading the offsets of " + config.topic() + " from Kafka failed", e);
    }
  }

  private static LogOffsets offsets(Map<Integer, Long> byPartition) {
    long[] offsets = new long[byPartition.keySet().stream().mapToInt(p -> p + 1).max().orElse(0)];
    byPartition.forEach((partition, offset) -> offsets[partition] = offset);
    return new LogOffsets(offsets);
  }

  private static <T> T get(KafkaFuture<T> future) throws InterruptedException, ExecutionException {
    return future.get();
  }

  private Map<String, Object> settings() {
    Map<String, Object> settings = new HashMap<>();
    settings.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
    settings.put(AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
    settings.putAll(config.kafka());
    return settings;
  }
}
