package dev.annulus.store;

import com.apple.foundationdb.tuple.Tuple;
import dev.annulus.kv.Entries;
import dev.annulus.kv.KeyRange;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.ReadTransaction;
import dev.annulus.kv.ReadTransaction.Order;
import dev.annulus.kv.Transaction;
import dev.annulus.model.Metric;
import dev.annulus.model.Metric.LogOffsets;
import dev.annulus.model.Metric.Ring;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSpec;
import dev.annulus.model.Tag;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The registry of metrics: metadata by id, and the index by name and tags. Thread-safe. */
public final class Registry {
  private final KeyValueEngine engine;
  private final Rings rings;
  private final Keys keys;
  private final ChangeLog changes;
  private final SeriesCount count;

  Registry(KeyValueEngine engine, Rings rings, Keys keys, ChangeLog changes, SeriesCount count) {
    this.engine = engine;
    this.rings = rings;
    this.keys = keys;
    this.changes = changes;
    this.count = count;
  }

  /** A metric by its id. */
  public CompletableFuture<Optional<Metric>> get(long id) {
    return engine.read(tx -> read(tx, id).thenApply(Optional::ofNullable));
  }

  /** Metrics by their ids, in that order, without unknown ones. */
  public CompletableFuture<List<Metric>> get(List<Long> ids) {
    return engine.read(tx -> readAll(tx, ids));
  }

  /** The metric with exactly this name and these tags. */
  public CompletableFuture<Optional<Metric>> find(SeriesKey key) {
    return engine.read(tx -> find(tx, key).thenApply(Optional::ofNullable));
  }

  /**
   * The metric of each series, by the id that its samples name or else by its key; null where there
   * is none. All in one transaction.
   */
  public CompletableFuture<List<@Nullable Metric>> find(List<SeriesSpec> series) {
    return engine.read(tx -> Futures.all(series.stream().map(one -> find(tx, one)).toList()));
  }

  private CompletableFuture<@Nullable Metric> find(ReadTransaction tx, SeriesSpec series) {
    Long id = series.metricId();
    return id != null ? read(tx, id) : find(tx, series.keyOrDefault());
  }

  /**
   * Metrics by ascending id.
   *
   * @param afterId the cursor: the last id of the page before, -1 for the first page
   * @param limit maximum number of metrics
   */
  public CompletableFuture<List<Metric>> list(long afterId, int limit) {
    KeyRange range = afterId < 0 ? keys.metrics() : keys.metrics().beyond(keys.metric(afterId));
    return engine.read(tx -> tx.getRange(range, limit, Order.ASCENDING).thenApply(this::metricsOf));
  }

  /**
   * Deletes a metric with its rings, index entries and counter state in one transaction. Leaves
   * deletion marks so that samples logged earlier do not recreate it.
   *
   * @param logEnd the current end of the log, by partition
   * @return whether the metric existed
   */
  public CompletableFuture<Boolean> delete(long id, LogOffsets logEnd) {
    DeletionMark mark = new DeletionMark(ThreadLocalRandom.current().nextLong(), logEnd);
    return engine.write(
        tx ->
            read(tx, id)
                .thenCompose(
                    metric ->
                        metric == null
                            ? wasDeletedBy(tx, id, mark)
                            : delete(tx, metric, mark).thenApply(done -> true)));
  }

  /** After an unknown outcome, the first attempt's mark proves that it committed. */
  private CompletableFuture<Boolean> wasDeletedBy(Transaction tx, long id, DeletionMark mark) {
    return mark(tx, keys.deletedId(id))
        .thenApply(found -> found != null && found.operation() == mark.operation());
  }

  private CompletableFuture<Void> delete(Transaction tx, Metric metric, DeletionMark mark) {
    tx.clear(keys.metric(metric.id()));
    tx.clear(keys.series(metric.key()));
    indexKeys(metric).forEach(tx::clear);
    rings.clearCounter(tx, metric.id());
    rings.clear(tx, metric.ring().id());
    if (metric.nextRing() != null) {
      rings.clear(tx, metric.nextRing().id());
      tx.clear(keys.reslot(metric.id()));
    }
    LogOffsets floor = mark.logEnd().max(metric.logFloor());
    byte[] value = new DeletionMark(mark.operation(), floor).encode();
    tx.set(keys.deletedSeries(metric.key()), value);
    tx.set(keys.deletedId(metric.id()), value);
    return count.add(tx, metric.owner(), -1).thenCompose(done -> changes.append(tx, metric.id()));
  }

  /**
   * Removes deletion marks that no record in the log can need.
   *
   * @param logStart the current start of the log, by partition
   * @return number of removed marks
   */
  public CompletableFuture<Integer> removeMarksBefore(LogOffsets logStart) {
    List<CompletableFuture<Integer>> removed = new ArrayList<>();
    for (KeyRange range : keys.deletionMarks()) {
      removed.add(removeMarks(range, logStart, 0));
    }
    return Futures.all(removed).thenApply(counts -> counts.stream().mapToInt(n -> n).sum());
  }

