package dev.annulus.store;

import dev.annulus.kv.Entries;
import dev.annulus.kv.KeyRange;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.ReadTransaction.Order;
import dev.annulus.kv.Transaction;
import dev.annulus.model.Metric;
import dev.annulus.model.Metric.LogOffsets;
import dev.annulus.model.Metric.Ring;
import dev.annulus.wire.Partitions;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * Applies exported deletions to a database that reads the same log: removes what was logged before
 * a deletion and keeps what was logged after it. Blocking.
 */
final class ImportedDeletions {
  private static final int CHUNK = 2_000;

  private final KeyValueEngine engine;
  private final Keys keys;
  private final Registry registry;

  ImportedDeletions(KeyValueEngine engine, Keys keys, Registry registry) {
    this.engine = engine;
    this.keys = keys;
    this.registry = registry;
  }

  /** Imports a frame of kind {@code DELETION}. */
  void take(ByteBuffer payload) {
    int length = payload.getInt();
    if (length < 1 || length > payload.remaining()) {
      throw new ExportFormatException("a DELETION frame has the wrong length");
    }
    byte[] suffix = new byte[length];
    payload.get(suffix);
    byte[] value = new byte[payload.remaining()];
    payload.get(value);
    byte[] key = keys.withPrefix(suffix);
    if (keys.deletionMarks().stream().noneMatch(range -> range.contains(key))) {
      throw new ExportFormatException("a DELETION frame has an invalid key");
    }
    DeletionMark mark = DeletionMark.decode(value);
    engine.write(tx -> merge(tx, key, mark)).join();
    keys.deletedSeriesOf(key)
        .flatMap(series -> registry.find(series).join())
        .ifPresent(metric -> deleteBefore(metric, mark.logEnd()));
  }

  private CompletableFuture<Void> merge(Transaction tx, byte[] key, DeletionMark mark) {
    return registry
        .mark(tx, key)
        .thenAccept(
            before -> {
              LogOffsets end = before == null ? mark.logEnd() : mark.logEnd().max(before.logEnd());
              tx.set(key, new DeletionMark(mark.operation(), end).encode());
            });
  }

  private void deleteBefore(Metric metric, LogOffsets end) {
    if (raiseFloor(metric, end) && isEmpty(metric)) {
      registry.delete(metric.id(), end).join();
    }
  }

  /**
   * Raises a metric's log floor to a deletion it does not know and removes samples logged before
   * it. Resets a counter's state, which cannot be split.
   *
   * @return whether the floor was raised
   */
  boolean raiseFloor(Metric metric, LogOffsets floor) {
    if (metric.logFloor().max(floor).equals(metric.logFloor().max(LogOffsets.NONE))) {
      return false;
    }
    engine
        .write(
            tx -> {
              tx.clear(keys.counter(metric.id()));
              return registry
                  .read(tx, metric.id())
                  .thenCompose(
                      now ->
                          now == null
                              ? CompletableFuture.<Void>completedFuture(null)
                              : registry.update(
                                  tx, now, m -> m.withLogFloor(floor.max(m.logFloor()))));
            })
        .join();
    int partition =
        Partitions.of(metric.key().canonical(), Math.max(1, floor.byPartition().length));
    rings(metric).forEach(ring -> purge(keys.ring(ring.id()).all(), floor.of(partition)));
    return true;
  }

  private static Stream<Ring> rings(Metric metric) {
    Ring next = metric.nextRing();
    return next == null ? Stream.of(metric.ring()) : Stream.of(metric.ring(), next);
  }

  private void purge(KeyRange ring, long beforeOffset) {
    KeyRange rest = ring;
    Entries seen;
    do {
      KeyRange range = rest;
      seen =
          engine
              .write(
                  tx ->
                      tx.getRange(range, CHUNK, Order.ASCENDING)
                          .thenApply(entries -> cleared(tx, entries, beforeOffset)))
              .join();
      rest = seen.isEmpty() ? rest : rest.beyond(seen.key(seen.size() - 1));
    } while (seen.size() == CHUNK);
  }

  private static Entries cleared(Transaction tx, Entries entries, long beforeOffset) {
    for (int i = 0; i < entries.size(); i++) {
      if (entries.valueLong(i, Long.BYTES) >>> SampleRecord.POSITION_BITS < beforeOffset) {
        tx.clear(entries.key(i));
      }
    }
    return entries;
  }

  private boolean isEmpty(Metric metric) {
    List<Ring> rings = rings(metric).toList();
    return rings.stream()
        .allMatch(
            ring ->
                engine
                    .read(tx -> tx.getRange(keys.ring(ring.id()).all(), 1, Order.ASCENDING))
                    .join()
                    .isEmpty());
  }
}
