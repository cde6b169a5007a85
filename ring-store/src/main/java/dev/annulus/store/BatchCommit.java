package dev.annulus.store;

import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.StoreException;
import dev.annulus.kv.StoreException.Kind;
import dev.annulus.kv.Transaction;
import dev.annulus.store.Rings.Part;
import dev.annulus.store.Rings.Put;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Commits prepared batches, in as many transactions as needed. Each checks that the metadata are
 * still those the batch was prepared with, and that earlier batches of the same writer are there.
 * Thread-safe.
 */
final class BatchCommit {
  private static final int SETTLED_PER_TRANSACTION = 5_000;

  /** Tries of a part that is behind what other writers have added. */
  private static final int MAX_TRIES = 100;

  private final KeyValueEngine engine;
  private final Rings rings;
  private final Positions positions;
  private final int transactionBytes;

  BatchCommit(KeyValueEngine engine, Rings rings, Positions positions, int transactionBytes) {
    this.engine = engine;
    this.rings = rings;
    this.positions = positions;
    this.transactionBytes = transactionBytes;
  }

  /**
   * What every transaction of a batch depends on.
   *
   * @param version the metadata version that the batch was prepared with
   * @param reached by partition, the position after the writer's previous batch
   */
  @SuppressWarnings("ArrayRecordComponent") // compared with Arrays.equals
  record Basis(byte @Nullable [] version, Map<Integer, Long> reached) {}

  /**
   * Commits a batch, its positions last.
   *
   * @param nextOffsets by partition, the offset after the last record of the batch
   * @return false if the metadata have changed: the batch must be prepared again and committed
   *     whole
   */
  CompletableFuture<Boolean> commit(RingBatch batch, Map<Integer, Long> nextOffsets, Basis basis) {
    return rings.room().thenCompose(room -> commitParts(batch, nextOffsets, basis));
  }

  private CompletableFuture<Boolean> commitParts(
      RingBatch batch, Map<Integer, Long> nextOffsets, Basis basis) {
    List<Part> parts = rings.parts(batch, basis.version(), transactionBytes);
    if (parts.size() == 1 && batch.settledCounters().isEmpty()) {
      return commit(parts.get(0), nextOffsets, basis, MAX_TRIES);
    }
    List<Supplier<CompletableFuture<Boolean>>> steps = new ArrayList<>();
    for (Part part : parts) {
      steps.add(() -> commit(part, Map.of(), basis, MAX_TRIES));
    }
    addSettling(steps, batch.settledCounters(), basis);
    return (rings.partsAreIndependent() ? together(steps) : inTurn(steps))
        .thenCompose(
            current ->
                current
                    ? commit(Part.NONE, nextOffsets, basis, MAX_TRIES)
                    : CompletableFuture.completedFuture(false));
  }

  private static CompletableFuture<Boolean> together(
      List<Supplier<CompletableFuture<Boolean>>> steps) {
    return Futures.all(steps.stream().map(Supplier::get).toList())
        .thenApply(current -> !current.contains(false));
  }

  private static CompletableFuture<Boolean> inTurn(
      List<Supplier<CompletableFuture<Boolean>>> steps) {
    CompletableFuture<Boolean> all = CompletableFuture.completedFuture(true);
    for (Supplier<CompletableFuture<Boolean>> step : steps) {
      all =
          all.thenCompose(
              current -> current ? step.get() : CompletableFuture.completedFuture(false));
    }
    return all;
  }

  private CompletableFuture<Boolean> commit(
      Part part, Map<Integer, Long> nextOffsets, Basis basis, int tries) {
    return engine
        .write(tx -> put(tx, part, nextOffsets, basis))
        .thenCompose(
            put ->
                switch (put) {
                  case DONE -> {
                    part.committed();
                    yield CompletableFuture.completedFuture(true);
                  }
                  case CHANGED -> CompletableFuture.completedFuture(false);
                  case BEHIND ->
                      tries == 1
                          ? CompletableFuture.failedFuture(
                              new StoreException(
                                  Kind.UNAVAILABLE, "other writers are always ahead of this one"))
                          : rings
                              .catchUp()
                              .thenCompose(now -> commit(part, nextOffsets, basis, tries - 1));
                });
  }

  private CompletableFuture<Put> put(
      Transaction tx, Part part, Map<Integer, Long> nextOffsets, Basis basis) {
    return requireReached(tx, basis.reached())
        .thenCombine(tx.metadataVersion(), (there, now) -> now)
        .thenCompose(
            now ->
                Arrays.equals(now, basis.version())
                    ? part.put(tx)
                    : CompletableFuture.completedFuture(Put.CHANGED))
        .thenApply(
            put -> {
              if (put == Put.DONE) {
                positions.advance(tx, nextOffsets);
              }
              return put;
            });
  }

  /**
   * A store only loses its last commits: if the last one is present, so are all before. Otherwise
   * nothing may be written, since ids allocated after the loss may be reused.
   */
  private CompletableFuture<Void> requireReached(Transaction tx, Map<Integer, Long> reached) {
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

  /** Adds the steps that settle counters, in as many transactions as needed. */
  private void addSettling(
      List<Supplier<CompletableFuture<Boolean>>> steps,
      List<CounterSamples> counters,
      Basis basis) {
    List<CounterSamples> open = new ArrayList<>();
    int bytes = 0;
    for (CounterSamples samples : counters) {
      List<CounterSamples> pieces = samples.pieces(transactionBytes);
      if (pieces.size() > 1) {
        // In turn: each piece starts from the state after the one before.
        steps.add(
            () -> inTurn(pieces.stream().map(piece -> settling(List.of(piece), basis)).toList()));
        continue;
      }
      if (bytes + samples.bytes() > transactionBytes || open.size() == SETTLED_PER_TRANSACTION) {
        steps.add(settling(open, basis));
        open = new ArrayList<>();
        bytes = 0;
      }
      open.add(samples);
      bytes += samples.bytes();
    }
    if (!open.isEmpty()) {
      steps.add(settling(open, basis));
    }
  }

  private Supplier<CompletableFuture<Boolean>> settling(
      List<CounterSamples> counters, Basis basis) {
    return () -> commit(rings.settling(counters, basis.version()), Map.of(), basis, MAX_TRIES);
  }
}
