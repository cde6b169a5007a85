package dev.annulus.standalone;

import dev.annulus.broker.LogSegment;
import dev.annulus.service.DaemonThreads;
import dev.annulus.store.Positions;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes samples from the log once they are safely stored, never before, and measures the backlog:
 * how much of the log is not stored yet.
 *
 * <p>A sample counts as stored once both the store's position and the job's offset committed to
 * Kafka have passed it. The store's position alone is not enough: a store that outlives its log (a
 * new Kafka, a restored backup) has positions of another log.
 *
 * <p>{@link #backlogBytes()} may be called from any thread; the rest runs on a separate thread.
 * Closed by its creator.
 */
final class LogTrimmer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogTrimmer.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final LogKeeping keeping;
  private final String topic;
  private final String group;
  private final int partitions;
  private final Positions positions;
  private final IntFunction<List<LogSegment>> segments;
  private final Admin admin;
  private final LogNudge nudge;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("annulus-log-trimmer"));
  private final AtomicBoolean asking = new AtomicBoolean();
  private final Deque<Seen> seen = new ArrayDeque<>();
  private Map<Integer, Long> settled = Map.of();
  private final Map<Integer, Long> trimmed = new HashMap<>();
  private volatile Map<Integer, Long> stored = Map.of();
  private volatile long backlogBytes;
  private volatile long logBytes;

  /** The stored offsets at one moment. */
  private record Seen(long nanos, Map<Integer, Long> applied) {}

  private LogTrimmer(
      LogKeeping keeping,
      Log log,
      Positions positions,
      IntFunction<List<LogSegment>> segments,
      MeterRegistry metrics) {
    this.keeping = keeping;
    this.topic = log.topic();
    this.group = log.group();
    this.partitions = log.partitions();
    this.positions = positions;
    this.segments = segments;
    this.admin = Admin.create(Map.of("bootstrap.servers", log.bootstrapServers()));
    this.nudge = new LogNudge(log.bootstrapServers(), log.topic(), System::nanoTime);
    Gauge.builder("annulus.log.backlog.bytes", this, LogTrimmer::backlogBytes)
        .description("Bytes of the log that are not stored yet")
        .register(metrics);
    Gauge.builder("annulus.log.bytes", this, trimmer -> trimmer.logBytes)
        .description("Bytes of the log of samples on disk")
        .register(metrics);
  }

  /**
   * The managed log.
   *
   * @param group consumer group of the job
   */
  record Log(String bootstrapServers, String topic, int partitions, String group) {}

  /**
   * Measures once, then starts the periodic checks.
   *
   * @param segments the files of a partition
   */
  static LogTrimmer start(
      LogKeeping keeping,
      Log log,
      Positions positions,
      IntFunction<List<LogSegment>> segments,
      MeterRegistry metrics) {
    LogTrimmer trimmer = new LogTrimmer(keeping, log, positions, segments, metrics);
    try {
      trimmer.look();
      long millis = Math.max(1, keeping.interval().toMillis());
      trimmer.timer.scheduleWithFixedDelay(trimmer::look, millis, millis, TimeUnit.MILLISECONDS);
      return trimmer;
    } catch (RuntimeException | Error e) {
      trimmer.close();
      throw e;
    }
  }

  /** The latest measured backlog in bytes, at most one segment off. */
  long backlogBytes() {
    return backlogBytes;
  }

  @Override
  public void close() {
    timer.shutdownNow();
    closeNudge();
    admin.close(Duration.ofSeconds(1));
  }

  private synchronized void closeNudge() {
    nudge.close();
  }

  /** While the store does not respond, the last known values are used, which is safe. */
  synchronized void look() {
    try {
      askStore();
      Map<TopicPartition, Long> ends = ends();
      Map<Integer, Long> applied = applied();
      long backlog = 0;
      long total = 0;
      Map<Integer, LogLayout> layouts = new HashMap<>();
      for (int partition = 0; partition < partitions; partition++) {
        LogLayout layout = new LogLayout(segments.apply(partition), at(ends, partition));
        layouts.put(partition, layout);
        backlog += layout.bytesFrom(applied.getOrDefault(partition, 0L));
        nudge.look(partition, stored.getOrDefault(partition, 0L), at(ends, partition));
        total += layout.bytesFrom(0);
      }
      backlogBytes = backlog;
      logBytes = total;
      trim(layouts, settled(applied));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      LOG.atWarn()
          .addKeyValue("problem", String.valueOf(e.getMessage()))
          .log("cannot inspect the log; nothing is deleted from it");
    }
  }

  /** Does not block: a hanging store must not keep the backlog from being measured. */
  private void askStore() {
    if (asking.compareAndSet(false, true)) {
      positions
          .read()
          .whenComplete(
              (found, failure) -> {
                if (failure == null) {
                  stored = found;
                }
                asking.set(false);
              });
    }
  }

  private Map<Integer, Long> applied()
      throws ExecutionException, InterruptedException, TimeoutException {
    Map<Integer, Long> now = stored;
    Map<TopicPartition, OffsetAndMetadata> committed =
        await(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    Map<Integer, Long> applied = new TreeMap<>();
    committed.forEach(
        (partition, offset) -> {
          Long inStore = now.get(partition.partition());
          if (offset != null && inStore != null && partition.topic().equals(topic)) {
            applied.put(partition.partition(), Math.min(offset.offset(), inStore));
          }
        });
    return applied;
  }

  /** The offsets stored {@link LogKeeping#settle} ago; empty while unknown. */
  private Map<Integer, Long> settled(Map<Integer, Long> applied) {
    long now = System.nanoTime();
    seen.addLast(new Seen(now, applied));
    while (!seen.isEmpty() && now - seen.getFirst().nanos() >= keeping.settle().toNanos()) {
      settled = seen.removeFirst().applied();
    }
    return settled;
  }

  private void trim(Map<Integer, LogLayout> layouts, Map<Integer, Long> settled)
      throws ExecutionException, InterruptedException, TimeoutException {
    Map<TopicPartition, RecordsToDelete> deletions = new HashMap<>();
    long keep = keeping.keepBytes() / partitions;
    settled.forEach(
        (partition, applied) -> {
          LogLayout layout = layouts.get(partition);
          long offset = layout == null ? 0 : layout.trimmable(applied, keep);
          if (offset > trimmed.getOrDefault(partition, 0L)) {
            deletions.put(
                new TopicPartition(topic, partition), RecordsToDelete.beforeOffset(offset));
          }
        });
    if (!deletions.isEmpty()) {
      await(admin.deleteRecords(deletions).all());
      deletions.forEach((of, records) -> trimmed.put(of.partition(), records.beforeOffset()));
    }
  }

  private Map<TopicPartition, Long> ends()
      throws ExecutionException, InterruptedException, TimeoutException {
    Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
    for (int partition = 0; partition < partitions; partition++) {
      wanted.put(new TopicPartition(topic, partition), OffsetSpec.latest());
    }
    Map<TopicPartition, Long> offsets = new HashMap<>();
    Map<TopicPartition, ListOffsetsResultInfo> found = await(admin.listOffsets(wanted).all());
    found.forEach((partition, info) -> offsets.put(partition, info.offset()));
    return offsets;
  }

  private long at(Map<TopicPartition, Long> offsets, int partition) {
    return offsets.getOrDefault(new TopicPartition(topic, partition), 0L);
  }

  private static <T> T await(KafkaFuture<T> future)
      throws ExecutionException, InterruptedException, TimeoutException {
    return future.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
  }
}
