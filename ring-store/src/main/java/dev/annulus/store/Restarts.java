package dev.annulus.store;

import com.apple.foundationdb.tuple.Tuple;
import dev.annulus.kv.KeyValueEngine;
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
   * Counts a start.
   *
   * @param offset of the first record that was read
   * @return how often the job has begun there in a row, this time included
   */
  public CompletableFuture<Long> begunAt(int partition, long offset) {
    return count(keys.restart(partition), offset);
  }

  /**
   * Counts a try of one record. Call it before the record is looked at.
   *
   * @return how often the record was tried in a row, this time included
   */
  public CompletableFuture<Long> trying(int partition, long offset) {
    return count(keys.tried(partition), offset);
  }

  /** Keeps (offset, times); another offset begins anew. */
  private CompletableFuture<Long> count(byte[] key, long offset) {
    return engine.write(
        tx ->
            tx.get(key)
                .thenApply(
                    value -> {
                      Tuple last = value == null ? Tuple.from(-1, 0) : Tuple.fromBytes(value);
                      long times = last.getLong(0) == offset ? last.getLong(1) + 1 : 1;
                      tx.set(key, Tuple.from(offset, times).pack());
                      return times;
                    }));
  }
}
