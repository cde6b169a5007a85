package dev.annulus.store;

import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.Transaction;
import dev.annulus.wire.RejectReason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Writes batches of logged samples: finds or creates their series, upserts the slots, advances the
 * counters and at last the positions in the log.
 *
 * <p>A batch can be written again at any time, whole or in part, by this writer or another: every
 * write is a byte-max or depends only on the log. Each transaction checks that no metric of the
 * batch was deleted or moved since its metadata was read; otherwise the batch starts over. A batch
 * larger than one transaction is written by several at once.
 *
 * <p>Not thread-safe: one batch at a time. What is composed on the returned future runs on a thread
 * of the engine.
 */
public final class RingWriter {
  private static final int SHARED_PER_TRANSACTION = 5_000;

  private final KeyValueEngine engine;
  private final Positions positions;
  private final SeriesCache cache;
  private final int transactionBytes;

  RingWriter(KeyValueEngine engine, Positions positions, SeriesCache cache, int transactionBytes) {
    this.engine = engine;
    this.positions = positions;
    this.cache = cache;
    this.transactionBytes = transactionBytes;
  }

  /**
   * What became of a batch.
   *
   * @param written samples stored, or superseded by newer ones
   * @param dropped samples older than the deletion of their series
   * @param rejected samples that contradict what is stored
   */
  public record Outcome(int written, int dropped, List<Rejected> rejected) {}

  /** Samples that contradict what is stored. */
  public record Rejected(LoggedSamples samples, RejectReason reason, String detail) {}

  /**
   * Writes a batch. Completes once everything is committed; after a failure the same batch may be
   * written again.
   *
   * @param nextOffsets by partition, the offset of the record after the last one of this batch
   */
  public CompletableFuture<Outcome> write(
      List<LoggedSamples> batch, Map<Integer, Long> nextOffsets) {
    return attempt(batch, nextOffsets).whenComplete((outcome, failure) -> cache.trim());
  }

  private CompletableFuture<Outcome> attempt(
      List<LoggedSamples> batch, Map<Integer, Long> nextOffsets) {
    return cache
        .resolve(batch)
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

  /** Whether everything was committed with current metadata. */
  private CompletableFuture<Boolean> commit(
      RingBatch batch, Map<Integer, Long> nextOffsets, byte @Nullable [] version) {
    List<List<RingBatch.Upsert>> parts = batch.transactions();
    List<CounterSamples> shared = batch.sharedCounters();
    if (parts.size() == 1 && shared.isEmpty()) {
      return commit(version, tx -> putAll(tx, parts.get(0), nextOffsets));
    }
    List<CompletableFuture<Boolean>> commits = new ArrayList<>();
    for (List<RingBatch.Upsert> part : parts) {
      commits.add(commit(version, tx -> putAll(tx, part, Map.of())));
    }
    for (int from = 0; from < shared.size(); from += SHARED_PER_TRANSACTION) {
      List<CounterSamples> part =
          shared.subList(from, Math.min(shared.size(), from + SHARED_PER_TRANSACTION));
      commits.add(commit(version, tx -> settle(tx, part)));
    }
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

  /** Runs a body unless the store has another metadata version by now. */
  private CompletableFuture<Boolean> commit(byte @Nullable [] version, Body body) {
    return engine.write(
        tx ->
            tx.metadataVersion()
                .thenCompose(
                    now ->
                        Arrays.equals(now, version)
                            ? body.apply(tx).thenApply(done -> true)
                            : CompletableFuture.completedFuture(false)));
  }

  private CompletableFuture<Void> putAll(
      Transaction tx, List<RingBatch.Upsert> upserts, Map<Integer, Long> nextOffsets) {
    for (RingBatch.Upsert upsert : upserts) {
      tx.byteMax(upsert.key(), upsert.value());
    }
    positions.advance(tx, nextOffsets);
    return CompletableFuture.completedFuture(null);
  }

  /** Counters that arrive through several partitions: read, advance, write. */
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
                              .advance(before == null ? null : CounterState.decode(before))
                              .encode())));
    }
    return Futures.all(settled).thenApply(done -> null);
  }
}
