package dev.annulus.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The samples of one counter in one batch. Not thread-safe. */
final class CounterSamples {
  private static final Comparator<Raw> BY_TIME =
      Comparator.comparingLong(Raw::ts).thenComparingLong(Raw::sequence);
  private static final Comparator<Raw> BY_RECORD =
      Comparator.comparingLong(Raw::offset).thenComparing(BY_TIME);

  private final CachedSeries series;
  private final List<Raw> samples = new ArrayList<>();

  CounterSamples(CachedSeries series) {
    this.series = series;
  }

  /** A raw value and its place in the log. */
  private record Raw(long ts, long sequence, double value) {
    long offset() {
      return SampleRecord.offset(sequence);
    }
  }

  CachedSeries series() {
    return series;
  }

  byte[] stateKey() {
    return series.counterKey();
  }

  void add(LoggedSamples logged) {
    for (int i = 0; i < logged.samples().size(); i++) {
      samples.add(
          new Raw(
              logged.samples().timestamps()[i], logged.sequence(i), logged.samples().values()[i]));
    }
  }

  /**
   * The state after these samples: record by record, since a batch may end after any of them, and
   * in ts order within a record; of equal ts the first logged counts. Records of several partitions
   * have no order, there ts decides.
   */
  CounterState advance(@Nullable CounterState before) {
    samples.sort(series.metric().sharedCounter() ? BY_TIME : BY_RECORD);
    CounterState state = before;
    for (Raw sample : samples) {
      state =
          state == null
              ? CounterState.first(sample.ts(), sample.value())
              : state.after(sample.ts(), sample.value());
    }
    if (state == null) {
      throw new IllegalStateException("a counter without samples");
    }
    return state;
  }
}
