package dev.annulus.store;

import com.apple.foundationdb.tuple.Tuple;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.Transaction;
import java.util.concurrent.CompletableFuture;

/**
 * How often the job has begun at the same place of a partition, and how often it has tried one
 * record by itself. In the store, since what ends a process is forgotten with it. Thread-safe.
 */
public final class Restarts {
  private final KeyValueEngine engine;
  private final Keys keys;

  Restarts(KeyValueEngine engine, Keys keys) {
    this.engine = engine;
    this.keys = keys;
  }

  /**
   * Counts a start. One at another place forgets what was tried.
   *
   * @param offset of the first record that was read
   * @return how often the job has begun there in a row, this time included
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
   * Counts a try of one record. Call it before the record is looked at. A job that begins at the
   * same place again passes the records before the one it ended at once more: they do not count.
   *
   * @return how often the record was tried, this time included; 1 for those before the furthest
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
