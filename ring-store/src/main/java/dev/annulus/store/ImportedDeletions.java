package dev.annulus.store;

import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.Transaction;
import dev.annulus.model.Metric;
import dev.annulus.model.Metric.LogOffsets;
import dev.annulus.model.Metric.Ring;
import dev.annulus.wire.Partitions;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * Applies exported deletions to a database that reads the same log: removes what was logged before
 * a deletion and keeps what was logged after it. Blocking.
 */
final class ImportedDeletions {
  private final KeyValueEngine engine;
  private final Rings rings;
  private final Keys keys;
  private final Registry registry;

  ImportedDeletions(KeyValueEngine engine, Rings rings, Keys keys, Registry registry) {
    this.engine = engine;
    this.rings = rings;
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
            tx ->
                registry
                    .read(tx, metric.id())
                    .thenCompose(
                        now ->
                            now == null
                                ? CompletableFuture.<Void>completedFuture(null)
                                : rings
                                    .resetCounter(tx, now.id())
                                    .thenCompose(
                                        done ->
                                            registry.update(
                                                tx,
                                                now,
                                                m -> m.withLogFloor(floor.max(m.logFloor()))))))
        .join();
    int partition =
        Partitions.of(metric.key().canonical(), Math.max(1, floor.byPartition().length));
    ringsOf(metric).forEach(ring -> rings.purge(ring.id(), floor.of(partition)).join());
    return true;
  }

  private static Stream<Ring> ringsOf(Metric metric) {
    Ring next = metric.nextRing();
    return next == null ? Stream.of(metric.ring()) : Stream.of(metric.ring(), next);
  }

  private boolean isEmpty(Metric metric) {
    return ringsOf(metric)
        .allMatch(
            ring ->
                rings.read((tx, view) -> view.slots(tx, ring.id(), SlotRange.ALL, 1)).join().size()
                    == 0);
  }
}
