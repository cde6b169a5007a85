package dev.annulus.store;

import com.apple.foundationdb.tuple.Tuple;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.StoreException;
import dev.annulus.model.MetricIds;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Allocates unique ids. Reserves them in ranges, so that transactions creating series do not
 * conflict on the sequence; the unused rest of a range is a gap. Thread-safe.
 */
final class IdSequence {
  private static final int BLOCK = 64;

  private final KeyValueEngine engine;
  private final Keys keys;
  private long next;
  private long end;

  IdSequence(KeyValueEngine engine, Keys keys) {
    this.engine = engine;
    this.keys = keys;
  }

  /** Allocates {@code count} ascending ids. */
  CompletableFuture<List<Long>> take(int count) {
    synchronized (this) {
      if (end - next >= count) {
        return CompletableFuture.completedFuture(takeFromBlock(count));
      }
    }
    int block = Math.max(count, BLOCK);
    return reserve(block)
        .thenApply(
            first -> {
              synchronized (this) {
                List<Long> ids = new ArrayList<>(count);
                for (long id = first; id < first + count; id++) {
                  ids.add(id);
                }
                if (block - count > end - next) {
                  next = first + count;
                  end = first + block;
                }
                return ids;
              }
            });
  }

  /**
   * Reserves ids in a transaction.
   *
   * @return the first of {@code count} consecutive ids
   */
  CompletableFuture<Long> reserve(dev.annulus.kv.Transaction tx, int count) {
    return tx.get(keys.idSequence())
        .thenApply(
            value -> {
              long first = value == null ? 1 : Tuple.fromBytes(value).getLong(0);
              if (first + count - 1 > MetricIds.MAX) {
                throw new StoreException(
                    StoreException.Kind.UNUSABLE, "all " + MetricIds.MAX + " metric ids are used");
              }
              tx.set(keys.idSequence(), Tuple.from(first + count).pack());
              return first;
            });
  }

  private CompletableFuture<Long> reserve(int count) {
    return engine.write(tx -> reserve(tx, count));
  }

  private List<Long> takeFromBlock(int count) {
    List<Long> ids = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      ids.add(next++);
    }
    return ids;
  }
}
