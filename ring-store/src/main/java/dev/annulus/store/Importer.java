package dev.annulus.store;

import com.apple.foundationdb.tuple.Tuple;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.Transaction;
import dev.annulus.model.Metric;
import dev.annulus.model.Metric.LogOffsets;
import dev.annulus.model.Metric.Ring;
import dev.annulus.model.Times;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Imports an export by merging: a sample into its slot if newer, a metric into the one with the
 * same name and tags if it exists. An import is idempotent and may run during ingest. Blocking; not
 * for engine threads. Not thread-safe.
 */
final class Importer {
  /** To reserve at a time. */
  private static final int MOST_IDS = 4_096;

  private final KeyValueEngine engine;
  private final Rings rings;
  private final Keys keys;
  private final Registry registry;
  private final IdSequence ids;
  private final SeriesCount count;
  private final ChangeLog changes;
  private final ImportOptions options;
  private final ImportedDeletions deletions;
  private final Map<Long, Long> targetIds = new HashMap<>();
  private final List<String> conflicts = new ArrayList<>();
  private long newer;

  Importer(
      KeyValueEngine engine,
      Rings rings,
      Keys keys,
      Registry registry,
      IdSequence ids,
      SeriesCount count,
      ChangeLog changes,
      ImportOptions options) {
    this.engine = engine;
    this.rings = rings;
    this.keys = keys;
    this.registry = registry;
    this.ids = ids;
    this.count = count;
    this.changes = changes;
    this.options = options;
    this.deletions = new ImportedDeletions(engine, rings, keys, registry);
  }

  /** Messages about what could not be merged. */
  List<String> conflicts() {
    return List.copyOf(conflicts);
  }

  /** Samples whose slots hold newer ones in the target; known after {@link #verify}. */
  long newer() {
    return newer;
  }

  void take(ExportReader in, Consumer<TransferCounts> progress) throws IOException {
    in.forEach(
        frame -> {
          take(frame);
          progress.accept(in.counts());
        });
  }

  private void take(ExportFrame frame) {
    ByteBuffer payload = ByteBuffer.wrap(frame.payload());
    switch (frame.kind()) {
      case HEADER -> header(Tuple.fromBytes(frame.payload()));
      case METRIC -> metric(payload.getLong(), rest(payload));
      case SAMPLES, SAMPLES_MS -> samples(payload.getLong(), frame.kind(), rest(payload));
      case COUNTER, COUNTER_MS -> counter(payload.getLong(), frame.kind(), rest(payload));
      case DASHBOARD -> dashboard(Tuple.fromBytes(frame.payload()));
      case DELETION -> {
        if (options.sameLog()) {
          deletions.take(payload);
        }
      }
      case END -> {}
    }
  }

  /** Ids allocated by the source are not allocated again. */
  private void header(Tuple header) {
    if (header.getLong(0) != Exporter.FORMAT) {
      throw new ExportFormatException(
          "the export has version %d; this Annulus supports version %d"
              .formatted(header.getLong(0), Exporter.FORMAT));
    }
    long next = header.getLong(1);
    engine
        .write(
            tx ->
                tx.get(keys.idSequence())
                    .thenAccept(
                        value -> {
                          if (value == null || Tuple.fromBytes(value).getLong(0) < next) {
                            tx.set(keys.idSequence(), Tuple.from(next).pack());
                          }
                        }))
        .join();
  }

  private void metric(long sourceId, byte[] record) {
    Metric source = MetricRecord.decode(sourceId, record);
    Metric target =
        engine
            .write(
                tx ->
                    registry
                        .find(tx, source.key())
                        .thenCompose(
                            found ->
                                found != null
                                    ? CompletableFuture.completedFuture(found)
                                    : create(tx, source)))
            .join();
    Metric typed = target.after(source.type(), source.typeInferred());
    if (typed == null) {
      conflicts.add(
          "%s is a %s here but a %s in the export; skipped"
              .formatted(source.key(), target.type().label(), source.type().label()));
      return;
    }
    if (!typed.equals(target)) {
      engine.write(tx -> registry.update(tx, target, old -> typed)).join();
    }
    if (options.sameLog()) {
      deletions.raiseFloor(target, source.logFloor());
    }
    if (source.sharedCounter() && !target.sharedCounter()) {
      registry.shareCounter(target.id()).join();
    }
    targetIds.put(sourceId, target.id());
  }

