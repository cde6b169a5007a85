package dev.annulus.ingest;

import dev.annulus.service.DaemonThreads;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;
import org.apache.kafka.common.KafkaException;

/**
 * Tracks the number of partitions and whether Kafka acknowledges records, so that no request waits
 * to find out: a Kafka client without a broker blocks its callers. While Kafka is down, one request
 * at a time may try; the others are rejected immediately. Thread-safe.
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

  /** The number of partitions of the topic; 0 until Kafka has reported it. */
  int partitions() {
    return partitions;
  }

  /** Whether the last records were not acknowledged. */
  boolean isAway() {
    return away;
  }

  /** Whether a request may try to publish; if so, it must report the outcome. */
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
      // Keep the last number: partitions are never removed. Until then mayTry() decides.
    }
    timer.schedule(
        this::look, partitions > 0 ? KNOWN_MILLIS : UNKNOWN_MILLIS, TimeUnit.MILLISECONDS);
  }
}
