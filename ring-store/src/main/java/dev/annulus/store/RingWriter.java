package dev.annulus.store;

import dev.annulus.kv.StoreException;
import dev.annulus.model.SeriesKey;
import dev.annulus.wire.RejectReason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Writes batches of logged samples: finds or creates their series, upserts slots, advances counters
 * and finally the log positions.
 *
 * <p>Writes are idempotent: a batch may be rewritten, whole or in part, by this writer or another,
 * since every write is a byte-max or depends only on the log. Each transaction checks that no
 * metric of the batch was deleted or moved since its metadata was read; otherwise the batch starts
 * over. A batch larger than one transaction is written by several in parallel.
 *
 * <p>Not thread-safe: one batch at a time. Callbacks on the returned future run on an engine
 * thread.
 */
public final class RingWriter {
  private final BatchCommit commits;
  private final MetricCache cache;
  private final Rings.Precision precision;
  private Map<Integer, Long> reached = Map.of();

  RingWriter(BatchCommit commits, MetricCache cache, Rings.Precision precision) {
    this.commits = commits;
    this.cache = cache;
    this.precision = precision;
  }

  /**
   * The result of a batch.
   *
   * @param written samples stored, or superseded by newer ones
   * @param dropped samples older than the deletion of their series
   * @param tooOld by source, the written samples that were older than a lap of their ring
   * @param overtaken by source, the written samples that were more than a lap older than future
   *     ones of their series, as far as this writer has seen those
   * @param rejected samples that conflict with the stored series or cannot be stored
   */
  public record Outcome(
      int written,
      int dropped,
      List<Rejected> rejected,
      Map<String, TooOld> tooOld,
      Map<String, TooOld> overtaken) {
    private Outcome and(Outcome other) {
      List<Rejected> all = new ArrayList<>(rejected);
      all.addAll(other.rejected);
      return new Outcome(
          written + other.written,
          dropped + other.dropped,
          all,
          sum(tooOld, other.tooOld),
          sum(overtaken, other.overtaken));
    }

    private static Map<String, TooOld> sum(Map<String, TooOld> first, Map<String, TooOld> second) {
      Map<String, TooOld> sum = new HashMap<>(first);
      second.forEach((source, more) -> sum.merge(source, more, TooOld::and));
      return sum;
    }
  }

  /**
   * Samples that were older than a lap of their ring when they were logged, or than a lap before
   * the newest of their series.
   *
   * @param samples number of samples
   * @param example one of their series
   * @param ageSeconds age of its first such sample when it was logged, or how far the newest was in
   *     the future then
   * @param lapSeconds lap of the ring of that series
   */
  public record TooOld(int samples, SeriesKey example, long ageSeconds, long lapSeconds) {
    /** Adds later ones. */
    public TooOld and(TooOld later) {
      return new TooOld(samples + later.samples, example, ageSeconds, lapSeconds);
    }
  }

  /** Samples that conflict with the stored series or cannot be stored. */
  public record Rejected(LoggedSamples samples, RejectReason reason, String detail) {}

  /**
   * Writes a batch. Completes once everything is committed; after a failure, the caller may retry
   * the same batch. Samples that the store refuses for good are isolated and rejected, so a failure
   * means that the store takes no writes now and may take the batch later.
   *
   * @param nextOffsets by partition, the offset after the last record of this batch
   * @return the result; fails with a {@link LostWritesException} if the store has lost an earlier
   *     batch of this writer, which then must not write again
   */
  public CompletableFuture<Outcome> write(
      List<LoggedSamples> batch, Map<Integer, Long> nextOffsets) {
    Map<Integer, Long> next = Map.copyOf(nextOffsets);
    return attempt(batch, next)
        .exceptionallyCompose(failure -> isolate(batch, next, failure))
        .whenComplete(
            (outcome, failure) -> {
              if (failure == null && !next.isEmpty()) {
                reached = next;
              }
              cache.trim();
            });
  }

  /** Bisects a batch to find the samples at fault, unless the store refuses even an empty batch. */
  private CompletableFuture<Outcome> isolate(
      List<LoggedSamples> batch, Map<Integer, Long> nextOffsets, Throwable failure) {
    if (batch.isEmpty() || !isRefusal(failure)) {
      return CompletableFuture.failedFuture(failure);
    }
    return attempt(List.of(), Map.of())
        .exceptionallyCompose(storeIsToBlame -> CompletableFuture.failedFuture(failure))
        .thenCompose(storeWorks -> part(batch))
        .thenCompose(outcome -> attempt(List.of(), nextOffsets).thenApply(positioned -> outcome));
  }

  private CompletableFuture<Outcome> divide(List<LoggedSamples> batch, Throwable failure) {
    if (batch.size() == 1) {
      return CompletableFuture.completedFuture(
          new Outcome(0, 0, List.of(refused(batch.get(0), failure)), Map.of(), Map.of()));
    }
    int middle = batch.size() / 2;
    return part(batch.subList(0, middle))
        .thenCompose(first -> part(batch.subList(middle, batch.size())).thenApply(first::and));
  }

  private CompletableFuture<Outcome> part(List<LoggedSamples> part) {
    return attempt(part, Map.of())
        .exceptionallyCompose(
            failure ->
                isRefusal(failure)
                    ? divide(part, failure)
                    : CompletableFuture.failedFuture(failure));
  }

  /** Whether the data is at fault, not the store or the process. */
  private static boolean isRefusal(Throwable failure) {
    Throwable cause = StoreException.unwrap(failure);
    return cause instanceof StoreException store
        ? !store.isTransient()
        : (cause instanceof RuntimeException && !(cause instanceof LostWritesException))
            || cause instanceof StackOverflowError;
  }

  private static Rejected refused(LoggedSamples samples, Throwable failure) {
    return new Rejected(
        samples, RejectReason.STORE_REFUSED, String.valueOf(StoreException.unwrap(failure)));
  }

  private CompletableFuture<Outcome> attempt(
      List<LoggedSamples> batch, Map<Integer, Long> nextOffsets) {
    return resolve(batch)
        .thenCompose(
            resolved -> {
              RingBatch prepared = RingBatch.prepare(resolved, precision);
              return commits
                  .commit(prepared, nextOffsets, new BatchCommit.Basis(resolved.version(), reached))
                  .thenCompose(
                      current -> {
                        if (current) {
                          return CompletableFuture.completedFuture(prepared.outcome());
                        }
                        cache.invalidate();
                        return attempt(batch, nextOffsets);
                      });
            });
  }

  private CompletableFuture<MetricCache.Resolved> resolve(List<LoggedSamples> batch) {
    try {
      return cache.resolve(batch);
    } catch (RuntimeException | StackOverflowError e) {
      return CompletableFuture.failedFuture(e);
    }
  }
}
