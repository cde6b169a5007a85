package dev.annulus.store;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The entries of one lane of the journal that are not in blocks yet. Immutable.
 *
 * @param flushed number of the first such entry
 * @param next number of the next entry to come
 * @param flushing entries before this one are being flushed; runs do not reach across it
 * @param runs the entries from {@code flushed} to {@code next}, in order
 * @param since {@link System#nanoTime} when the first of them was seen
 */
record LaneTail(long flushed, long next, long flushing, List<TailRun> runs, long since) {
  /** This many runs of one size class merge into one of the next. */
  private static final int FAN_OUT = 8;

  /** Runs of at least this size are not merged. */
  private static final int LARGE_RUN = 16_384;

  LaneTail {
    runs = List.copyOf(runs);
  }

  /** A lane without entries from {@code number} on. */
  static LaneTail from(long number) {
    return new LaneTail(number, number, number, List.of(), 0);
  }

  boolean isEmpty() {
    return flushed == next;
  }

  long memoryBytes() {
    long sum = 0;
    for (TailRun run : runs) {
      sum += run.memoryBytes();
    }
    return sum;
  }

  /** This lane with one more run, which starts at {@link #next}. */
  LaneTail and(TailRun run, long now) {
    if (run.from() != next) {
      throw new IllegalArgumentException("entry %d must follow %d".formatted(run.from(), next));
    }
    List<TailRun> all = new ArrayList<>(runs);
    all.add(run);
    mergeSmall(all, flushing);
    return new LaneTail(flushed, run.to(), flushing, all, isEmpty() ? now : since);
  }

  /**
   * This lane without the entries before {@code number}. Where a run reaches across it, the lane
   * ends at {@code number}, and what followed must be read again: the run holds what is in blocks
   * and may be removed there.
   */
  LaneTail flushedTo(long number, long now) {
    if (number <= flushed) {
      return this;
    }
    List<TailRun> kept = new ArrayList<>();
    long expected = number;
    for (TailRun run : runs) {
      if (run.from() == expected) {
        kept.add(run);
        expected = run.to();
      }
    }
    return new LaneTail(number, expected, Math.max(flushing, number), kept, now);
  }

  /** This lane, all of whose entries are being flushed from now on. */
  LaneTail startFlush() {
    return new LaneTail(flushed, next, next, runs, since);
  }

  /** The runs that are being flushed. */
  List<TailRun> flushingRuns() {
    return runs.stream().filter(run -> run.to() <= flushing).toList();
  }

  LaneTail withRuns(UnaryOperator<TailRun> change) {
    return new LaneTail(flushed, next, flushing, runs.stream().map(change).toList(), since);
  }

  /** Merges small runs at the end of the list while there are many. */
  private static void mergeSmall(List<TailRun> runs, long flushing) {
    for (int size = FAN_OUT; size < FAN_OUT * LARGE_RUN; size *= FAN_OUT) {
      int limit = Math.min(size, LARGE_RUN);
      int first = runs.size();
      while (first > 0
          && runs.get(first - 1).size() < limit
          && runs.get(first - 1).from() >= flushing) {
        first--;
      }
      if (runs.size() - first >= FAN_OUT) {
        List<TailRun> small = runs.subList(first, runs.size());
        TailRun merged = TailRun.merged(small);
        small.clear();
        runs.add(merged);
      }
    }
  }
}
