package dev.annulus.ingest;

import dev.annulus.wire.LogPosition;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * Refuses samples while too much of the log is not stored yet. A log that keeps everything until it
 * is stored grows while the store is down; this bounds it. Thread-safe.
 */
public final class BacklogLimit implements SamplePublisher {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  private final SamplePublisher publisher;
  private final LongSupplier backlogBytes;
  private final long maxBytes;
  private final Counter refused;

  /**
   * @param backlogBytes of the log that are not in the store yet, as last measured; does not block
   * @param maxBytes at which samples are refused
   */
  public BacklogLimit(
      SamplePublisher publisher, LongSupplier backlogBytes, long maxBytes, MeterRegistry metrics) {
    this.publisher = publisher;
    this.backlogBytes = backlogBytes;
    this.maxBytes = maxBytes;
    this.refused =
        Counter.builder("annulus.ingest.backlog.refused.requests")
            .description("Requests refused because too much of the log waits to be stored")
            .register(metrics);
  }

  @Override
  public CompletableFuture<LogPosition> publish(SampleBatch batch) {
    if (backlogBytes.getAsLong() < maxBytes) {
      return publisher.publish(batch);
    }
    refused.increment();
    return CompletableFuture.failedFuture(
        new LogUnavailableException(
            "backlog_full",
            "Samples are not being stored as fast as they come, and the log has no room for more.",
            RETRY_AFTER,
            null));
  }
}
