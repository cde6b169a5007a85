package dev.annulus.store;

import dev.annulus.kv.KeyRange;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.ReadTransaction;
import dev.annulus.kv.Transaction;
import dev.annulus.model.Metric.Ring;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Layout 2: slots in blocks behind a journal. A batch is a few journal entries; a flush merges them
 * into the blocks later. Readers merge the blocks with the tail of the journal, which they keep in
 * memory.
 */
final class BlockRings implements Rings {
  private final KeyValueEngine engine;
  private final Keys keys;
  private final Journal journal;
  private final Blocks blocks;
  private final Tail tail;
  private final FlushSchedule flushes;

  BlockRings(KeyValueEngine engine, Keys keys, BlockConfig config) {
    this.engine = engine;
    this.keys = keys;
    this.journal = new Journal(keys);
    this.blocks = new Blocks(keys);
    this.tail = new Tail(engine, journal, 2 * config.tailBytes(), config.patience());
    this.flushes =
        new FlushSchedule(tail, new Flusher(engine, keys, tail, config.patience()), config);
  }

  @Override
  public void start() {
    flushes.start();
  }

  @Override
  public CompletableFuture<Void> flush() {
    return flushes.flushAll();
  }

  /** A result, unless the body has not run because the view did not fit its transaction. */
  private record Result<T>(boolean fits, @Nullable T value) {}

  @Override
  public <T> CompletableFuture<T> read(ReadBody<T> body) {
    return now()
        .thenCompose(moment -> readOver(moment, body))
        .thenCompose(
            result ->
                result.fits()
                    ? CompletableFuture.completedFuture(result.value())
                    : readSnapshot(body));
  }

  @Override
  public CompletableFuture<Moment> now() {
    return tail.now();
  }

  @Override
  public <T> CompletableFuture<T> read(Moment moment, ReadBody<T> body) {
    return readOver(moment, body)
        .thenCompose(
            result ->
                result.fits() ? CompletableFuture.completedFuture(result.value()) : read(body));
  }

  private <T> CompletableFuture<Result<T>> readOver(Moment moment, ReadBody<T> body) {
    TailView view = tail.view();
    if (!view.reaches(moment.heads())) {
      // A view can forget entries after those that were flushed.
      return CompletableFuture.completedFuture(new Result<>(false, null));
    }
    Function<ReadTransaction, CompletableFuture<Result<T>>> read =
        tx -> ifFitting(tx, view, () -> body.apply(tx, over(view)));
    return moment.hasSnapshotFor(view)
        ? engine.readSince(moment.snapshot(), read)
        : engine.read(read);
  }

  @Override
  public <T> CompletableFuture<T> readSnapshot(ReadBody<T> body) {
    TailView before = tail.view();
    return engine.read(tx -> tail.at(tx, before).thenCompose(view -> body.apply(tx, over(view))));
  }

  @Override
  public <T> CompletableFuture<T> write(WriteBody<T> body) {
    return tail.refresh()
        .thenCompose(
            view ->
                engine.write(
                    tx -> ifFitting(tx.snapshot(), view, () -> body.apply(tx, over(view)))))
        .thenCompose(
            result ->
                result.fits()
                    ? CompletableFuture.completedFuture(result.value())
                    : writeAtSnapshot(body));
  }

  private <T> CompletableFuture<T> writeAtSnapshot(WriteBody<T> body) {
    TailView before = tail.view();
    return engine.write(
        tx -> tail.at(tx.snapshot(), before).thenCompose(view -> body.apply(tx, over(view))));
  }

  private interface Body<T> {
    CompletableFuture<T> run();
  }

  private static <T> CompletableFuture<Result<T>> ifFitting(
      ReadTransaction tx, TailView view, Body<T> body) {
    return tx.metadataVersion()
        .thenCompose(
            version ->
                view.fits(version)
                    ? body.run().thenApply(value -> new Result<>(true, value))
                    : CompletableFuture.completedFuture(new Result<>(false, null)));
  }

  private View over(TailView view) {
    List<SortedRun> runs = view.runs(); // once for all rings that the transaction reads
    return new View() {
      @Override
      public CompletableFuture<SlotPage> slots(
          ReadTransaction tx, long ringId, SlotRange range, int limit) {
        return blocks.read(tx, runs, ringId, range, limit);
      }

      @Override
      public CompletableFuture<@Nullable CounterState> counter(ReadTransaction tx, long metricId) {
        return state(tx, view, metricId);
      }
    };
  }

  /** The later of a counter's stored state and the one in the tail. */
  private CompletableFuture<@Nullable CounterState> state(
      ReadTransaction tx, TailView view, long metricId) {
    return tx.get(keys.counter(metricId))
        .thenApply(
            stored -> {
              CounterState there = stored == null ? null : CounterState.decodeMillis(stored);
              byte[] recent = view.stateOf(metricId);
              if (recent == null) {
                return there;
              }
              return stored != null && Arrays.compareUnsigned(stored, recent) >= 0
                  ? there
                  : CounterState.decodeMillis(recent);
            });
  }

  @Override
  public CompletableFuture<Void> merge(Transaction tx, Ring ring, List<Slot> slots) {
    return blocks.merge(tx, ring.id(), slots);
  }

  @Override
  public void merge(Transaction tx, long metricId, CounterState state) {
    tx.byteMax(keys.counter(metricId), state.encodeMillis());
  }

