package dev.annulus.store;

import dev.annulus.model.Metric;
import dev.annulus.model.Metric.Ring;
import dev.annulus.model.MetricType;
import dev.annulus.model.RingGeometry;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.Times;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A batch as samples of slots: sorted by slot, at most one per slot. Sorting places neighbouring
 * slots side by side in the engine's buffers, which about halves the cost of a write.
 *
 * @param cells sorted by ring and slot
 * @param counters states that only this writer advances
 * @param settledCounters the counters whose state must be read in the transaction that writes it
 */
record RingBatch(
    List<Cell> cells,
    List<Counter> counters,
    List<CounterSamples> settledCounters,
    RingWriter.Outcome outcome) {

  /**
   * A sample with its target slot.
   *
   * @param keys of the ring
   * @param partition of the log that the sample came from
   */
  record Cell(
      RingKeys keys,
      int partition,
      long ringId,
      int slot,
      long tsMillis,
      long sequence,
      double value)
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
      return tsMillis != other.tsMillis
          ? Long.compare(other.tsMillis, tsMillis)
          : Long.compare(other.sequence, sequence);
    }

    boolean sharesSlotWith(Cell other) {
      return slot == other.slot && ringId == other.ringId;
    }
  }

  /**
   * A counter's state after the batch.
   *
   * @param key of the state
   * @param partition of the log that the counter's samples come from
   */
  @SuppressWarnings("ArrayRecordComponent") // carried, never compared
  record Counter(byte[] key, int partition, long metricId, CounterState state) {}

  /**
   * Turns a resolved batch into cells and advances its cached counters.
   *
   * @param precision what the layout keeps of times and values
   */
  static RingBatch prepare(MetricCache.Resolved batch, Rings.Precision precision) {
    List<Cell> cells = new ArrayList<>();
    Map<CachedMetric, CounterSamples> counters = new LinkedHashMap<>();
    Map<String, RingWriter.TooOld> tooOld = new HashMap<>();
    Map<String, RingWriter.TooOld> overtaken = new HashMap<>();
    int written = 0;
    for (MetricCache.Entry entry : batch.entries()) {
      CachedMetric series = entry.series();
      written += entry.samples().samples().size();
      countTooOld(tooOld, entry);
      countOvertaken(overtaken, entry);
      if (!entry.samples().samples().series().delta()) {
        addCells(cells, entry.samples(), series.metric().ring(), series.ring(), precision);
        if (series.nextRing() != null && series.metric().nextRing() != null) {
          addCells(
              cells, entry.samples(), series.metric().nextRing(), series.nextRing(), precision);
        }
      }
      // By the samples' type, not the metric's, which may be promoted later: what counts must not
      // depend on when.
      if (entry.samples().samples().series().type() == MetricType.COUNTER) {
        counters.computeIfAbsent(series, CounterSamples::new).add(entry.samples(), precision);
      }
    }
    List<Counter> advanced = new ArrayList<>();
    List<CounterSamples> settled = new ArrayList<>();
    for (CounterSamples samples : counters.values()) {
      if (samples.isEmpty()) {
        continue;
      }
      if (samples.isSettled()) {
        settled.add(samples);
      } else {
        advanced.add(advance(samples));
      }
    }
    return new RingBatch(
        winners(cells),
        advanced,
        settled,
        new RingWriter.Outcome(written, batch.dropped(), batch.rejected(), tooOld, overtaken));
  }

  private static void countTooOld(Map<String, RingWriter.TooOld> tooOld, MetricCache.Entry entry) {
    LoggedSamples logged = entry.samples();
    Metric metric = entry.series().metric();
    long oldest = metric.ring().geometry().oldestKept(logged.loggedAtMillis());
    int count = 0;
    long age = 0;
    for (int i = 0; i < logged.samples().size(); i++) {
      if (logged.samples().millis(i) < oldest) {
        age = count == 0 ? logged.loggedAtMillis() - logged.samples().millis(i) : age;
        count++;
      }
    }
    if (count > 0) {
      tooOld.merge(
          logged.source(),
          new RingWriter.TooOld(
              count, metric.key(), Times.seconds(age), metric.ring().geometry().lapSeconds()),
          RingWriter.TooOld::and);
    }
  }

  /** By a clock that was set back, or by a sender whose clock is ahead. */
  private static void countOvertaken(
      Map<String, RingWriter.TooOld> overtaken, MetricCache.Entry entry) {
    LoggedSamples logged = entry.samples();
    CachedMetric series = entry.series();
    RingGeometry geometry = series.metric().ring().geometry();
    long newest = series.newest();
    long ahead = newest - logged.loggedAtMillis();
    boolean fromTheFuture = newest > logged.loggedAtMillis() && logged.loggedAtMillis() > 0;
    int count = 0;
    for (int i = 0; i < logged.samples().size(); i++) {
      long millis = logged.samples().millis(i);
      series.sees(millis);
      if (fromTheFuture
          && millis < geometry.oldestKept(newest)
          && millis >= geometry.oldestKept(logged.loggedAtMillis())) {
        count++;
      }
    }
    if (count > 0) {
      overtaken.merge(
          logged.source(),
          new RingWriter.TooOld(
              count, series.metric().key(), Times.seconds(ahead), geometry.lapSeconds()),
          RingWriter.TooOld::and);
    }
  }

  private static void addCells(
      List<Cell> cells, LoggedSamples logged, Ring ring, RingKeys keys, Rings.Precision precision) {
    SeriesSamples samples = logged.samples();
    for (int i = 0; i < samples.size(); i++) {
      double value = samples.values()[i];
      if (!precision.keeps(value)) {
        continue;
      }
      long ts = precision.kept(samples.timestamps()[i]);
      cells.add(
          new Cell(
              keys,
              logged.partition(),
              ring.id(),
              ring.geometry().slot(ts),
              ts,
              logged.sequence(i),
              value));
    }
  }

  /** The sample that each slot keeps, sorted by slot; changes and returns the list. */
  static List<Cell> winners(List<Cell> cells) {
    cells.sort(null);
    int kept = 0;
    for (Cell cell : cells) {
      if (kept == 0 || !cell.sharesSlotWith(cells.get(kept - 1))) {
        cells.set(kept++, cell);
      }
    }
    cells.subList(kept, cells.size()).clear();
    return cells;
  }

  private static Counter advance(CounterSamples samples) {
    CachedMetric series = samples.series();
    // Written even if unchanged: an earlier attempt may have advanced it in memory only.
    CounterState state = samples.advance(series.counter());
    series.advanceTo(state);
    return new Counter(samples.stateKey(), samples.partition(), samples.metricId(), state);
  }
}
