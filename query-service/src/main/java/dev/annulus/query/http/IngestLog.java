package dev.annulus.query.http;

import dev.annulus.model.Metric.LogOffsets;
import dev.annulus.wire.RejectedRecord;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The topics of samples, as far as a reader of the store needs them. Thread-safe. */
public interface IngestLog extends AutoCloseable {

  /** By partition, the offset the next sample will get; or an {@link IngestLogException}. */
  CompletableFuture<LogOffsets> ends();

  /** By partition, the offset of the oldest sample still there. */
  CompletableFuture<LogOffsets> starts();

  /**
   * What was rejected last, newest first.
   *
   * @param limit how many at most
   * @param bytes that their payloads may have together; older ones are left out
   */
  CompletableFuture<List<Rejected>> rejected(int limit, long bytes);

  @Override
  void close();

  /**
   * A rejected record.
   *
   * @param at when it was rejected
   */
  record Rejected(Instant at, RejectedRecord record) {}
}
