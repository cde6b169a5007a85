package dev.annulus.store;

import com.apple.foundationdb.tuple.Tuple;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.Transaction;
import java.util.concurrent.CompletableFuture;

/**
 * Counts how often the job has started at the same offset of a partition, and how often it has
 * tried a single record. Kept in the store because memory does not survive a crash. Thread-safe.
 */
public final class Restarts {
  private final KeyValueEngine engine;
  private final Keys keys;

  Restarts(KeyValueEngine engine, Keys keys) {
    this.engine = engine;
    this.keys = keys;
  }

  /**
   * Counts a start. A start at another offset resets the tries.
   *
   * @param offset of the first record read
   * @return consecutive starts at this offset, this one included
   */
  public CompletableFuture<Long> begunAt(int partition, long offset) {
    return engine.write(
        tx ->
            last(tx, keys.restart(partition))
                .thenApply(
                    last -> {
                      boolean again = last.getLong(0) == offset;
                      if (!again) {
                        tx.clear(keys.tried(partition));
                      }
                      return keep(
                          tx, keys.restart(partition), offset, again ? last.getLong(1) + 1 : 1);
                    }));
  }

  /**
   * Counts a try of one record; call it before decoding the record. A job that restarts at the same
   * offset passes the records before the failing one again: those do not count.
   *
   * @return tries of this record, this one included; 1 for records before the furthest
   */
  public CompletableFuture<Long> trying(int partition, long offset) {
    return engine.write(
        tx ->
            last(tx, keys.tried(partition))
                .thenApply(
                    last -> {
                      long furthest = last.getLong(0);
                      if (offset < furthest) {
                        return 1L;
                      }
                      return keep(
                          tx,
                          keys.tried(partition),
                          offset,
                          offset == furthest ? last.getLong(1) + 1 : 1);
                    }));
  }

  private static CompletableFuture<Tuple> last(Transaction tx, byte[] key) {
    return tx.get(key)
        .thenApply(value -> value == null ? Tuple.from(-1, 0) : Tuple.fromBytes(value));
  }

  private static long keep(Transaction tx, byte[] key, long offset, long times) {
    tx.set(key, Tuple.from(offset, times).pack());
    return times;
  }
}
