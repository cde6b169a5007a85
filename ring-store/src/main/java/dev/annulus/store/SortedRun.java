package dev.annulus.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A sorted run: the slots written by one or several commits, as encoded blocks sorted by ring and
 * block in one array, with an index. Immutable and safe to share; clearing makes another run over
 * the same array.
 */
final class SortedRun {
  /** Index bytes per block, beside its encoded form. */
  private static final int INDEX_BYTES = Long.BYTES + 2 * Integer.BYTES;

  private final byte[] bytes;
  private final long[] rings;
  private final int[] blocks;
  private final int[] starts;
  private final int size;
  private final int slots;
  private final ClearedSlots cleared;

  private SortedRun(Builder builder) {
    this.bytes = builder.bytes;
    this.rings = builder.rings;
    this.blocks = builder.blocks;
    this.starts = builder.starts;
    this.size = builder.size;
    this.slots = builder.slots;
    this.cleared = ClearedSlots.NONE;
  }

  private SortedRun(SortedRun run, ClearedSlots cleared) {
    this.bytes = run.bytes;
    this.rings = run.rings;
    this.blocks = run.blocks;
    this.starts = run.starts;
    this.size = run.size;
    this.slots = run.slots;
    this.cleared = cleared;
  }

  /** Number of slots, cleared ones included. */
  int slots() {
    return slots;
  }

  /** Approximate memory in bytes. */
  long memoryBytes() {
    return bytes.length + (long) size * INDEX_BYTES;
  }

  /** This run without the slots of some ranges; itself if none of its blocks overlap. */
  SortedRun without(List<RingSlot.Range> ranges) {
    List<RingSlot.Range> here = new ArrayList<>();
    for (RingSlot.Range range : ranges) {
      int first = indexOf(range.from().ring(), SlotBlock.blockOf(range.from().slot()));
      if (first < size && range.overlaps(rings[first], blocks[first])) {
        here.add(range);
      }
    }
    return here.isEmpty() ? this : new SortedRun(this, cleared.and(here));
  }

  /** Merges several runs into one. */
  static SortedRun merged(List<SortedRun> runs) {
    Builder builder = new Builder();
    SlotBlock block = new SlotBlock();
    for (RunIterator iterator = RunIterator.up(runs, RingSlot.FIRST);
        iterator.isValid();
        iterator.advance()) {
      block.reset();
      iterator.mergeInto(block);
      if (block.present() != 0) {
        builder.add(iterator.ring(), iterator.block(), block);
      }
    }
    return builder.build();
  }

  /** Whether some block of a ring is between two numbers, both inclusive. */
  boolean hasBlocks(long ring, int firstBlock, int lastBlock) {
    int i = indexOf(ring, firstBlock);
    return i < size && rings[i] == ring && blocks[i] <= lastBlock;
  }

  /** Number of blocks. */
  int size() {
    return size;
  }

  long ring(int i) {
    return rings[i];
  }

  int block(int i) {
    return blocks[i];
  }

  /** Index of the first entry at or after a block. */
  int indexOf(long ring, int block) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      boolean before = rings[middle] != ring ? rings[middle] < ring : blocks[middle] < block;
      if (before) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Merges an entry into a block. */
  void mergeInto(int i, SlotBlock target, SlotBlock scratch) {
    int mask = ~cleared.maskOf(rings[i], blocks[i]);
    if (target.present() == 0) {
      target.decode(bytes, starts[i]);
      target.retain(mask);
    } else {
      scratch.decode(bytes, starts[i]);
      target.merge(scratch, mask);
    }
  }

  /** Collects blocks in ascending order. */
  static final class Builder {
    private byte[] bytes = new byte[4096];
    private long[] rings = new long[64];
    private int[] blocks = new int[64];
    private int[] starts = new int[64];
    private int size;
    private int slots;
    private int end;

    /** Appends a copy of a non-empty block, which must follow the previous one. */
    void add(long ring, int number, SlotBlock block) {
      if (bytes.length - end < SlotBlock.MAX_BYTES) {
        bytes = Arrays.copyOf(bytes, 2 * bytes.length);
      }
      if (size == rings.length) {
        rings = Arrays.copyOf(rings, 2 * size);
        blocks = Arrays.copyOf(blocks, 2 * size);
        starts = Arrays.copyOf(starts, 2 * size);
      }
      rings[size] = ring;
      blocks[size] = number;
      starts[size++] = end;
      end = block.encode(bytes, end);
      slots += Integer.bitCount(block.present());
    }

    /** The collected run; use each builder once. */
    SortedRun build() {
      bytes = Arrays.copyOf(bytes, end);
      rings = Arrays.copyOf(rings, size);
      blocks = Arrays.copyOf(blocks, size);
      starts = Arrays.copyOf(starts, size);
      return new SortedRun(this);
    }
  }
}
