package dev.annulus.store;

import java.util.List;

/** Merging iterator over the blocks of several runs, each block once. Not thread-safe. */
final class RunIterator {
  private final SortedRun[] runs;
  private final int[] at;
  private final SlotBlock scratch = new SlotBlock();
  private boolean valid;
  private long ring;
  private int block;

  private RunIterator(List<SortedRun> runs) {
    this.runs = runs.toArray(new SortedRun[0]);
    this.at = new int[this.runs.length];
  }

  /** Iterates upwards from the block of a slot. */
  static RunIterator up(List<SortedRun> runs, RingSlot from) {
    RunIterator iterator = new RunIterator(runs);
    for (int i = 0; i < iterator.runs.length; i++) {
      iterator.at[i] = iterator.runs[i].indexOf(from.ring(), SlotBlock.blockOf(from.slot()));
    }
    iterator.settle();
    return iterator;
  }

  /** Whether there is a current block. */
  boolean isValid() {
    return valid;
  }

  /** The ring of the current block. */
  long ring() {
    return ring;
  }

  /** The number of the current block. */
  int block() {
    return block;
  }

  /** Merges all runs' entries for the current block into {@code target}. */
  void mergeInto(SlotBlock target) {
    for (int i = 0; i < runs.length; i++) {
      if (standsHere(i)) {
        runs[i].mergeInto(at[i], target, scratch);
      }
    }
  }

  /** Moves to the next block. */
  void advance() {
    for (int i = 0; i < runs.length; i++) {
      if (standsHere(i)) {
        at[i]++;
      }
    }
    settle();
  }

  private boolean isIn(int i) {
    return at[i] < runs[i].size();
  }

  private boolean standsHere(int i) {
    return isIn(i) && runs[i].ring(at[i]) == ring && runs[i].block(at[i]) == block;
  }

  private void settle() {
    valid = false;
    for (int i = 0; i < runs.length; i++) {
      if (isIn(i)) {
        long candidate = runs[i].ring(at[i]);
        int number = runs[i].block(at[i]);
        if (!valid || candidate < ring || (candidate == ring && number < block)) {
          ring = candidate;
          block = number;
          valid = true;
        }
      }
    }
  }
}
