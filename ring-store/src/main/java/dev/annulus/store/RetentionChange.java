package dev.annulus.store;

import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.ReadTransaction.Order;
import dev.annulus.kv.Transaction;
import dev.annulus.model.Metric;
import dev.annulus.model.Metric.Ring;
import dev.annulus.model.MetricIds;
import dev.annulus.model.RingGeometry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Moves a metric to a ring of another geometry during ingest:
 *
 * <ol>
 *   <li>record the new ring in the metadata: from then on writers write to both
 *   <li>copy the old ring into the new one, merging with the writers' samples
 *   <li>in one transaction, switch the metric to the new ring and clear the old one
 * </ol>
 *
 * <p>Every step is idempotent, so {@link #resume} continues an interrupted change. Thread-safe.
 */
public final class RetentionChange {
  private static final int CHUNK = 5_000;

  private final KeyValueEngine engine;
  private final Rings rings;
  private final Keys keys;
  private final Registry registry;
  private final IdSequence ids;

  RetentionChange(
      KeyValueEngine engine, Rings rings, Keys keys, Registry registry, IdSequence ids) {
    this.engine = engine;
    this.rings = rings;
    this.keys = keys;
    this.registry = registry;
    this.ids = ids;
  }

  /**
   * Moves a metric to another geometry, keeping every sample that fits. First completes an
   * unfinished change. Where samples do not keep their milliseconds, the step is rounded up to
   * whole seconds.
   *
   * @return the metric afterwards; empty if it does not exist or was deleted concurrently
   */
  public CompletableFuture<Optional<Metric>> change(long metricId, RingGeometry geometry) {
    return finish(metricId)
        .thenCompose(
            done -> engine.write(tx -> begin(tx, metricId, rings.precision().kept(geometry))))
        .thenCompose(begun -> finish(metricId))
        .thenCompose(done -> registry.get(metricId));
  }

  /** Completes every interrupted change. */
  public CompletableFuture<Void> resume() {
    return engine
        .read(tx -> tx.getRange(keys.reslots(), CHUNK, Order.ASCENDING))
        .thenCompose(
            pending -> {
              CompletableFuture<Void> all = CompletableFuture.completedFuture(null);
              for (int i = 0; i < pending.size(); i++) {
                long metricId = keys.reslotMetricIdOf(pending.key(i));
                all = all.thenCompose(done -> finish(metricId));
              }
              return all;
            });
  }

  private CompletableFuture<Void> begin(Transaction tx, long metricId, RingGeometry geometry) {
    return registry
        .read(tx, metricId)
        .thenCompose(
            metric -> {
              if (metric == null
                  || metric.nextRing() != null
                  || metric.ring().geometry().equals(geometry)) {
                return CompletableFuture.completedFuture(null);
              }
              return ids.reserve(tx, 1)
                  .thenCompose(
                      id -> {
                        // Above all metric ids, so it never collides with a metric's first ring.
                        Ring next = new Ring(MetricIds.MAX + 1 + id, geometry);
                        tx.set(keys.reslot(metricId), new byte[0]);
                        return registry.update(tx, metric, m -> m.withRings(m.ring(), next));
                      });
            });
  }

  private CompletableFuture<Void> finish(long metricId) {
    return registry
        .get(metricId)
        .thenCompose(
            metric -> {
              Ring next = metric.map(Metric::nextRing).orElse(null);
              if (metric.isEmpty() || next == null) {
                return CompletableFuture.completedFuture(null);
              }
              Ring old = metric.get().ring();
              return copy(metricId, old, next)
                  .thenCompose(done -> engine.write(tx -> flip(tx, metricId, next)));
            });
  }

  /** Copies a ring in chunks; stops if the metric no longer has these rings. */
  private CompletableFuture<Void> copy(long metricId, Ring from, Ring to) {
    int[] next = {0};
    return Futures.whileTrue(
        () -> {
          SlotRange rest = SlotRange.ALL.from(next[0]);
          return rings
              .write((tx, view) -> copy(tx, view, metricId, from, to, rest))
              .thenApply(
                  end -> {
                    next[0] = end;
                    return end != SlotPage.END;
                  });
        });
  }

  /** Copies some slots; returns where to go on. */
  private CompletableFuture<Integer> copy(
      Transaction tx, Rings.View view, long metricId, Ring from, Ring to, SlotRange slots) {
    return registry
        .read(tx, metricId)
        .thenCompose(
            metric ->
                metric == null || !to.equals(metric.nextRing())
                    ? CompletableFuture.completedFuture(SlotPage.END)
                    : view.slots(tx.snapshot(), from.id(), slots, CHUNK)
                        .thenCompose(
                            page ->
                                rings
                                    .merge(tx, to, slotsIn(to, page))
                                    .thenApply(done -> page.next())));
  }

  private static List<Rings.Slot> slotsIn(Ring ring, SlotPage page) {
    List<Rings.Slot> slots = new ArrayList<>(page.size());
    for (int i = 0; i < page.size(); i++) {
      long ts = page.tsMillis(i);
      slots.add(new Rings.Slot(ring.geometry().slot(ts), ts, page.sequence(i), page.value(i)));
    }
    return slots;
  }

  private CompletableFuture<Void> flip(Transaction tx, long metricId, Ring next) {
    return registry
        .read(tx, metricId)
        .thenCompose(
            metric -> {
              if (metric == null || !next.equals(metric.nextRing())) {
                return CompletableFuture.completedFuture(null);
              }
              rings.clear(tx, metric.ring().id());
              tx.clear(keys.reslot(metricId));
              return registry.update(tx, metric, m -> m.withRings(next, null));
            });
  }
}
