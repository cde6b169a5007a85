package dev.annulus.kv.ring;

import java.util.List;

/** Merging iterator over the blocks of several runs, each block once. Not thread-safe. */
public final class RunIterator {
  private final SortedRun[] runs;
  private final int[] at;
  private final boolean up;
  private final SlotBlock scratch = new SlotBlock();
  private boolean valid;
  private long ring;
  private int block;

  private RunIterator(List<SortedRun> runs, boolean up) {
    this.runs = runs.toArray(new SortedRun[0]);
    this.at = new int[this.runs.length];
    this.up = up;
  }

  /** Iterates upwards from the block of a slot. */
  public static RunIterator up(List<SortedRun> runs, RingSlot from) {
    RunIterator iterator = new RunIterator(runs, true);
    for (int i = 0; i < iterator.runs.length; i++) {
      iterator.at[i] = iterator.runs[i].indexOf(from.ring(), SlotBlock.blockOf(from.slot()));
    }
    iterator.settle();
    return iterator;
  }

  /** Iterates downwards from the last block with slots before {@code to}. */
  public static RunIterator down(List<SortedRun> runs, RingSlot to) {
    RunIterator iterator = new RunIterator(runs, false);
    // As an exclusive bound, slot 0 of a block ends the block before.
    boolean whole = SlotBlock.indexOf(to.slot()) == 0;
    int block = SlotBlock.blockOf(to.slot());
    for (int i = 0; i < iterator.runs.length; i++) {
      iterator.at[i] = iterator.runs[i].indexOf(to.ring(), whole ? block : block + 1) - 1;
    }
    iterator.settle();
    return iterator;
  }

  /** Whether there is a current block. */
  public boolean isValid() {
    return valid;
  }

  /** The ring of the current block. */
  public long ring() {
    return ring;
  }

  /** The number of the current block. */
  public int block() {
    return block;
  }

  /** Compares the current block with another, in iteration order. Requires a current block. */
  public int compare(long otherRing, int otherBlock) {
    int ascending =
        ring != otherRing ? Long.compare(ring, otherRing) : Integer.compare(block, otherBlock);
    return up ? ascending : -ascending;
  }

  /** Merges all runs' entries for the current block into {@code target}. */
  public void mergeInto(SlotBlock target) {
    for (int i = 0; i < runs.length; i++) {
      if (standsHere(i)) {
        runs[i].mergeInto(at[i], target, scratch);
      }
    }
  }

  /** Moves to the next block. */
  public void advance() {
    for (int i = 0; i < runs.length; i++) {
      if (standsHere(i)) {
        at[i] += up ? 1 : -1;
      }
    }
    settle();
  }

  private boolean isIn(int i) {
    return at[i] >= 0 && at[i] < runs[i].size();
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
        if (!valid || compare(candidate, number) > 0) {
          ring = candidate;
          block = number;
          valid = true;
        }
      }
    }
  }
}
