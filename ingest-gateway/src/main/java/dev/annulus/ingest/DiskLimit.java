package dev.annulus.ingest;

import dev.annulus.wire.LogPosition;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * Refuses samples while the disk is full. Only for a gateway on the same disk as the log and the
 * store. Thread-safe.
 */
public final class DiskLimit implements SamplePublisher {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

  private final SamplePublisher publisher;
  private final BooleanSupplier full;

  /**
   * @param full whether the disk is full; does not block
   */
  public DiskLimit(SamplePublisher publisher, BooleanSupplier full) {
    this.publisher = publisher;
    this.full = full;
  }

  @Override
  public CompletableFuture<LogPosition> publish(SampleBatch batch) {
    if (!full.getAsBoolean()) {
      return publisher.publish(batch);
    }
    return CompletableFuture.failedFuture(
        new LogUnavailableException(
            "disk_full",
            "The disk is nearly full; samples are taken again when there is room.",
            RETRY_AFTER,
            null));
  }
}