  @Override
  public void clear(Transaction tx, long ringId) {
    tx.clear(keysOf(ringId));
    journal.ringIsGone(tx, ringId, GoneMark.ALL);
  }

  @Override
  public void clearCounter(Transaction tx, long metricId) {
    tx.clear(keys.counter(metricId));
    journal.counterIsGone(tx, metricId, GoneMark.ALL);
  }

  @Override
  public CompletableFuture<Void> resetCounter(Transaction tx, long metricId) {
    tx.clear(keys.counter(metricId));
    // Reads the heads so that a racing append conflicts: it is either before them or after.
    return journal
        .heads(tx)
        .thenAccept(heads -> journal.counterIsGone(tx, metricId, new GoneMark(false, heads)));
  }

  @Override
  public CompletableFuture<Void> reuse(Transaction tx, long id) {
    return journal.reuse(tx, id);
  }

  @Override
  public CompletableFuture<Void> purge(long ringId, long beforeOffset) {
    int[] next = {0};
    // Nothing older can follow in the journal, since the log floor is above it.
    return flush()
        .thenCompose(
            flushed ->
                Futures.whileTrue(
                    () ->
                        engine
                            .write(tx -> blocks.purge(tx, ringId, next[0], beforeOffset))
                            .thenApply(
                                end -> {
                                  next[0] = end;
                                  return end != SlotPage.END;
                                })));
  }

  @Override
  public KeyRange keysOf(long ringId) {
    return keys.blocks(ringId).all();
  }

  @Override
  public List<Part> parts(RingBatch batch, byte @Nullable [] version, int transactionBytes) {
    return JournalPart.of(batch, transactionBytes).stream()
        .map(entries -> (Part) new Append(entries, version))
        .toList();
  }

  /** Appends prepared entries. */
  private final class Append implements Part {
    private final JournalPart entries;
    private final byte @Nullable [] version;
    private volatile Map<Integer, Long> heads = Map.of();

    Append(JournalPart entries, byte @Nullable [] version) {
      this.entries = entries;
      this.version = version;
    }

    @Override
    public CompletableFuture<Put> put(Transaction tx) {
      return entries
          .heads(tx, journal)
          .thenApply(
              found -> {
                entries.append(tx, journal, found);
                heads = found;
                return Put.DONE;
              });
    }

    @Override
    public void committed() {
      share(entries, heads, version);
    }
  }

  /** Adds committed entries to the tail. */
  private void share(JournalPart entries, Map<Integer, Long> heads, byte @Nullable [] version) {
    entries
        .lanes()
        .forEach(
            (lane, piece) -> {
              tail.committed(lane, heads.getOrDefault(lane, 0L), piece, version);
              flushes.appended(lane);
            });
  }

  @Override
  public Part settling(List<CounterSamples> counters, byte @Nullable [] version) {
    return new Settling(counters, version);
  }

  /**
   * Settles counters from the later of the stored state and the one in the tail. The tail must
   * reach to the heads of the lanes that this writer appends to: there alone others may have
   * advanced these counters without the stored state, as long as the counters were not shared.
   */
  private final class Settling implements Part {
    private final List<CounterSamples> counters;
    private final byte @Nullable [] version;
    private volatile JournalPart entries = JournalPart.NONE;
    private volatile Map<Integer, Long> heads = Map.of();

    Settling(List<CounterSamples> counters, byte @Nullable [] version) {
      this.counters = counters;
      this.version = version;
    }

    @Override
    public CompletableFuture<Put> put(Transaction tx) {
      TailView view = tail.view();
      if (!view.fits(version)) {
        return CompletableFuture.completedFuture(Put.BEHIND);
      }
      return JournalPart.heads(
              tx, journal, counters.stream().flatMap(c -> c.partitions().stream()).toList())
          .thenCompose(
              found -> {
                heads = found;
                return found.entrySet().stream()
                        .allMatch(head -> view.lane(head.getKey()).next() == head.getValue())
                    ? settle(tx, view)
                    : CompletableFuture.completedFuture(Put.BEHIND);
              });
    }

    private CompletableFuture<Put> settle(Transaction tx, TailView view) {
      List<CompletableFuture<@Nullable CounterState>> states =
          counters.stream().map(samples -> state(tx, view, samples.metricId())).toList();
      return Futures.all(states)
          .thenApply(
              before -> {
                List<RingBatch.Cell> cells = new ArrayList<>();
                for (int i = 0; i < counters.size(); i++) {
                  CounterState state = counters.get(i).settle(before.get(i), cells::add);
                  tx.byteMax(keys.counter(counters.get(i).metricId()), state.encodeMillis());
                }
                entries = JournalPart.ofAll(RingBatch.winners(cells));
                entries.append(tx, journal, heads);
                return Put.DONE;
              });
    }

    @Override
    public void committed() {
      counters.forEach(CounterSamples::settled);
      share(entries, heads, version);
    }
  }

  @Override
  public Precision precision() {
    return Precision.MILLIS;
  }

  @Override
  public boolean partsAreIndependent() {
    return false; // those of one lane would conflict
  }

  @Override
  public CompletableFuture<Void> room() {
    return tail.room();
  }

  @Override
  public CompletableFuture<Void> catchUp() {
    return tail.refresh().thenApply(view -> null);
  }

  @Override
  public void close() {
    flushes.close();
  }
}
