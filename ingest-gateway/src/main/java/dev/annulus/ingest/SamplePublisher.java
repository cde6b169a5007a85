package dev.annulus.ingest;

import dev.annulus.wire.LogPosition;
import java.util.concurrent.CompletableFuture;

/** Appends samples to the log. Thread-safe. */
public interface SamplePublisher {

  /**
   * Publishes samples. All of them are in the log once the future has completed; after a failure
   * some may be.
   *
   * @param batch not empty; must not be modified afterwards
   * @return their position once every in-sync replica has them, on a thread of the publisher; or a
   *     {@link LogUnavailableException}
   */
  CompletableFuture<LogPosition> publish(SampleBatch batch);
}