  private CompletableFuture<Metric> create(Transaction tx, Metric source) {
    return registry
        .read(tx, source.id())
        .thenCompose(
            taken -> taken == null ? CompletableFuture.completedFuture(source.id()) : freeId(tx, 1))
        .thenCompose(
            id ->
                floor(tx, source, id)
                    .thenCompose(
                        floor -> {
                          Metric metric =
                              new Metric(
                                  id,
                                  source.key(),
                                  source.type(),
                                  source.typeInferred(),
                                  new Ring(id, rings.precision().kept(source.ring().geometry())),
                                  null,
                                  source.createdAt(),
                                  floor,
                                  source.sharedCounter(),
                                  source.owner());
                          registry.create(tx, metric);
                          return rings
                              .reuse(tx, id)
                              .thenCompose(done -> count.add(tx, metric.owner(), 1))
                              .thenApply(done -> metric);
                        }));
  }

  /** Clients may have chosen many of the next ids: reserves ever more of them. */
  private CompletableFuture<Long> freeId(Transaction tx, int count) {
    return ids.reserveUnused(tx, count, Set.of())
        .thenCompose(
            unused ->
                unused.isEmpty()
                    ? freeId(tx, Math.min(MOST_IDS, 2 * count))
                    : CompletableFuture.completedFuture(unused.getFirst()));
  }

  /** The target's own marks always apply: they refer to its own log. */
  private CompletableFuture<LogOffsets> floor(Transaction tx, Metric source, long id) {
    LogOffsets exported = options.sameLog() ? source.logFloor() : LogOffsets.NONE;
    return registry
        .mark(tx, keys.deletedSeries(source.key()))
        .thenCombine(
            registry.mark(tx, keys.deletedId(id)),
            (series, byId) -> {
              LogOffsets floor = series == null ? exported : exported.max(series.logEnd());
              return byId == null ? floor : floor.max(byId.logEnd());
            });
  }

  private void samples(long sourceId, ExportFrame.Kind kind, byte[] records) {
    inMetric(
        sourceId,
        (tx, metric) -> {
          CompletableFuture<Void> done =
              rings.merge(tx, metric.ring(), slots(metric.ring(), kind, records));
          Ring next = metric.nextRing();
          return next == null
              ? done
              : done.thenCompose(merged -> rings.merge(tx, next, slots(next, kind, records)));
        });
  }

  /** Without its log, a sample loses against any sample in the target's log with the same ts. */
  private List<Rings.Slot> slots(Ring ring, ExportFrame.Kind kind, byte[] records) {
    List<Rings.Slot> slots = new ArrayList<>(records.length / SampleRecord.BYTES);
    ByteBuffer in = ByteBuffer.wrap(records);
    while (in.hasRemaining()) {
      long time = in.getLong();
      long sequence = in.getLong();
      double value = in.getDouble();
      long ts =
          rings.precision().kept(kind == ExportFrame.Kind.SAMPLES ? Times.millis(time) : time);
      if (rings.precision().keeps(value)) {
        slots.add(
            new Rings.Slot(ring.geometry().slot(ts), ts, options.sameLog() ? sequence : 0, value));
      }
    }
    return slots;
  }

  /** Writers cache counter states; the change log entry makes them reload. */
  private void counter(long sourceId, ExportFrame.Kind kind, byte[] encoded) {
    CounterState state = state(kind, encoded);
    inMetric(
        sourceId,
        (tx, metric) -> {
          rings.merge(tx, metric.id(), state);
          return changes.append(tx, metric.id());
        });
  }

  private static CounterState state(ExportFrame.Kind kind, byte[] encoded) {
    return kind == ExportFrame.Kind.COUNTER
        ? CounterState.decodeSeconds(encoded)
        : CounterState.decodeMillis(encoded);
  }

  private interface Change {
    CompletableFuture<Void> apply(Transaction tx, Metric metric);
  }

  /** Reads the metric in the same transaction, so a concurrent deletion or move conflicts. */
  private void inMetric(long sourceId, Change change) {
    Long id = targetIds.get(sourceId);
    if (id == null) {
      return;
    }
    engine
        .write(
            tx ->
                registry
                    .read(tx, id)
                    .thenCompose(
                        metric ->
                            metric == null
                                ? CompletableFuture.<Void>completedFuture(null)
                                : change.apply(tx, metric)))
        .join();
  }

