package dev.annulus.store;

import dev.annulus.kv.Entries;
import dev.annulus.kv.KeyRange;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.ReadTransaction;
import dev.annulus.kv.ReadTransaction.Order;
import dev.annulus.kv.Transaction;
import dev.annulus.model.Metric.Ring;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Layout 1: one key per slot, written by byte-max; nothing is read, kept or done later. */
final class SlotRings implements Rings, Rings.View {
  private static final int PURGED_PER_TRANSACTION = 2_000;

  private final KeyValueEngine engine;
  private final Keys keys;

  SlotRings(KeyValueEngine engine, Keys keys) {
    this.engine = engine;
    this.keys = keys;
  }

  @Override
  public <T> CompletableFuture<T> read(ReadBody<T> body) {
    return engine.read(tx -> body.apply(tx, this));
  }

  @Override
  public CompletableFuture<Moment> now() {
    return CompletableFuture.completedFuture(Moment.ANY);
  }

  @Override
  public <T> CompletableFuture<T> read(Moment moment, ReadBody<T> body) {
    return read(body);
  }

  @Override
  public <T> CompletableFuture<T> readSnapshot(ReadBody<T> body) {
    return read(body);
  }

  @Override
  public <T> CompletableFuture<T> write(WriteBody<T> body) {
    return engine.write(tx -> body.apply(tx, this));
  }

  @Override
  public CompletableFuture<SlotPage> slots(
      ReadTransaction tx, long ringId, SlotRange range, int limit) {
    RingKeys ring = keys.ring(ringId);
    return tx.getRange(ring.slots(range), limit, Order.ASCENDING)
        .thenApply(entries -> new Page(entries, next(ring, entries, limit)));
  }

  private static int next(RingKeys ring, Entries entries, int limit) {
    if (entries.size() < limit) {
      return SlotPage.END;
    }
    int last = ring.slotOf(entries.key(limit - 1));
    return last == Integer.MAX_VALUE ? SlotPage.END : last + 1;
  }

  private record Page(Entries entries, int next) implements SlotPage {
    @Override
    public int size() {
      return entries.size();
    }

    @Override
    public long tsMillis(int i) {
      return SampleRecord.tsMillis(entries, i);
    }

    @Override
    public long sequence(int i) {
      return SampleRecord.sequence(entries, i);
    }

    @Override
    public double value(int i) {
      return SampleRecord.value(entries, i);
    }

    @Override
    public long bytes() {
      return entries.bytes();
    }
  }

  @Override
  public CompletableFuture<@Nullable CounterState> counter(ReadTransaction tx, long metricId) {
    return tx.get(keys.counter(metricId))
        .thenApply(state -> state == null ? null : CounterState.decodeSeconds(state));
  }

