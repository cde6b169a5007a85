package dev.annulus.store;

import dev.annulus.kv.Entries;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Samples from blocks, merged with the tail of the journal. */
final class BlockPage implements SlotPage {
  private final SlotRange range;
  private long[] ts;
  private long[] sequences;
  private long[] bits;
  private int size;
  private final long bytes;
  private int next;

  /** Blocks added, and stored ones still to come. */
  private int added;

  private int left;

  private BlockPage(SlotRange range, long bytes) {
    this.range = range;
    this.bytes = bytes;
    this.ts = new long[SlotBlock.SLOTS];
    this.sequences = new long[SlotBlock.SLOTS];
    this.bits = new long[SlotBlock.SLOTS];
  }

  /**
   * Merges stored blocks with the tail.
   *
   * @param tail all its runs
   * @param range the slots wanted
   * @param keys of the ring's blocks
   * @param stored the first blocks from the start of the range on
   * @param limit how many were asked for
   */
  static BlockPage merged(
      List<SortedRun> tail,
      long ringId,
      SlotRange range,
      RingKeys keys,
      Entries stored,
      int limit) {
    BlockPage page = new BlockPage(range, stored.bytes());
    int first = SlotBlock.blockOf(range.first());
    int end = SlotBlock.blockOf(range.last());
    if (stored.size() == limit) {
      end = keys.slotOf(stored.key(limit - 1));
    }
    boolean last = end == SlotBlock.blockOf(range.last());
    page.next = last ? END : SlotBlock.slotOf(end + 1, 0);
    RunIterator runs =
        RunIterator.up(runsOf(tail, ringId, first, end), new RingSlot(ringId, range.first()));
    SlotBlock block = new SlotBlock();
    for (int i = 0; i < stored.size(); i++) {
      int number = keys.slotOf(stored.key(i));
      page.left = stored.size() - i;
      page.addBefore(runs, ringId, number, block);
      block.decodeMillis(stored.value(i));
      if (isAt(runs, ringId) && runs.block() == number) {
        runs.mergeInto(block);
        runs.advance();
      }
      page.add(number, block);
    }
    page.addBefore(runs, ringId, (long) end + 1, block);
    return page;
  }

  /** The runs that hold some of a ring's blocks; both numbers are inclusive. */
  private static List<SortedRun> runsOf(
      List<SortedRun> tail, long ringId, int firstBlock, int lastBlock) {
    List<SortedRun> found = new ArrayList<>();
    for (SortedRun run : tail) {
      if (run.hasBlocks(ringId, firstBlock, lastBlock)) {
        found.add(run);
      }
    }
    return found;
  }

  private static boolean isAt(RunIterator runs, long ringId) {
    return runs.isValid() && runs.ring() == ringId;
  }

  /** Adds what only the tail has, up to a block. */
  private void addBefore(RunIterator runs, long ringId, long number, SlotBlock block) {
    for (; isAt(runs, ringId) && runs.block() < number; runs.advance()) {
      block.reset();
      runs.mergeInto(block);
      add(runs.block(), block);
    }
  }

  private void add(int number, SlotBlock block) {
    int more = Integer.bitCount(block.present());
    if (size + more > ts.length) {
      grow(more);
    }
    added++;
    for (int rest = block.present(); rest != 0; rest &= rest - 1) {
      int index = Integer.numberOfTrailingZeros(rest);
      int slot = SlotBlock.slotOf(number, index);
      if (slot >= range.first() && slot <= range.last()) {
        ts[size] = block.first(index);
        sequences[size] = block.second(index);
        bits[size++] = block.third(index);
      }
    }
  }

  /** To what there will be if all blocks are as full as those so far: few are, in a sparse ring. */
  private void grow(int more) {
    long expected = size + more + (long) size * left / added;
    int length = (int) Math.max(expected, size + more + (size >> 1));
    ts = Arrays.copyOf(ts, length);
    sequences = Arrays.copyOf(sequences, length);
    bits = Arrays.copyOf(bits, length);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public long tsMillis(int i) {
    return ts[i];
  }

  @Override
  public long sequence(int i) {
    return sequences[i];
  }

  @Override
  public double value(int i) {
    return Double.longBitsToDouble(bits[i]);
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public int next() {
    return next;
  }
}
