package dev.annulus.kv.ring;

import java.util.List;

/** Walks the blocks of several runs in order, each block once. Not thread-safe. */
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

  /** Walks upwards from the block that a place lies in. */
  public static RunIterator up(List<SortedRun> runs, RingSlot from) {
    RunIterator iterator = new RunIterator(runs, true);
    for (int i = 0; i < iterator.runs.length; i++) {
      iterator.at[i] = iterator.runs[i].indexOf(from.ring(), SlotBlock.blockOf(from.slot()));
    }
    iterator.settle();
    return iterator;
  }

  /** Walks downwards from the last block that has places before {@code to}. */
  public static RunIterator down(List<SortedRun> runs, RingSlot to) {
    RunIterator iterator = new RunIterator(runs, false);
    // Slot 0 of a block belongs to the block before when it is an exclusive bound.
    boolean whole = SlotBlock.indexOf(to.slot()) == 0;
    int block = SlotBlock.blockOf(to.slot());
    for (int i = 0; i < iterator.runs.length; i++) {
      iterator.at[i] = iterator.runs[i].indexOf(to.ring(), whole ? block : block + 1) - 1;
    }
    iterator.settle();
    return iterator;
  }

  /** Whether it stands on a block. */
  public boolean isValid() {
    return valid;
  }

  /** The ring of the block it stands on. */
  public long ring() {
    return ring;
  }

  /** The number of the block it stands on. */
  public int block() {
    return block;
  }

  /**
   * How a block compares with the one it stands on, in the order of the iterator; valid ones only.
   */
  public int compare(long otherRing, int otherBlock) {
    int ascending =
        ring != otherRing ? Long.compare(ring, otherRing) : Integer.compare(block, otherBlock);
    return up ? ascending : -ascending;
  }

  /** Raises a block by what the runs have for the one it stands on. */
  public void mergeInto(SlotBlock target) {
    for (int i = 0; i < runs.length; i++) {
      if (standsHere(i)) {
        runs[i].mergeInto(at[i], target, scratch);
      }
    }
  }

  /** Goes to the next block. */
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
