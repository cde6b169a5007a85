package dev.annulus.ingest;

import dev.annulus.wire.LogPosition;
import java.util.concurrent.CompletableFuture;

/** Puts samples into the log. Thread-safe. */
public interface SamplePublisher {

  /**
   * Publishes samples. All of them are in the log once the future has completed; after a failure
   * some may be.
   *
   * @param batch not empty; not changed any more
   * @return where they are, once every replica in sync has them, on a thread of the publisher; or a
   *     {@link LogUnavailableException}
   */
  CompletableFuture<LogPosition> publish(SampleBatch batch);
}
