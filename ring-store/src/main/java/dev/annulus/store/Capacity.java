package dev.annulus.store;

import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.ReadTransaction;
import dev.annulus.model.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Compares the full size of rings with what is stored. {@code promised} is the size of all keys and
 * values of full rings, before replication and compression; {@code used} is the engine's estimate.
 * Thread-safe.
 */
public final class Capacity {
  /** Metrics per transaction: a few milliseconds, after which others may have their turn. */
  private static final int CHUNK = 500;

  /** The size of each ring is a question of its own to the store. */
  private static final int ITEMS = 50;

  private final KeyValueEngine engine;
  private final Rings rings;
  private final Keys keys;
  private final Registry registry;

  Capacity(KeyValueEngine engine, Rings rings, Keys keys, Registry registry) {
    this.engine = engine;
    this.rings = rings;
    this.keys = keys;
    this.registry = registry;
  }

  /**
   * One metric.
   *
   * @param promised bytes of its ring when full
   * @param used estimated bytes of its ring
   */
  public record Item(Metric metric, long promised, long used) {}

  /**
   * Totals of the database.
   *
   * @param promised bytes of all rings when full
   * @param used estimated bytes of the whole key space, metadata included
   */
  public record Total(long metrics, long slots, long promised, long used) {}

  /**
   * Metrics by id.
   *
   * @param afterId -1 for the first page
   * @param limit maximum number of results
   * @param check runs before each chunk; an exception fails the future
   */
  public CompletableFuture<List<Item>> page(long afterId, int limit, Runnable check) {
    List<Item> page = new ArrayList<>();
    return Futures.whileTrue(
            () -> {
              check.run();
              long last = page.isEmpty() ? afterId : page.get(page.size() - 1).metric().id();
              int most = Math.min(ITEMS, limit - page.size());
              return items(last, most)
                  .thenApply(
                      more -> {
                        page.addAll(more);
                        return more.size() == most && page.size() < limit;
                      });
            })
        .thenApply(done -> page);
  }

  private CompletableFuture<List<Item>> items(long afterId, int limit) {
    return registry
        .list(afterId, limit)
        .thenCompose(
            metrics ->
                engine.read(
                    tx -> Futures.all(metrics.stream().map(metric -> item(tx, metric)).toList())));
  }

  /** Totals over all metrics; reads all metadata, in chunks. */
  public CompletableFuture<Total> total() {
    return total(() -> {});
  }

  /**
   * Totals over all metrics.
   *
   * @param check runs before each chunk; an exception fails the future
   */
  public CompletableFuture<Total> total(Runnable check) {
    Sum sum = new Sum();
    return Futures.whileTrue(
            () -> {
              check.run();
              return registry.list(sum.lastId, CHUNK).thenApply(metrics -> add(sum, metrics));
            })
        .thenCompose(done -> engine.read(tx -> tx.estimatedBytes(keys.everything())))
        .thenApply(used -> new Total(sum.metrics, sum.slots, sum.promised, used));
  }

  private static final class Sum {
    private long lastId = -1;
    private long metrics;
    private long slots;
    private long promised;
  }

  private boolean add(Sum sum, List<Metric> metrics) {
    for (Metric metric : metrics) {
      sum.lastId = metric.id();
      sum.metrics++;
      sum.slots += metric.ring().geometry().slots();
      sum.promised += promised(metric);
    }
    return metrics.size() == CHUNK;
  }

  private CompletableFuture<Item> item(ReadTransaction tx, Metric metric) {
    return tx.estimatedBytes(rings.keysOf(metric.ring().id()))
        .thenApply(used -> new Item(metric, promised(metric), used));
  }

  private long promised(Metric metric) {
    return RingSize.bytes(
        metric.ring().id(), metric.ring().geometry().slots(), keys.prefixLength());
  }
}
