package dev.annulus.store;

import dev.annulus.model.Metric.Ring;
import dev.annulus.model.Temporality;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The samples of one counter in a batch. Not thread-safe. */
final class CounterSamples {
  /** Approximate bytes of a key with its sample record; a counter state is no larger. */
  private static final int SLOT_BYTES = 64;

  private static final Comparator<Raw> BY_TIME =
      Comparator.comparingLong(Raw::ts)
          .thenComparingInt(Raw::nanos)
          .thenComparingLong(Raw::sequence);
  private static final Comparator<Raw> BY_RECORD =
      Comparator.comparingLong(Raw::offset).thenComparing(BY_TIME);

  private final CachedMetric series;
  private final List<Raw> samples = new ArrayList<>();
  private boolean hasDeltas;
  private boolean ordered;
  private @Nullable CounterState settled;

  CounterSamples(CachedMetric series) {
    this.series = series;
  }

  /**
   * A value with its log position.
   *
   * @param ts epoch milliseconds
   * @param nanos within the millisecond; 0 unless the timestamps are nanoseconds
   * @param position the record's offset and the sample's rank in it, in the order in which the
   *     record's samples are added up; -1 until known
   */
  private record Raw(
      long ts,
      int nanos,
      long sequence,
      int partition,
      double value,
      Temporality temporality,
      long position) {
    Raw at(long newPosition) {
      return new Raw(ts, nanos, sequence, partition, value, temporality, newPosition);
    }

    boolean delta() {
      return temporality != Temporality.ABSOLUTE;
    }

    long offset() {
      return SampleRecord.offset(sequence);
    }

    /** Whether both are increments of the same record and time, which count together. */
    boolean countsWith(Raw other) {
      return delta()
          && temporality == other.temporality
          && ts == other.ts
          && nanos == other.nanos
          && partition == other.partition
          && offset() == other.offset();
    }
  }

  /** Whether no sample counts. */
  boolean isEmpty() {
    return samples.isEmpty();
  }

  CachedMetric series() {
    return series;
  }

  byte[] stateKey() {
    return series.counterKey();
  }

  long metricId() {
    return series.metric().id();
  }

  /** The partitions that the samples come from: one, unless the counter is shared. */
  Set<Integer> partitions() {
    return samples.stream().map(Raw::partition).collect(Collectors.toUnmodifiableSet());
  }

  /** The partition of the first sample; of all, unless the counter is shared. */
  int partition() {
    return samples.get(0).partition();
  }

  /** Adds samples, but for values that are no numbers: they are kept, and count nothing. */
  void add(LoggedSamples logged, Rings.Precision precision) {
    Temporality temporality = logged.samples().series().temporality();
    hasDeltas |= temporality != Temporality.ABSOLUTE;
    for (int i = 0; i < logged.samples().size(); i++) {
      long time = logged.samples().timestamps()[i];
      double value = logged.samples().values()[i];
      if (!Double.isFinite(value)) {
        continue;
      }
      samples.add(
          new Raw(
              temporality == Temporality.DELTA_NANOS
                  ? temporality.millis(time)
                  : precision.kept(time),
              temporality.nanos(time),
              logged.sequence(i),
              logged.partition(),
              value,
              temporality,
              -1));
    }
  }

  /**
   * Whether the state must be read in the transaction that writes it: because other writers advance
   * it too, or because slots depend on it.
   */
  boolean isSettled() {
    return hasDeltas || series.metric().sharedCounter();
  }

  /** Approximate bytes that {@link #settle} writes. */
  int bytes() {
    int rings = series.nextRing() == null ? 1 : 2;
    return SLOT_BYTES * (1 + (hasDeltas ? rings * samples.size() : 0));
  }

  /**
   * The state after these samples. Samples count record by record, since a batch may end after any
   * record, and in ts order within a record; of equal ts the first counts. Records of several
   * partitions have no order, so ts decides there.
   */
  CounterState advance(@Nullable CounterState before) {
    return advance(before, (sample, state) -> {});
  }

  /**
   * The state after these samples, and the slots of increments: each gets the counter's reading
   * after it. A duplicate increment writes no slot.
   *
   * @param slots receives the samples
   */
  CounterState settle(@Nullable CounterState before, Consumer<RingBatch.Cell> slots) {
    CounterState state = advance(before, (sample, after) -> writeSlots(sample, after, slots));
    settled = state;
    return state;
  }

  /** Updates the cached state after the commit. */
  void settled() {
    if (settled != null) {
      series.advanceTo(settled);
    }
  }

  /**
   * Splits the samples into consecutive pieces of about {@code limit} bytes, to be settled in
   * order.
   */
  List<CounterSamples> pieces(int limit) {
    if (bytes() <= limit) {
      return List.of(this);
    }
    sort();
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
      piece.ordered = true;
    }
    pieces.add(piece);
    return pieces;
  }

  /** Sorts the samples into counting order and numbers increments. */
  private void sort() {
    if (ordered) {
      return;
    }
    ordered = true;
    samples.sort(series.metric().sharedCounter() ? BY_TIME : BY_RECORD);
    if (!hasDeltas) {
      return;
    }
    int rank = 0;
    for (int i = 0; i < samples.size(); i++) {
      Raw sample = samples.get(i);
      rank = i > 0 && samples.get(i - 1).offset() == sample.offset() ? rank + 1 : 0;
      samples.set(i, sample.at(SampleRecord.sequence(sample.offset(), rank)));
    }
  }

  private CounterState advance(
      @Nullable CounterState before, BiConsumer<Raw, CounterState> onIncrement) {
    sort();
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
      if (state == null || isNew(sample, state)) {
        long position =
            sample.temporality() == Temporality.DELTA ? sample.position() : Long.MAX_VALUE;
        state = CounterState.grown(state, sample.ts(), sample.nanos(), position, increment);
        onIncrement.accept(sample, state);
      }
      increment = 0;
    }
    if (state == null) {
      throw new IllegalStateException("no samples to count");
    }
    return state;
  }

  /**
   * Whether an increment is not yet in the state. Nanosecond timestamps arrive in order, as OTLP
   * demands. With coarser timestamps, the log position within a partition decides, even for late
   * ones. Across partitions there is no order, so each timestamp counts once.
   */
  private boolean isNew(Raw sample, CounterState state) {
    if (sample.temporality() == Temporality.DELTA_NANOS) {
      return state.isBefore(sample.ts(), sample.nanos());
    }
    if (sample.ts() > state.lastTsMillis()) {
      return true;
    }
    return !series.metric().sharedCounter() && sample.position() > state.lastPosition();
  }

  /**
   * A late increment adds to the newest reading; otherwise that would be lower than the one before.
   */
  private void writeSlots(Raw sample, CounterState state, Consumer<RingBatch.Cell> slots) {
    slots.accept(cell(series.metric().ring(), series.ring(), sample, state));
    Ring next = series.metric().nextRing();
    RingKeys nextKeys = series.nextRing();
    if (next != null && nextKeys != null) {
      slots.accept(cell(next, nextKeys, sample, state));
    }
  }

  private static RingBatch.Cell cell(Ring ring, RingKeys keys, Raw sample, CounterState state) {
    long ts = state.lastTsMillis();
    return new RingBatch.Cell(
        keys,
        sample.partition(),
        ring.id(),
        ring.geometry().slot(ts),
        ts,
        sample.position(),
        state.lastRaw());
  }
}
