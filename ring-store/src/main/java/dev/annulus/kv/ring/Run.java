package dev.annulus.kv.ring;

import dev.annulus.kv.StoreException;
import dev.annulus.kv.StoreException.Kind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Slots written by one or several commits, sorted by ring and block, as encoded blocks in one array
 * with an index over them. Immutable and safe to share; clearing makes another run over the same
 * array.
 */
public final class Run {
  /** Bytes of memory for each block beside its encoded form. */
  private static final int INDEX_BYTES = Long.BYTES + 3 * Integer.BYTES;

  private final byte[] bytes;
  private final long[] rings;
  private final int[] blocks;
  private final int[] starts;
  private final int[] lengths;
  private final int size;
  private final int slots;
  private final ClearedPlaces cleared;

  private Run(Builder builder) {
    this.bytes = builder.bytes;
    this.rings = builder.rings;
    this.blocks = builder.blocks;
    this.starts = builder.starts;
    this.lengths = builder.lengths;
    this.size = builder.size;
    this.slots = builder.slots;
    this.cleared = ClearedPlaces.NONE;
  }

  private Run(Run run, ClearedPlaces cleared) {
    this.bytes = run.bytes;
    this.rings = run.rings;
    this.blocks = run.blocks;
    this.starts = run.starts;
    this.lengths = run.lengths;
    this.size = run.size;
    this.slots = run.slots;
    this.cleared = cleared;
  }

  /** Slots in it, cleared ones among them. */
  public int slots() {
    return slots;
  }

  /** Roughly the bytes of memory it takes. */
  public long memoryBytes() {
    return bytes.length + (long) size * INDEX_BYTES;
  }

  /** Roughly the bytes of the blocks in a range. */
  public long bytesIn(RingPlace.Range range) {
    int from = indexOf(range.from().ring(), SlotBlock.blockOf(range.from().slot()));
    int to = indexOf(range.to().ring(), SlotBlock.blockOf(range.to().slot()));
    long sum = 0;
    for (int i = from; i < to; i++) {
      sum += lengths[i];
    }
    return sum;
  }

  /** The same without the places of some ranges; itself if it has none there. */
  public Run without(List<RingPlace.Range> ranges) {
    List<RingPlace.Range> here = new ArrayList<>();
    for (RingPlace.Range range : ranges) {
      int first = indexOf(range.from().ring(), SlotBlock.blockOf(range.from().slot()));
      if (first < size && range.overlaps(rings[first], blocks[first])) {
        here.add(range);
      }
    }
    return here.isEmpty() ? this : new Run(this, cleared.and(here));
  }

  /** All slots of several runs in one. */
  public static Run merged(List<Run> runs) {
    Builder builder = new Builder();
    SlotBlock block = new SlotBlock();
    for (RunWalk walk = RunWalk.up(runs, RingPlace.FIRST); walk.isValid(); walk.advance()) {
      block.reset();
      walk.raise(block);
      if (block.present() != 0) {
        builder.add(walk.ring(), walk.block(), block);
      }
    }
    return builder.build();
  }

  /** How many blocks. */
  int size() {
    return size;
  }

  /** Bytes of all encoded blocks. */
  int encodedBytes() {
    int sum = 0;
    for (int i = 0; i < size; i++) {
      sum += lengths[i];
    }
    return sum;
  }

  /** Writes each block as {@link RingChanges} describes; clears do not count. */
  void writeTo(ByteBuffer out) {
    for (int i = 0; i < size; i++) {
      out.putLong(rings[i]).putInt(blocks[i]).putShort((short) lengths[i]);
      out.put(bytes, starts[i], lengths[i]);
    }
  }

  /**
   * Reads their number and the blocks that {@link #writeTo} wrote.
   *
   * @param array behind {@code in} from its first byte on; kept
   */
  static Run readFrom(byte[] array, ByteBuffer in) {
    Builder builder = new Builder();
    builder.bytes = array;
    for (int rest = in.getInt(); rest > 0; rest--) {
      long ring = in.getLong();
      int block = in.getInt();
      int length = in.getShort();
      int start = in.position();
      if (length < Integer.BYTES || length > in.remaining()) {
        throw new StoreException(Kind.CORRUPT, "a block of slots is cut off");
      }
      builder.index(ring, block, start, length, Integer.bitCount(in.getInt(start)));
      in.position(start + length);
    }
    builder.end = in.limit();
    return builder.build();
  }

  long ring(int i) {
    return rings[i];
  }

  int block(int i) {
    return blocks[i];
  }

  /** The first entry at or after a block. */
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

  /** Raises a block by an entry. */
  void raise(int i, SlotBlock target, SlotBlock scratch) {
    int mask = ~cleared.maskOf(rings[i], blocks[i]);
    if (target.present() == 0) {
      target.decode(bytes, starts[i], lengths[i]);
      target.retain(mask);
    } else {
      scratch.decode(bytes, starts[i], lengths[i]);
      target.raise(scratch, mask);
    }
  }

  /** Collects blocks in order. */
  static final class Builder {
    private byte[] bytes = new byte[4096];
    private long[] rings = new long[64];
    private int[] blocks = new int[64];
    private int[] starts = new int[64];
    private int[] lengths = new int[64];
    private int size;
    private int slots;
    private int end;

    /** Copies a block; it must come after those before. */
    void add(long ring, int number, SlotBlock block) {
      room(SlotBlock.MAX_BYTES);
      int start = end;
      end = block.encode(bytes, start);
      index(ring, number, start, end - start, Integer.bitCount(block.present()));
    }

    private void room(int more) {
      if (bytes.length - end < more) {
        bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, end + more));
      }
    }

    private void index(long ring, int number, int start, int length, int count) {
      if (size == rings.length) {
        rings = Arrays.copyOf(rings, 2 * size);
        blocks = Arrays.copyOf(blocks, 2 * size);
        starts = Arrays.copyOf(starts, 2 * size);
        lengths = Arrays.copyOf(lengths, 2 * size);
      }
      rings[size] = ring;
      blocks[size] = number;
      starts[size] = start;
      lengths[size] = length;
      size++;
      slots += count;
    }

    Run build() {
      bytes = Arrays.copyOf(bytes, end);
      rings = Arrays.copyOf(rings, size);
      blocks = Arrays.copyOf(blocks, size);
      starts = Arrays.copyOf(starts, size);
      lengths = Arrays.copyOf(lengths, size);
      return new Run(this);
    }
  }
}