  @Override
  public CompletableFuture<Void> merge(Transaction tx, Ring ring, List<Slot> slots) {
    RingKeys ringKeys = keys.ring(ring.id());
    for (Slot slot : slots) {
      tx.byteMax(
          ringKeys.slot(slot.slot()),
          SampleRecord.encode(slot.tsMillis(), slot.sequence(), slot.value()));
    }
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void merge(Transaction tx, long metricId, CounterState state) {
    tx.byteMax(keys.counter(metricId), state.encodeSeconds());
  }

  @Override
  public void clear(Transaction tx, long ringId) {
    tx.clear(keys.ring(ringId).all());
  }

  @Override
  public void clearCounter(Transaction tx, long metricId) {
    tx.clear(keys.counter(metricId));
  }

  @Override
  public CompletableFuture<Void> resetCounter(Transaction tx, long metricId) {
    clearCounter(tx, metricId);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<Void> reuse(Transaction tx, long id) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<Void> purge(long ringId, long beforeOffset) {
    KeyRange[] rest = {keys.ring(ringId).all()};
    return Futures.whileTrue(
        () -> {
          KeyRange range = rest[0];
          return engine
              .write(
                  tx ->
                      tx.getRange(range, PURGED_PER_TRANSACTION, Order.ASCENDING)
                          .thenApply(entries -> purged(tx, entries, beforeOffset)))
              .thenApply(
                  seen -> {
                    if (seen.size() < PURGED_PER_TRANSACTION) {
                      return false;
                    }
                    rest[0] = range.beyond(seen.key(seen.size() - 1));
                    return true;
                  });
        });
  }

  private static Entries purged(Transaction tx, Entries entries, long beforeOffset) {
    for (int i = 0; i < entries.size(); i++) {
      if (SampleRecord.offset(SampleRecord.sequence(entries, i)) < beforeOffset) {
        tx.clear(entries.key(i));
      }
    }
    return entries;
  }

  @Override
  public KeyRange keysOf(long ringId) {
    return keys.ring(ringId).all();
  }

  /** One byte-max. */
  @SuppressWarnings("ArrayRecordComponent") // carried, never compared
  private record Upsert(byte[] key, byte[] value) {}

  private record Upserts(List<Upsert> upserts) implements Part {
    @Override
    public CompletableFuture<Put> put(Transaction tx) {
      for (Upsert upsert : upserts) {
        tx.byteMax(upsert.key(), upsert.value());
      }
      return CompletableFuture.completedFuture(Put.DONE);
    }
  }

  @Override
  public List<Part> parts(RingBatch batch, byte @Nullable [] version, int transactionBytes) {
    Packer packer = new Packer(transactionBytes);
    for (RingBatch.Cell cell : batch.cells()) {
      packer.add(
          cell.keys().slot(cell.slot()),
          SampleRecord.encode(cell.tsMillis(), cell.sequence(), cell.value()));
    }
    for (RingBatch.Counter counter : batch.counters()) {
      packer.add(counter.key(), counter.state().encodeSeconds());
    }
    return packer.finish();
  }

  /** Packs upserts into transactions. */
  private static final class Packer {
    private final int limit;
    private final List<Part> parts = new ArrayList<>();
    private List<Upsert> open = new ArrayList<>();
    private int bytes;

    Packer(int limit) {
      this.limit = limit;
    }

    void add(byte[] key, byte[] value) {
      int size = key.length + value.length;
      if (bytes + size > limit) {
        finish();
      }
      open.add(new Upsert(key, value));
      bytes += size;
    }

    List<Part> finish() {
      if (!open.isEmpty() || parts.isEmpty()) {
        parts.add(new Upserts(open));
        open = new ArrayList<>();
        bytes = 0;
      }
      return parts;
    }
  }

  @Override
  public Part settling(List<CounterSamples> counters, byte @Nullable [] version) {
    return new Part() {
      @Override
      public CompletableFuture<Put> put(Transaction tx) {
        List<CompletableFuture<Void>> settled = new ArrayList<>(counters.size());
        for (CounterSamples samples : counters) {
          settled.add(
              counter(tx, samples.metricId()).thenAccept(state -> settle(tx, samples, state)));
        }
        return Futures.all(settled).thenApply(done -> Put.DONE);
      }

      @Override
      public void committed() {
        counters.forEach(CounterSamples::settled);
      }
    };
  }

  private static void settle(
      Transaction tx, CounterSamples samples, @Nullable CounterState before) {
    CounterState state =
        samples.settle(
            before,
            cell ->
                tx.byteMax(
                    cell.keys().slot(cell.slot()),
                    SampleRecord.encode(cell.tsMillis(), cell.sequence(), cell.value())));
    tx.byteMax(samples.stateKey(), state.encodeSeconds());
  }

  @Override
  public Precision precision() {
    return Precision.SECONDS;
  }

  @Override
  public boolean partsAreIndependent() {
    return true;
  }

  @Override
  public CompletableFuture<Void> room() {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<Void> catchUp() {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void close() {}
}