  private CompletableFuture<Integer> removeMarks(KeyRange range, LogOffsets logStart, int before) {
    int chunk = 500;
    return engine
        .write(
            tx ->
                tx.getRange(range, chunk, Order.ASCENDING)
                    .thenApply(entries -> new Sweep(entries, clearOld(tx, entries, logStart))))
        .thenCompose(
            sweep -> {
              int total = before + sweep.removed();
              int seen = sweep.entries().size();
              return seen < chunk
                  ? CompletableFuture.completedFuture(total)
                  : removeMarks(range.beyond(sweep.entries().key(seen - 1)), logStart, total);
            });
  }

  private record Sweep(Entries entries, int removed) {}

  private static int clearOld(Transaction tx, Entries entries, LogOffsets logStart) {
    int removed = 0;
    for (int i = 0; i < entries.size(); i++) {
      LogOffsets end = DeletionMark.decode(entries.value(i)).logEnd();
      if (end.max(logStart).equals(logStart.max(LogOffsets.NONE))) {
        tx.clear(entries.key(i));
        removed++;
      }
    }
    return removed;
  }

  /** Marks a counter as shared: every writer reads its state in the transaction that writes it. */
  CompletableFuture<Void> shareCounter(long id) {
    return engine.write(
        tx ->
            read(tx, id)
                .thenCompose(
                    metric ->
                        metric == null || metric.sharedCounter()
                            ? CompletableFuture.<Void>completedFuture(null)
                            : update(tx, metric, Metric::withSharedCounter)));
  }

  /** Rewrites the records of metrics and invalidates caches. */
  CompletableFuture<Void> update(Transaction tx, Collection<Metric> changed) {
    CompletableFuture<Void> told = CompletableFuture.completedFuture(null);
    for (Metric metric : changed) {
      told = told.thenCompose(done -> update(tx, metric, old -> metric));
    }
    return told;
  }

  /** Rewrites a metric's record and invalidates caches. */
  CompletableFuture<Void> update(Transaction tx, Metric metric, UnaryOperator<Metric> change) {
    tx.set(keys.metric(metric.id()), MetricRecord.encode(change.apply(metric)));
    return changes.append(tx, metric.id());
  }

  /** Writes the records of a new metric. The caller updates {@link SeriesCount}. */
  void create(Transaction tx, Metric metric) {
    tx.set(keys.metric(metric.id()), MetricRecord.encode(metric));
    tx.set(keys.series(metric.key()), Tuple.from(metric.id()).pack());
    indexKeys(metric).forEach(key -> tx.set(key, new byte[0]));
  }

  /** A new metric with an empty ring. */
  Metric fresh(long id, SeriesRequest request, StoreConfig config, LogOffsets floor) {
    return new Metric(
        id,
        request.spec().keyOrDefault(),
        request.spec().type(),
        request.spec().inferred(),
        new Ring(id, rings.precision().kept(request.spec().geometryOr(config.defaultGeometry()))),
        null,
        config.clock().instant().getEpochSecond(),
        floor,
        false,
        request.owner());
  }

  private List<byte[]> indexKeys(Metric metric) {
    List<byte[]> index = new ArrayList<>(metric.key().tags().size() + 1);
    index.add(keys.tag(Keys.NAME_TAG, metric.key().name(), metric.id()));
    for (Tag tag : metric.key().tags()) {
      index.add(keys.tag(tag.key(), tag.value(), metric.id()));
    }
    return index;
  }

  /** A metric as a transaction sees it; null if absent. */
  CompletableFuture<@Nullable Metric> read(ReadTransaction tx, long id) {
    return tx.get(keys.metric(id))
        .thenApply(value -> value == null ? null : MetricRecord.decode(id, value));
  }

  CompletableFuture<@Nullable Metric> find(ReadTransaction tx, SeriesKey key) {
    return tx.get(keys.series(key))
        .thenCompose(
            value ->
                value == null
                    ? CompletableFuture.completedFuture(null)
                    : read(tx, Tuple.fromBytes(value).getLong(0)));
  }

  CompletableFuture<List<Metric>> readAll(ReadTransaction tx, List<Long> ids) {
    List<CompletableFuture<@Nullable Metric>> reads = new ArrayList<>(ids.size());
    ids.forEach(id -> reads.add(read(tx, id)));
    return Futures.all(reads)
        .thenApply(metrics -> metrics.stream().filter(metric -> metric != null).toList());
  }

  CompletableFuture<@Nullable DeletionMark> mark(ReadTransaction tx, byte[] key) {
    return tx.get(key).thenApply(value -> value == null ? null : DeletionMark.decode(value));
  }

  private List<Metric> metricsOf(Entries entries) {
    List<Metric> metrics = new ArrayList<>(entries.size());
    for (int i = 0; i < entries.size(); i++) {
      metrics.add(MetricRecord.decode(keys.metricIdOf(entries.key(i)), entries.value(i)));
    }
    return metrics;
  }
}
