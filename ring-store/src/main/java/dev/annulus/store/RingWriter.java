package dev.annulus.store;

import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.StoreException;
import dev.annulus.kv.Transaction;
import dev.annulus.model.SeriesKey;
import dev.annulus.wire.RejectReason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

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
  private static final int SETTLED_PER_TRANSACTION = 5_000;

  private final KeyValueEngine engine;
  private final Positions positions;
  private final MetricCache cache;
  private final int transactionBytes;
  private Map<Integer, Long> reached = Map.of();

  RingWriter(KeyValueEngine engine, Positions positions, MetricCache cache, int transactionBytes) {
    this.engine = engine;
    this.positions = positions;
    this.cache = cache;
    this.transactionBytes = transactionBytes;
  }

  /**
   * The result of a batch.
   *
   * @param written samples stored, or superseded by newer ones
   * @param dropped samples older than the deletion of their series
   * @param tooOld by source, the written samples that were older than a lap of their ring
   * @param rejected samples that conflict with the stored series or cannot be stored
   */
  public record Outcome(
      int written, int dropped, List<Rejected> rejected, Map<String, TooOld> tooOld) {
    private Outcome and(Outcome other) {
      List<Rejected> all = new ArrayList<>(rejected);
      all.addAll(other.rejected);
      Map<String, TooOld> old = new HashMap<>(tooOld);
      other.tooOld.forEach((source, more) -> old.merge(source, more, TooOld::and));
      return new Outcome(written + other.written, dropped + other.dropped, all, old);
    }
  }

  /**
   * Samples that were older than a lap of their ring when they were logged.
   *
   * @param samples number of samples
   * @param example one of their series
   * @param ageSeconds age of its first such sample
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
          new Outcome(0, 0, List.of(refused(batch.get(0), failure)), Map.of()));
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
              RingBatch prepared = RingBatch.prepare(resolved, transactionBytes);
              return commit(prepared, nextOffsets, resolved.version())
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

  /** Commits all parts; returns whether the metadata was current in each. */
  private CompletableFuture<Boolean> commit(
      RingBatch batch, Map<Integer, Long> nextOffsets, byte @Nullable [] version) {
    List<List<RingBatch.Upsert>> parts = batch.transactions();
    List<CounterSamples> settled = batch.settledCounters();
    if (parts.size() == 1 && settled.isEmpty()) {
      return commit(version, tx -> putAll(tx, parts.get(0), nextOffsets));
    }
    List<CompletableFuture<Boolean>> commits = new ArrayList<>();
    for (List<RingBatch.Upsert> part : parts) {
      commits.add(commit(version, tx -> putAll(tx, part, Map.of())));
    }
    commits.addAll(settle(settled, version));
    return Futures.all(commits)
        .thenCompose(
            current ->
                current.contains(false)
                    ? CompletableFuture.completedFuture(false)
                    : commit(version, tx -> putAll(tx, List.of(), nextOffsets)));
  }

  private interface Body {
    CompletableFuture<Void> apply(Transaction tx);
  }

  /** Runs a body unless the metadata version has changed. */
  private CompletableFuture<Boolean> commit(byte @Nullable [] version, Body body) {
    return engine.write(
        tx ->
            requireReached(tx)
                .thenCombine(tx.metadataVersion(), (there, now) -> now)
                .thenCompose(
                    now ->
                        Arrays.equals(now, version)
                            ? body.apply(tx).thenApply(done -> true)
                            : CompletableFuture.completedFuture(false)));
  }

  /**
   * A store only loses its last commits: if the last one is present, so are all before. Otherwise
   * nothing may be written, since ids allocated after the loss may be reused.
   */
  private CompletableFuture<Void> requireReached(Transaction tx) {
    List<CompletableFuture<Void>> checks = new ArrayList<>();
    reached.forEach(
        (partition, offset) ->
            checks.add(
                positions
                    .hasReached(tx.snapshot(), partition, offset)
                    .thenAccept(
                        there -> {
                          if (!there) {
                            throw new LostWritesException(partition, offset);
                          }
                        })));
    return Futures.all(checks).thenApply(done -> null);
  }

  private CompletableFuture<Void> putAll(
      Transaction tx, List<RingBatch.Upsert> upserts, Map<Integer, Long> nextOffsets) {
    for (RingBatch.Upsert upsert : upserts) {
      tx.byteMax(upsert.key(), upsert.value());
    }
    positions.advance(tx, nextOffsets);
    return CompletableFuture.completedFuture(null);
  }

  /** Settles counters, in as many transactions as needed. */
  private List<CompletableFuture<Boolean>> settle(
      List<CounterSamples> counters, byte @Nullable [] version) {
    List<CompletableFuture<Boolean>> commits = new ArrayList<>();
    List<CounterSamples> open = new ArrayList<>();
    int bytes = 0;
    for (CounterSamples samples : counters) {
      List<CounterSamples> pieces = samples.pieces(transactionBytes);
      if (pieces.size() > 1) {
        commits.add(inTurn(pieces, version));
        continue;
      }
      if (bytes + samples.bytes() > transactionBytes || open.size() == SETTLED_PER_TRANSACTION) {
        commits.add(settleTogether(open, version));
        open = new ArrayList<>();
        bytes = 0;
      }
      open.add(samples);
      bytes += samples.bytes();
    }
    if (!open.isEmpty()) {
      commits.add(settleTogether(open, version));
    }
    return commits;
  }

  /**
   * Settles the pieces of one counter in order: each starts from the state after the one before.
   */
  private CompletableFuture<Boolean> inTurn(
      List<CounterSamples> pieces, byte @Nullable [] version) {
    CompletableFuture<Boolean> all = CompletableFuture.completedFuture(true);
    for (CounterSamples piece : pieces) {
      all =
          all.thenCompose(
              current ->
                  current
                      ? settleTogether(List.of(piece), version)
                      : CompletableFuture.completedFuture(false));
    }
    return all;
  }

  private CompletableFuture<Boolean> settleTogether(
      List<CounterSamples> counters, byte @Nullable [] version) {
    return commit(version, tx -> settle(tx, counters))
        .thenApply(
            current -> {
              if (current) {
                counters.forEach(CounterSamples::settled);
              }
              return current;
            });
  }

  /** Settles counters: those that other writers advance too, and those with increments. */
  private static CompletableFuture<Void> settle(Transaction tx, List<CounterSamples> counters) {
    List<CompletableFuture<Void>> settled = new ArrayList<>(counters.size());
    for (CounterSamples samples : counters) {
      byte[] key = samples.stateKey();
      settled.add(
          tx.get(key)
              .thenAccept(
                  before ->
                      tx.byteMax(
                          key,
                          samples
                              .settle(
                                  before == null ? null : CounterState.decode(before), tx::byteMax)
                              .encode())));
    }
    return Futures.all(settled).thenApply(done -> null);
  }
}
