package dev.annulus.store;

import dev.annulus.model.Metric.Ring;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The samples of one counter in one batch. Not thread-safe. */
final class CounterSamples {
  /** Of a key and its record, about; a state is no larger. */
  private static final int SLOT_BYTES = 64;

  private static final Comparator<Raw> BY_TIME =
      Comparator.comparingLong(Raw::ts).thenComparingLong(Raw::sequence);
  private static final Comparator<Raw> BY_RECORD =
      Comparator.comparingLong(Raw::offset).thenComparing(BY_TIME);

  private final CachedSeries series;
  private final List<Raw> samples = new ArrayList<>();
  private boolean hasDeltas;
  private @Nullable CounterState settled;

  CounterSamples(CachedSeries series) {
    this.series = series;
  }

  /**
   * A value and its place in the log.
   *
   * @param delta whether the value is an increment
   */
  private record Raw(long ts, long sequence, int partition, double value, boolean delta) {
    long offset() {
      return SampleRecord.offset(sequence);
    }

    /** Whether both are increments of one second in one record, which count together. */
    boolean countsWith(Raw other) {
      return delta
          && other.delta
          && ts == other.ts
          && partition == other.partition
          && offset() == other.offset();
    }
  }

  CachedSeries series() {
    return series;
  }

  byte[] stateKey() {
    return series.counterKey();
  }

  void add(LoggedSamples logged) {
    boolean delta = logged.samples().series().delta();
    hasDeltas |= delta;
    for (int i = 0; i < logged.samples().size(); i++) {
      samples.add(
          new Raw(
              logged.samples().timestamps()[i],
              logged.sequence(i),
              logged.partition(),
              logged.samples().values()[i],
              delta));
    }
  }

  /**
   * Whether the state must be read in the transaction that writes it: other writers advance it too,
   * or slots depend on it.
   */
  boolean isSettled() {
    return hasDeltas || series.metric().sharedCounter();
  }

  /** About how many bytes {@link #settle} writes. */
  int bytes() {
    int rings = series.nextRing() == null ? 1 : 2;
    return SLOT_BYTES * (1 + (hasDeltas ? rings * samples.size() : 0));
  }

  /**
   * The state after these samples: record by record, since a batch may end after any of them, and
   * in ts order within a record; of equal ts the first logged counts. Records of several partitions
   * have no order, there ts decides.
   */
  CounterState advance(@Nullable CounterState before) {
    return advance(before, (sample, state) -> {});
  }

  /**
   * The state after these samples, and the slots of those that are increments: each holds what the
   * counter reads with it. An increment not newer than the state is a repetition and holds nothing.
   *
   * @param slots takes keys and records
   */
  CounterState settle(@Nullable CounterState before, BiConsumer<byte[], byte[]> slots) {
    CounterState state = advance(before, (sample, after) -> writeSlots(sample, after, slots));
    settled = state;
    return state;
  }

  /** Tells the cache what the committed transaction has settled. */
  void settled() {
    if (settled != null) {
      series.advanceTo(settled);
    }
  }

  /** Consecutive pieces of about so many bytes, to be settled one after the other. */
  List<CounterSamples> pieces(int limit) {
    if (bytes() <= limit) {
      return List.of(this);
    }
    samples.sort(order());
    List<CounterSamples> pieces = new ArrayList<>();
    CounterSamples piece = new CounterSamples(series);
    for (int i = 0; i < samples.size(); i++) {
      Raw sample = samples.get(i);
      if (piece.bytes() >= limit && !sample.countsWith(samples.get(i - 1))) {
        pieces.add(piece);
        piece = new CounterSamples(series);
      }
      piece.samples.add(sample);
      piece.hasDeltas |= sample.delta();
    }
    pieces.add(piece);
    return pieces;
  }

  private Comparator<Raw> order() {
    return series.metric().sharedCounter() ? BY_TIME : BY_RECORD;
  }

  private CounterState advance(
      @Nullable CounterState before, BiConsumer<Raw, CounterState> onIncrement) {
    samples.sort(order());
    CounterState state = before;
    double increment = 0;
    for (int i = 0; i < samples.size(); i++) {
      Raw sample = samples.get(i);
      if (!sample.delta()) {
        state =
            state == null
                ? CounterState.first(sample.ts(), sample.value())
                : state.after(sample.ts(), sample.value());
        continue;
      }
      increment += sample.value();
      if (i + 1 < samples.size() && sample.countsWith(samples.get(i + 1))) {
        continue;
      }
      if (state == null || sample.ts() > state.lastTs()) {
        state = CounterState.grown(state, sample.ts(), increment);
        onIncrement.accept(sample, state);
      }
      increment = 0;
    }
    if (state == null) {
      throw new IllegalStateException("a counter without samples");
    }
    return state;
  }

  private void writeSlots(Raw sample, CounterState state, BiConsumer<byte[], byte[]> slots) {
    byte[] record = SampleRecord.encode(sample.ts(), sample.sequence(), state.lastRaw());
    writeSlot(series.metric().ring(), series.ring(), sample.ts(), record, slots);
    Ring next = series.metric().nextRing();
    RingKeys nextKeys = series.nextRing();
    if (next != null && nextKeys != null) {
      writeSlot(next, nextKeys, sample.ts(), record, slots);
    }
  }

  private static void writeSlot(
      Ring ring, RingKeys keys, long ts, byte[] record, BiConsumer<byte[], byte[]> slots) {
    slots.accept(keys.slot(ring.geometry().slot(ts)), record);
  }
}
