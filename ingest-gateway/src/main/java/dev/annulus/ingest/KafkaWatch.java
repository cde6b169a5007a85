package dev.annulus.ingest;

import dev.annulus.service.DaemonThreads;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;
import org.apache.kafka.common.KafkaException;

/**
 * Knows how many partitions the topic has and whether Kafka takes records, so that no request has
 * to wait to find out: a Kafka client without a broker blocks its callers. While Kafka is away one
 * request at a time is let through to try; the others are turned away at once. Thread-safe.
 */
final class KafkaWatch implements AutoCloseable {
  private static final long KNOWN_MILLIS = 10_000;
  private static final long UNKNOWN_MILLIS = 100;

  private final IntSupplier partitionsOfTopic;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("annulus-kafka-watch"));
  private final AtomicBoolean trying = new AtomicBoolean();
  private volatile int partitions;
  private volatile boolean away;

  /**
   * @param partitionsOfTopic asks Kafka; may block for a while and throw a {@link KafkaException}
   */
  KafkaWatch(IntSupplier partitionsOfTopic) {
    this.partitionsOfTopic = partitionsOfTopic;
    timer.execute(this::look);
  }

  /** How many partitions the topic has; 0 as long as Kafka has never told. */
  int partitions() {
    return partitions;
  }

  /** Whether records were not acknowledged lately. */
  boolean isAway() {
    return away;
  }

  /** Whether a request may try to publish. Whoever may must report what came of it. */
  boolean mayTry() {
    return !away || trying.compareAndSet(false, true);
  }

  /** A request was acknowledged. */
  void succeeded() {
    away = false;
    trying.set(false);
  }

  /** A request was not acknowledged. */
  void failed() {
    away = true;
    trying.set(false);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  private void look() {
    try {
      partitions = partitionsOfTopic.getAsInt();
    } catch (KafkaException e) {
      // What was known stays: partitions are never taken away. mayTry() decides until then.
    }
    timer.schedule(
        this::look, partitions > 0 ? KNOWN_MILLIS : UNKNOWN_MILLIS, TimeUnit.MILLISECONDS);
  }
}