  private void dashboard(Tuple tuple) {
    String slug = tuple.getString(0);
    String title = tuple.getString(1);
    String definition = tuple.getString(2);
    Dashboards dashboards = new Dashboards(engine, keys);
    Optional<Dashboards.Dashboard> found = dashboards.get(slug).join();
    boolean same =
        found.filter(d -> d.title().equals(title) && d.definition().equals(definition)).isPresent();
    if (same) {
      return;
    }
    if (found.isPresent() && !options.overwriteDashboards()) {
      conflicts.add("dashboard " + slug + " differs here; kept");
      return;
    }
    dashboards.put(slug, title, definition, null).join();
  }

  /**
   * Reads an export again and compares it with the store.
   *
   * @throws ExportFormatException if something is missing
   */
  void verify(ExportReader in, Consumer<TransferCounts> progress) throws IOException {
    in.forEach(
        frame -> {
          ByteBuffer payload = ByteBuffer.wrap(frame.payload());
          switch (frame.kind()) {
            case SAMPLES, SAMPLES_MS ->
                verifySamples(payload.getLong(), frame.kind(), rest(payload));
            case COUNTER, COUNTER_MS ->
                verifyCounter(payload.getLong(), frame.kind(), rest(payload));
            default -> {
              // Metadata and dashboards may have changed since.
            }
          }
          progress.accept(in.counts());
        });
  }

  private void verifySamples(long sourceId, ExportFrame.Kind kind, byte[] records) {
    Metric metric = target(sourceId);
    if (metric == null || records.length == 0) {
      return;
    }
    List<Rings.Slot> wanted = slots(metric.ring(), kind, records);
    if (wanted.isEmpty()) {
      return;
    }
    Map<Integer, byte[]> stored = stored(metric.ring(), wanted);
    for (Rings.Slot sample : wanted) {
      byte[] record = record(sample.tsMillis(), sample.sequence(), sample.value());
      int order = compare(stored.get(sample.slot()), record);
      if (order < 0) {
        throw new ExportFormatException("a sample of " + metric.key() + " is missing");
      }
      newer += order > 0 ? 1 : 0;
    }
  }

  /** The records in the slots from the first wanted to the last. */
  private Map<Integer, byte[]> stored(Ring ring, List<Rings.Slot> wanted) {
    Map<Integer, byte[]> stored = new HashMap<>();
    IntSummaryStatistics span = wanted.stream().mapToInt(Rings.Slot::slot).summaryStatistics();
    SlotRange range = new SlotRange(span.getMin(), span.getMax());
    while (true) {
      SlotRange rest = range;
      SlotPage page =
          rings.read((tx, view) -> view.slots(tx, ring.id(), rest, Exporter.SLOTS_PER_READ)).join();
      for (int i = 0; i < page.size(); i++) {
        stored.put(
            ring.geometry().slot(page.tsMillis(i)),
            record(page.tsMillis(i), page.sequence(i), page.value(i)));
      }
      if (page.next() == SlotPage.END) {
        return stored;
      }
      range = range.from(page.next());
    }
  }

  private void verifyCounter(long sourceId, ExportFrame.Kind kind, byte[] encoded) {
    Metric metric = target(sourceId);
    if (metric == null) {
      return;
    }
    CounterState stored = rings.read((tx, view) -> view.counter(tx, metric.id())).join();
    byte[] wanted =
        rings.precision() == Rings.Precision.SECONDS
            ? CounterState.decodeSeconds(state(kind, encoded).encodeSeconds()).encodeMillis()
            : state(kind, encoded).encodeMillis();
    if (compare(stored == null ? null : stored.encodeMillis(), wanted) < 0) {
      throw new ExportFormatException("the counter state of " + metric.key() + " is missing");
    }
  }

  private @Nullable Metric target(long sourceId) {
    Long id = targetIds.get(sourceId);
    return id == null ? null : registry.get(id).join().orElse(null);
  }

  /** A sample as bytes, of which the larger ones win a slot. */
  private static byte[] record(long tsMillis, long sequence, double value) {
    return ByteBuffer.allocate(SampleRecord.BYTES)
        .putLong(tsMillis)
        .putLong(sequence)
        .putDouble(value)
        .array();
  }

  private static int compare(byte @Nullable [] stored, byte[] wanted) {
    return stored == null ? -1 : Arrays.compareUnsigned(stored, wanted);
  }

  private static byte[] rest(ByteBuffer buffer) {
    byte[] rest = new byte[buffer.remaining()];
    buffer.get(rest);
    return rest;
  }
}
