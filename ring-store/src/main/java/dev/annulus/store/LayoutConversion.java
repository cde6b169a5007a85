package dev.annulus.store;

import com.apple.foundationdb.tuple.Tuple;
import dev.annulus.kv.Entries;
import dev.annulus.kv.KeyRange;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.ReadTransaction.Order;
import dev.annulus.kv.StoreException;
import dev.annulus.kv.StoreException.Kind;
import dev.annulus.kv.Transaction;
import dev.annulus.model.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Converts a database of layout 1 into layout 2, in place; also an embedded store whose engine kept
 * the slots in blocks itself. Blocking; not for engine threads.
 *
 * <p>No service may run meanwhile. Each transaction moves some slots, or a counter's state together
 * with how far the conversion has come, so it may be interrupted anywhere and run again. Until it
 * has finished, no process opens the database. A writer that is still running loses its positions
 * and stops; whatever it has written meanwhile is read from the log again, since the positions
 * return to where they were.
 */
public final class LayoutConversion {
  private static final int METRICS = 500;
  private static final int SLOTS = 5_000;
  private static final int MAX_PARTITIONS = 10_000;

  private final KeyValueEngine engine;
  private final Keys keys;
  private final Blocks blocks;
  private final Registry registry;
  private final @Nullable FormerRings former;
  private long metrics;
  private long slots;

  /**
   * @param config names the key prefix
   */
  public LayoutConversion(KeyValueEngine engine, StoreConfig config) {
    this(engine, config, null);
  }

  /**
   * @param former rings that are not under keys; null if there are none
   */
  LayoutConversion(KeyValueEngine engine, StoreConfig config, @Nullable FormerRings former) {
    this.engine = engine;
    this.former = former;
    this.keys = new Keys(config.keyPrefix());
    this.blocks = new Blocks(keys);
    this.registry =
        new Registry(
            engine,
            new SlotRings(engine, keys),
            keys,
            new ChangeLog(keys),
            new SeriesCount(engine, keys));
  }

  /**
   * How far a conversion has come in this run.
   *
   * @param metrics converted
   * @param slots moved into blocks
   */
  public record Progress(long metrics, long slots) {}

  /**
   * Converts what is left to convert.
   *
   * @param progress called after each part
   * @return what this run has done; nothing if the database was in layout 2 before
   * @throws StoreException {@code UNUSABLE} if there is no database of a known layout
   */
  public Progress run(Consumer<Progress> progress) {
    long next = engine.write(this::begin).join();
    if (next == 0 && former != null) {
      former.move(
          moved -> {
            slots += moved;
            progress.accept(new Progress(metrics, slots));
          });
    }
    while (next >= 0) {
      List<Metric> page = registry.list(next - 1, METRICS).join();
      for (Metric metric : page) {
        convert(metric);
        metrics++;
        next = metric.id() + 1;
        progress.accept(new Progress(metrics, slots));
      }
      if (page.size() < METRICS) {
        engine.write(this::finish).join();
        break;
      }
    }
    return new Progress(metrics, slots);
  }

  /** Returns the id of the first metric to convert; -1 if everything is. */
  private CompletableFuture<Long> begin(Transaction tx) {
    return tx.get(keys.format())
        .thenCompose(
            value -> {
              if (value == null) {
                throw new StoreException(Kind.UNUSABLE, "there is no database to convert");
              }
              Tuple format = Tuple.fromBytes(value);
              if (format.getLong(0) == RingStore.CONVERTING) {
                return CompletableFuture.completedFuture(format.getLong(1));
              }
              if (format.getLong(0) == RingStore.BLOCK_LAYOUT) {
                return CompletableFuture.completedFuture(-1L);
              }
              if (format.getLong(0) != RingStore.SLOT_LAYOUT) {
                throw new StoreException(
                    Kind.UNUSABLE,
                    "the database has layout version %d, which cannot be converted"
                        .formatted(format.getLong(0)));
              }
              tx.set(keys.format(), Tuple.from(RingStore.CONVERTING, 0).pack());
              tx.touchMetadataVersion();
              return hidePositions(tx).thenApply(done -> 0L);
            });
  }

  private CompletableFuture<Void> hidePositions(Transaction tx) {
    return tx.getRange(keys.positions(), MAX_PARTITIONS, Order.ASCENDING)
        .thenAccept(
            found -> {
              for (int i = 0; i < found.size(); i++) {
                tx.set(keys.converting(keys.partitionOf(found.key(i))), found.value(i));
              }
              tx.clear(keys.positions());
            });
  }

  private CompletableFuture<Void> finish(Transaction tx) {
    return tx.get(keys.format())
        .thenCompose(
            format ->
                // After an unknown outcome it may have finished: then the positions are back.
                format == null || Tuple.fromBytes(format).getLong(0) != RingStore.CONVERTING
                    ? CompletableFuture.completedFuture(null)
                    : tx.getRange(keys.converting(), MAX_PARTITIONS, Order.ASCENDING)
                        .thenAccept(positions -> finish(tx, positions)));
  }

  private void finish(Transaction tx, Entries positions) {
    tx.clear(keys.positions());
    for (int i = 0; i < positions.size(); i++) {
      tx.set(keys.position(keys.laneOf(positions.key(i))), positions.value(i));
    }
    tx.clear(keys.converting());
    tx.clear(keys.allSlots());
    tx.set(keys.format(), Tuple.from(RingStore.BLOCK_LAYOUT, BlockConfig.BLOCK).pack());
    tx.touchMetadataVersion();
  }

  private void convert(Metric metric) {
    convertRing(metric.ring().id());
    if (metric.nextRing() != null) {
      convertRing(metric.nextRing().id());
    }
    engine.write(tx -> convertCounter(tx, metric.id())).join();
  }

  private void convertRing(long ringId) {
    int moved;
    do {
      moved = engine.write(tx -> moveSlots(tx, ringId)).join();
      slots += moved;
    } while (moved == SLOTS);
  }

  private CompletableFuture<Integer> moveSlots(Transaction tx, long ringId) {
    RingKeys ring = keys.ring(ringId);
    return tx.getRange(ring.all(), SLOTS, Order.ASCENDING)
        .thenCompose(
            found -> {
              if (found.isEmpty()) {
                return CompletableFuture.completedFuture(0);
              }
              tx.clear(new KeyRange(found.key(0), KeyRange.next(found.key(found.size() - 1))));
              return blocks.merge(tx, ringId, samples(ring, found)).thenApply(done -> found.size());
            });
  }

  private static List<Rings.Slot> samples(RingKeys ring, Entries found) {
    List<Rings.Slot> samples = new ArrayList<>(found.size());
    for (int i = 0; i < found.size(); i++) {
      samples.add(
          new Rings.Slot(
              ring.slotOf(found.key(i)),
              SampleRecord.tsMillis(found, i),
              SampleRecord.sequence(found, i),
              SampleRecord.value(found, i)));
    }
    return samples;
  }

  /** Also records that the metric is converted, so that its state is converted once. */
  private CompletableFuture<Void> convertCounter(Transaction tx, long metricId) {
    return tx.get(keys.format())
        .thenCombine(
            tx.get(keys.counter(metricId)),
            (format, state) -> {
              // After an unknown outcome, the body may run again.
              if (format != null && Tuple.fromBytes(format).getLong(1) <= metricId) {
                if (state != null) {
                  tx.set(keys.counter(metricId), CounterState.decodeSeconds(state).encodeMillis());
                }
                tx.set(keys.format(), Tuple.from(RingStore.CONVERTING, metricId + 1).pack());
              }
              return null;
            });
  }
}
