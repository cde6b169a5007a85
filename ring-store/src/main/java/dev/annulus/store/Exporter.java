package dev.annulus.store;

import com.apple.foundationdb.tuple.Tuple;
import dev.annulus.kv.Entries;
import dev.annulus.kv.KeyRange;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.ReadTransaction.Order;
import dev.annulus.model.Metric;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes a whole database as a stream. Samples may come in meanwhile: what is exported holds at
 * least everything before the positions in the header, and the rest is in the log. Blocks: call it
 * from a thread that may.
 */
public final class Exporter {
  private static final int METRICS = 500;
  private static final int SAMPLES = 8_192;

  private final KeyValueEngine engine;
  private final Keys keys;
  private final Registry registry;
  private final Positions positions;
  private TransferCounts counts = TransferCounts.NONE;

  Exporter(KeyValueEngine engine, Keys keys, Registry registry, Positions positions) {
    this.engine = engine;
    this.keys = keys;
    this.registry = registry;
    this.positions = positions;
  }

  /**
   * Exports everything.
   *
   * @param target not closed; flushed at the end
   * @param progress told now and then what has been written
   * @return what was written
   * @throws dev.annulus.kv.StoreException if the store does not answer
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
    Tuple header = Tuple.from(RingStore.FORMAT, nextId);
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
    } while (entries.size() == SAMPLES);
  }

  private void metric(ExportWriter out, Metric metric) throws IOException {
    Metric plain = metric.withRings(metric.ring(), null);
    write(
        out,
        new ExportFrame(ExportFrame.Kind.METRIC, withId(metric.id(), MetricRecord.encode(plain))));
    // A ring that moves meanwhile is begun anew: importing a sample twice changes nothing.
    byte @Nullable [] last = null;
    long ring = metric.ring().id();
    while (true) {
      Chunk chunk = chunk(metric.id(), ring, last);
      if (chunk.metric() == null) {
        return;
      }
      if (chunk.entries() == null) {
        ring = chunk.metric().ring().id();
        last = null;
        continue;
      }
      samples(out, metric.id(), chunk.entries());
      if (chunk.entries().size() < SAMPLES) {
        break;
      }
      last = chunk.entries().key(SAMPLES - 1);
    }
    byte[] counter = engine.read(tx -> tx.get(keys.counter(metric.id()))).join();
    if (counter != null) {
      write(out, new ExportFrame(ExportFrame.Kind.COUNTER, withId(metric.id(), counter)));
    }
  }

  /**
   * Part of a ring.
   *
   * @param metric null if it was deleted
   * @param entries null if it has another ring by now
   */
  private record Chunk(@Nullable Metric metric, @Nullable Entries entries) {}

  private Chunk chunk(long id, long ring, byte @Nullable [] last) {
    KeyRange all = keys.ring(ring).all();
    KeyRange range = last == null ? all : all.beyond(last);
    return engine
        .read(
            tx ->
                registry
                    .read(tx, id)
                    .thenCompose(
                        metric ->
                            metric == null || metric.ring().id() != ring
                                ? CompletableFuture.completedFuture(new Chunk(metric, null))
                                : tx.getRange(range, SAMPLES, Order.ASCENDING)
                                    .thenApply(entries -> new Chunk(metric, entries))))
        .join();
  }

  private void samples(ExportWriter out, long id, Entries entries) throws IOException {
    if (entries.isEmpty()) {
      return;
    }
    ByteBuffer payload =
        ByteBuffer.allocate(Long.BYTES + entries.size() * SampleRecord.BYTES).putLong(id);
    for (int i = 0; i < entries.size(); i++) {
      SampleRecord.ts(entries, i); // checks the length
      payload.put(entries.value(i));
    }
    write(out, new ExportFrame(ExportFrame.Kind.SAMPLES, payload.array()));
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
    return engine.read(tx -> tx.getRange(range, SAMPLES, Order.ASCENDING)).join();
  }

  private static byte[] withId(long id, byte[] value) {
    return ByteBuffer.allocate(Long.BYTES + value.length).putLong(id).put(value).array();
  }
}
