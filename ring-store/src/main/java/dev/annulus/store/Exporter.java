package dev.annulus.store;

import com.apple.foundationdb.tuple.Tuple;
import dev.annulus.kv.Entries;
import dev.annulus.kv.KeyRange;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.ReadTransaction;
import dev.annulus.kv.ReadTransaction.Order;
import dev.annulus.model.Metric;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Exports a whole database as a stream. Ingest may continue: the export holds at least everything
 * before the positions in its header, and the log has the rest. Blocking; not for engine threads.
 */
public final class Exporter {
  /** The version of the format. */
  static final long FORMAT = 1;

  private static final int METRICS = 500;

  /** Default slots per chunk of a ring. */
  static final int SLOTS_PER_READ = 8_192;

  /** Chunks per transaction: with the default size, a day of seconds. */
  private static final int READS_AT_ONCE = 11;

  private final KeyValueEngine engine;
  private final Rings rings;
  private final Keys keys;
  private final Registry registry;
  private final Positions positions;
  private final int slotsPerRead;
  private final ByteBuffer frame;
  private TransferCounts counts = TransferCounts.NONE;

  /**
   * @param slotsPerRead slots per chunk
   */
  Exporter(
      KeyValueEngine engine,
      Rings rings,
      Keys keys,
      Registry registry,
      Positions positions,
      int slotsPerRead) {
    this.slotsPerRead = slotsPerRead;
    this.frame = ByteBuffer.allocate(slotsPerRead * SampleRecord.BYTES);
    this.rings = rings;
    this.engine = engine;
    this.keys = keys;
    this.registry = registry;
    this.positions = positions;
  }

  /**
   * Exports everything.
   *
   * @param target not closed; flushed at the end
   * @param progress receives the counts so far, periodically
   * @return the counts of the export
   * @throws dev.annulus.kv.StoreException if the store does not respond
   */
  public TransferCounts export(OutputStream target, Consumer<TransferCounts> progress)
      throws IOException {
    counts = TransferCounts.NONE;
    ExportWriter out = new ExportWriter(target);
    out.frame(ExportFrame.Kind.HEADER, header());
    for (KeyRange marks : keys.deletionMarks()) {
      deletions(out, marks);
    }
    long after = -1;
    List<Metric> page;
    do {
      page = registry.list(after, METRICS).join();
      for (Metric metric : page) {
        metric(out, metric);
        after = metric.id();
        progress.accept(counts);
      }
    } while (page.size() == METRICS);
    dashboards(out);
    out.end(counts);
    progress.accept(counts);
    return counts;
  }

  private void write(ExportWriter out, ExportFrame frame) throws IOException {
    out.frame(frame.kind(), frame.payload());
    counts = counts.plus(frame);
  }

  /** Tuple: layout version, next id, then partition and position in turn. */
  private byte[] header() {
    long nextId =
        engine
            .read(
                tx ->
                    tx.get(keys.idSequence())
                        .thenApply(value -> value == null ? 1 : Tuple.fromBytes(value).getLong(0)))
            .join();
    Tuple header = Tuple.from(FORMAT, nextId);
    Map<Integer, Long> reached = new TreeMap<>(positions.read().join());
    for (Map.Entry<Integer, Long> position : reached.entrySet()) {
      header = header.add(position.getKey()).add(position.getValue());
    }
    return header.pack();
  }

  private void deletions(ExportWriter out, KeyRange range) throws IOException {
    KeyRange rest = range;
    Entries entries;
    do {
      entries = read(rest);
      for (int i = 0; i < entries.size(); i++) {
        byte[] key = keys.withoutPrefix(entries.key(i));
        byte[] value = entries.value(i);
        byte[] payload =
            ByteBuffer.allocate(Integer.BYTES + key.length + value.length)
                .putInt(key.length)
                .put(key)
                .put(value)
                .array();
        write(out, new ExportFrame(ExportFrame.Kind.DELETION, payload));
      }
      rest = entries.isEmpty() ? rest : rest.beyond(entries.key(entries.size() - 1));
    } while (entries.size() == SLOTS_PER_READ);
  }

