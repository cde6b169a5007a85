package dev.annulus.store;

import com.apple.foundationdb.tuple.Tuple;
import dev.annulus.kv.KeyRange;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.ReadTransaction;
import dev.annulus.kv.ReadTransaction.Order;
import dev.annulus.kv.Transaction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The number of series in total and per owner. One key each, updated in the transactions that
 * create and delete series, so the limits are exact with any number of writers. Thread-safe.
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
    return read(tx, keys.seriesCount());
  }

  /** The number of series of each owner; 0 for no owner, whose series are not counted. */
  CompletableFuture<Map<String, Long>> read(ReadTransaction tx, Set<String> owners) {
    List<String> asked = List.copyOf(owners);
    return Futures.all(asked.stream().map(owner -> read(tx, owner)).toList())
        .thenApply(
            counts -> {
              Map<String, Long> byOwner = new HashMap<>();
              for (int i = 0; i < asked.size(); i++) {
                byOwner.put(asked.get(i), counts.get(i));
              }
              return byOwner;
            });
  }

  private CompletableFuture<Long> read(ReadTransaction tx, String owner) {
    return owner.isEmpty()
        ? CompletableFuture.completedFuture(0L)
        : read(tx, keys.seriesCount(owner));
  }

  private static CompletableFuture<Long> read(ReadTransaction tx, byte[] key) {
    return tx.get(key).thenApply(value -> value == null ? 0L : Tuple.fromBytes(value).getLong(0));
  }

  /** Adds {@code difference} to the counts. */
  CompletableFuture<Void> add(Transaction tx, String owner, long difference) {
    return read(tx)
        .thenCombine(
            read(tx, owner),
            (all, owned) -> {
              set(tx, Math.max(0, all + difference));
              set(tx, owner, Math.max(0, owned + difference));
              return null;
            });
  }

  void set(Transaction tx, long count) {
    tx.set(keys.seriesCount(), Tuple.from(count).pack());
  }

  void set(Transaction tx, String owner, long count) {
    if (!owner.isEmpty()) {
      tx.set(keys.seriesCount(owner), Tuple.from(count).pack());
    }
  }

  /** Counts the series of a database that was created before counts existed. */
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
