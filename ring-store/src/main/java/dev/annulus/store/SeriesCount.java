package dev.annulus.store;

import com.apple.foundationdb.tuple.Tuple;
import dev.annulus.kv.KeyRange;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.ReadTransaction;
import dev.annulus.kv.ReadTransaction.Order;
import dev.annulus.kv.Transaction;
import java.util.concurrent.CompletableFuture;

/**
 * How many series there are, kept under one key in the transactions that create and delete them, so
 * that the limit holds exactly however many writers there are. Thread-safe.
 */
final class SeriesCount {
  private static final int PAGE = 5_000;

  private final KeyValueEngine engine;
  private final Keys keys;

  SeriesCount(KeyValueEngine engine, Keys keys) {
    this.engine = engine;
    this.keys = keys;
  }

  CompletableFuture<Long> read(ReadTransaction tx) {
    return tx.get(keys.seriesCount())
        .thenApply(value -> value == null ? 0L : Tuple.fromBytes(value).getLong(0));
  }

  CompletableFuture<Void> add(Transaction tx, long difference) {
    return read(tx).thenAccept(count -> set(tx, Math.max(0, count + difference)));
  }

  void set(Transaction tx, long count) {
    tx.set(keys.seriesCount(), Tuple.from(count).pack());
  }

  /** Counts the series of a database that was made before the count was kept. */
  CompletableFuture<Void> ensure() {
    return engine
        .read(tx -> tx.get(keys.seriesCount()))
        .thenCompose(
            value ->
                value != null
                    ? CompletableFuture.completedFuture(null)
                    : count(keys.metrics(), 0)
                        .thenCompose(counted -> engine.write(tx -> setIfAbsent(tx, counted))));
  }

  private CompletableFuture<Void> setIfAbsent(Transaction tx, long counted) {
    return tx.get(keys.seriesCount())
        .thenAccept(
            value -> {
              if (value == null) {
                set(tx, counted);
              }
            });
  }

  private CompletableFuture<Long> count(KeyRange range, long before) {
    return engine
        .read(tx -> tx.getRange(range, PAGE, Order.ASCENDING))
        .thenCompose(
            page ->
                page.size() < PAGE
                    ? CompletableFuture.completedFuture(before + page.size())
                    : count(range.beyond(page.key(PAGE - 1)), before + PAGE));
  }
}
