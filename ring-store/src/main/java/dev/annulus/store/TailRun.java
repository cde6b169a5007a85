package dev.annulus.store;

import java.util.List;

/**
 * The contents of neighbouring journal entries of one lane, merged. Immutable.
 *
 * @param from number of the first entry
 * @param to number after the last entry
 * @param slots times are milliseconds
 * @param counters their states
 */
record TailRun(long from, long to, SortedRun slots, CounterRun counters) {

  /** What {@code entries} entries from {@code from} on say together. */
  static TailRun of(long from, int entries, JournalEntry contents) {
    return new TailRun(from, from + entries, contents.slots(), contents.counters());
  }

  /** Neighbouring runs in one. */
  static TailRun merged(List<TailRun> runs) {
    return new TailRun(
        runs.get(0).from,
        runs.get(runs.size() - 1).to,
        SortedRun.merged(runs.stream().map(TailRun::slots).toList()),
        CounterRun.merged(runs.stream().map(TailRun::counters).toList()));
  }

  /** Number of slots and states. */
  int size() {
    return slots.slots() + counters.size();
  }

  long memoryBytes() {
    return slots.memoryBytes() + counters.memoryBytes();
  }
}