  private void metric(ExportWriter out, Metric metric) throws IOException {
    Metric plain = metric.withRings(metric.ring(), null);
    write(
        out,
        new ExportFrame(ExportFrame.Kind.METRIC, withId(metric.id(), MetricRecord.encode(plain))));
    Part part = part(metric.id(), metric.ring().id(), SlotRange.ALL);
    // The state must not be newer than any slot read after it. Otherwise an increment in the state,
    // but not in a slot read earlier, would be lost: a replay would treat it as a duplicate and
    // write no slot. A replay does count an increment that is only in a slot, and rewrites the same
    // slot. The state is also no older than the positions in the header.
    CounterState counter = part.counter();
    // If the ring moves, start it again: importing a sample twice is idempotent.
    frame.clear();
    while (true) {
      Metric now = part.metric();
      if (now == null) {
        return;
      }
      for (SlotPage chunk : part.chunks()) {
        samples(out, metric.id(), chunk);
      }
      if (part.isLast()) {
        break;
      }
      part = part(metric.id(), now.ring().id(), part.rest());
    }
    samples(out, metric.id());
    if (counter != null) {
      write(
          out,
          counter.fitsSeconds()
              ? new ExportFrame(
                  ExportFrame.Kind.COUNTER, withId(metric.id(), counter.encodeSeconds()))
              : new ExportFrame(
                  ExportFrame.Kind.COUNTER_MS, withId(metric.id(), counter.encodeMillis())));
    }
  }

  /**
   * A part of a ring from one snapshot; most rings have one part.
   *
   * @param metric null if it was deleted
   * @param counter the state in the snapshot; null if there is none
   * @param chunks empty if the metric has moved to another ring, which is read next
   */
  private record Part(
      @Nullable Metric metric, @Nullable CounterState counter, List<SlotPage> chunks) {

    /** Whether this is the last part of the ring. */
    boolean isLast() {
      return !chunks.isEmpty() && last().next() == SlotPage.END;
    }

    /** The slots after this part. */
    SlotRange rest() {
      return chunks.isEmpty() ? SlotRange.ALL : SlotRange.ALL.from(last().next());
    }

    private SlotPage last() {
      return chunks.get(chunks.size() - 1);
    }
  }

  private Part part(long id, long ring, SlotRange range) {
    return rings
        .readSnapshot(
            (tx, view) ->
                view.counter(tx, id)
                    .thenCombine(
                        registry.read(tx, id),
                        (counter, metric) -> new Part(metric, counter, List.of()))
                    .thenCompose(
                        part ->
                            part.metric() == null || part.metric().ring().id() != ring
                                ? CompletableFuture.completedFuture(part)
                                : chunks(tx, view, ring, range, List.of())
                                    .thenApply(
                                        chunks -> new Part(part.metric(), part.counter(), chunks))))
        .join();
  }

  private CompletableFuture<List<SlotPage>> chunks(
      ReadTransaction tx, Rings.View view, long ring, SlotRange range, List<SlotPage> before) {
    return view.slots(tx, ring, range, slotsPerRead)
        .thenCompose(
            page -> {
              List<SlotPage> chunks = new ArrayList<>(before);
              chunks.add(page);
              return page.next() == SlotPage.END || chunks.size() == READS_AT_ONCE
                  ? CompletableFuture.completedFuture(chunks)
                  : chunks(tx, view, ring, range.from(page.next()), chunks);
            });
  }

  /** Adds samples to a frame and writes it whenever it is full, so frames depend on no layout. */
  private void samples(ExportWriter out, long id, SlotPage page) throws IOException {
    for (int i = 0; i < page.size(); i++) {
      frame.putLong(page.tsMillis(i)).putLong(page.sequence(i)).putDouble(page.value(i));
      if (!frame.hasRemaining()) {
        samples(out, id);
      }
    }
  }

  private void samples(ExportWriter out, long id) throws IOException {
    if (frame.position() > 0) {
      byte[] records = Arrays.copyOf(frame.array(), frame.position());
      ExportFrame.Kind kind =
          ExportFrame.toSeconds(records) ? ExportFrame.Kind.SAMPLES : ExportFrame.Kind.SAMPLES_MS;
      write(out, new ExportFrame(kind, withId(id, records)));
      frame.clear();
    }
  }

  private void dashboards(ExportWriter out) throws IOException {
    Dashboards dashboards = new Dashboards(engine, keys);
    List<Dashboards.Dashboard> page = new ArrayList<>();
    do {
      String after = page.isEmpty() ? null : page.get(page.size() - 1).slug();
      page = dashboards.list(after, METRICS).join();
      for (Dashboards.Dashboard dashboard : page) {
        byte[] payload =
            Tuple.from(dashboard.slug(), dashboard.title(), dashboard.definition()).pack();
        write(out, new ExportFrame(ExportFrame.Kind.DASHBOARD, payload));
      }
    } while (page.size() == METRICS);
  }

  private Entries read(KeyRange range) {
    return engine.read(tx -> tx.getRange(range, SLOTS_PER_READ, Order.ASCENDING)).join();
  }

  private static byte[] withId(long id, byte[] value) {
    return ByteBuffer.allocate(Long.BYTES + value.length).putLong(id).put(value).array();
  }
}
