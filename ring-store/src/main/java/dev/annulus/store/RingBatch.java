package dev.annulus.store;

import dev.annulus.model.Metric;
import dev.annulus.model.Metric.Ring;
import dev.annulus.model.MetricType;
import dev.annulus.model.SeriesSamples;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A batch as upserts: sorted by key, at most one per slot, split into transactions. Sorting places
 * neighbouring slots side by side in the engine's buffers, which about halves the cost of a write.
 */
final class RingBatch {
  private final List<List<Upsert>> transactions;
  private final List<CounterSamples> settledCounters;
  private final RingWriter.Outcome outcome;

  private RingBatch(
      List<List<Upsert>> transactions,
      List<CounterSamples> settledCounters,
      RingWriter.Outcome outcome) {
    this.transactions = transactions;
    this.settledCounters = settledCounters;
    this.outcome = outcome;
  }

  /** One byte-max. */
  @SuppressWarnings("ArrayRecordComponent") // carried, never compared
  record Upsert(byte[] key, byte[] value) {}

  /** Turns a resolved batch into upserts and advances its cached counters. */
  static RingBatch prepare(MetricCache.Resolved batch, int transactionBytes) {
    List<Cell> cells = new ArrayList<>();
    Map<CachedMetric, CounterSamples> counters = new LinkedHashMap<>();
    Map<String, RingWriter.TooOld> tooOld = new HashMap<>();
    int written = 0;
    for (MetricCache.Entry entry : batch.entries()) {
      CachedMetric series = entry.series();
      written += entry.samples().samples().size();
      countTooOld(tooOld, entry);
      if (!entry.samples().samples().series().delta()) {
        addCells(cells, entry.samples(), series.metric().ring(), series.ring());
        if (series.nextRing() != null && series.metric().nextRing() != null) {
          addCells(cells, entry.samples(), series.metric().nextRing(), series.nextRing());
        }
      }
      // By the samples' type, not the metric's, which may be promoted later: what counts must not
      // depend on when.
      if (entry.samples().samples().series().type() == MetricType.COUNTER) {
        counters.computeIfAbsent(series, CounterSamples::new).add(entry.samples());
      }
    }
    Packer packer = new Packer(transactionBytes);
    addSlots(packer, cells);
    List<CounterSamples> settled = addCounters(packer, counters);
    return new RingBatch(
        packer.finish(),
        settled,
        new RingWriter.Outcome(written, batch.dropped(), batch.rejected(), tooOld));
  }

  private static void countTooOld(Map<String, RingWriter.TooOld> tooOld, MetricCache.Entry entry) {
    LoggedSamples logged = entry.samples();
    Metric metric = entry.series().metric();
    long oldest = metric.ring().geometry().oldestKept(logged.loggedAt());
    int count = 0;
    long age = 0;
    for (int i = 0; i < logged.samples().size(); i++) {
      if (logged.samples().second(i) < oldest) {
        age = count == 0 ? logged.loggedAt() - logged.samples().second(i) : age;
        count++;
      }
    }
    if (count > 0) {
      tooOld.merge(
          logged.source(),
          new RingWriter.TooOld(count, metric.key(), age, metric.ring().geometry().lapSeconds()),
          RingWriter.TooOld::and);
    }
  }

  /** The upserts of each transaction; at least one transaction, possibly empty. */
  List<List<Upsert>> transactions() {
    return transactions;
  }

  /** The counters whose state must be read in the transaction that writes it. */
  List<CounterSamples> settledCounters() {
    return settledCounters;
  }

  RingWriter.Outcome outcome() {
    return outcome;
  }

  /** A sample with its target slot. */
  private record Cell(RingKeys keys, long ringId, int slot, long ts, long sequence, double value)
      implements Comparable<Cell> {

    /** By slot, the winner of the slot first. */
    @Override
    public int compareTo(Cell other) {
      if (ringId != other.ringId) {
        return Long.compare(ringId, other.ringId);
      }
      if (slot != other.slot) {
        return Integer.compare(slot, other.slot);
      }
      return ts != other.ts ? Long.compare(other.ts, ts) : Long.compare(other.sequence, sequence);
    }
  }

  private static void addCells(List<Cell> cells, LoggedSamples logged, Ring ring, RingKeys keys) {
    SeriesSamples samples = logged.samples();
    for (int i = 0; i < samples.size(); i++) {
      long ts = samples.timestamps()[i];
      cells.add(
          new Cell(
              keys,
              ring.id(),
              ring.geometry().slot(ts),
              ts,
              logged.sequence(i),
              samples.values()[i]));
    }
  }

  private static void addSlots(Packer packer, List<Cell> cells) {
    cells.sort(null);
    Cell last = null;
    for (Cell cell : cells) {
      if (last == null || cell.slot() != last.slot() || cell.ringId() != last.ringId()) {
        packer.add(
            cell.keys().slot(cell.slot()),
            SampleRecord.encode(cell.ts(), cell.sequence(), cell.value()));
        last = cell;
      }
    }
  }

  /** Adds the states that only this writer advances; returns the other counters. */
  private static List<CounterSamples> addCounters(
      Packer packer, Map<CachedMetric, CounterSamples> counters) {
    List<CounterSamples> settled = new ArrayList<>();
    for (CounterSamples samples : counters.values()) {
      CachedMetric series = samples.series();
      if (samples.isSettled()) {
        settled.add(samples);
      } else {
        // Written even if unchanged: an earlier attempt may have advanced it in memory only.
        CounterState state = samples.advance(series.counter());
        series.advanceTo(state);
        packer.add(samples.stateKey(), state.encode());
      }
    }
    return settled;
  }

  /** Packs upserts into transactions. */
  private static final class Packer {
    private final int limit;
    private final List<List<Upsert>> transactions = new ArrayList<>();
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

    List<List<Upsert>> finish() {
      if (!open.isEmpty() || transactions.isEmpty()) {
        transactions.add(open);
        open = new ArrayList<>();
        bytes = 0;
      }
      return transactions;
    }
  }
}
