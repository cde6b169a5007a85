package dev.annulus.store;

import com.apple.foundationdb.tuple.Tuple;
import dev.annulus.kv.StoreException;
import dev.annulus.kv.Transaction;
import dev.annulus.model.MetricIds;
import java.util.concurrent.CompletableFuture;

/** Allocates ascending ids; reserved ones that are not used are gaps. Thread-safe. */
final class IdSequence {
  private final Keys keys;

  IdSequence(Keys keys) {
    this.keys = keys;
  }

  /**
   * Reserves ids in a transaction.
   *
   * @return the first of {@code count} consecutive ids
   */
  CompletableFuture<Long> reserve(Transaction tx, int count) {
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
}
