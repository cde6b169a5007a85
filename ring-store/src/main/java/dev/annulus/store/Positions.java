package dev.annulus.store;

import dev.annulus.kv.Entries;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.ReadTransaction;
import dev.annulus.kv.ReadTransaction.Order;
import dev.annulus.kv.StoreException;
import dev.annulus.kv.Transaction;
import dev.annulus.model.Metric.LogOffsets;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The writers' positions in the log: for each partition the offset of the next record, with every
 * record before it stored or rejected. Eight bytes, big-endian, written by byte-max, so a late
 * writer never moves it back. Thread-safe.
 */
public final class Positions {
  private static final int MAX_PARTITIONS = 10_000;

  private final KeyValueEngine engine;
  private final Keys keys;

  Positions(KeyValueEngine engine, Keys keys) {
    this.engine = engine;
    this.keys = keys;
  }

  /** The next offset of every partition seen so far. */
  public CompletableFuture<Map<Integer, Long>> read() {
    return engine.read(
        tx ->
            tx.getRange(keys.positions(), MAX_PARTITIONS, Order.ASCENDING)
                .thenApply(this::positionsOf));
  }

  void advance(Transaction tx, Map<Integer, Long> nextOffsets) {
    nextOffsets.forEach(
        (partition, offset) -> tx.byteMax(keys.position(partition), encode(offset)));
  }

  /** Truncates positions to the end of a log. */
  CompletableFuture<Void> cut(Transaction tx, LogOffsets limit) {
    return tx.getRange(keys.positions(), MAX_PARTITIONS, Order.ASCENDING)
        .thenAccept(
            entries ->
                positionsOf(entries)
                    .forEach(
                        (partition, position) -> {
                          long end = limit.of(partition);
                          if (end == 0) {
                            tx.clear(keys.position(partition));
                          } else if (position > end) {
                            tx.set(keys.position(partition), encode(end));
                          }
                        }));
  }

  /** Whether a partition's position is at least {@code offset}. */
  CompletableFuture<Boolean> hasReached(ReadTransaction tx, int partition, long offset) {
    return tx.get(keys.position(partition))
        .thenApply(value -> value != null && ByteBuffer.wrap(value).getLong() >= offset);
  }

  private static byte[] encode(long offset) {
    return ByteBuffer.allocate(Long.BYTES).putLong(offset).array();
  }

  private Map<Integer, Long> positionsOf(Entries entries) {
    Map<Integer, Long> positions = new HashMap<>();
    for (int i = 0; i < entries.size(); i++) {
      if (entries.valueLength(i) != Long.BYTES) {
        throw new StoreException(
            StoreException.Kind.CORRUPT, "a log position has the wrong length");
      }
      positions.put(keys.partitionOf(entries.key(i)), entries.valueLong(i, 0));
    }
    return positions;
  }
}
