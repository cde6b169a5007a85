package dev.annulus.ingest;

import dev.annulus.wire.LogPosition;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * Refuses samples while the disk has no room for them. Only a gateway that shares it with the log
 * and the store can know that. Thread-safe.
 */
public final class DiskLimit implements SamplePublisher {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

  private final SamplePublisher publisher;
  private final BooleanSupplier full;

  /**
   * @param full whether there is no room; does not block
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
