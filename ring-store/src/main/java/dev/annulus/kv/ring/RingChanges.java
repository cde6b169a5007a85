package dev.annulus.kv.ring;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import dev.annulus.kv.StoreException;
import dev.annulus.kv.StoreException.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The changes that one commit makes to rings: cleared ranges first, then written slots. The value
 * of a journal entry. Immutable.
 *
 * <pre>
 * format │ clears │ (ring │ slot, inclusive │ ring │ slot, exclusive) for each
 *        │ blocks │ (ring, as a delta │ block │ encoded block) for each
 * </pre>
 *
 * <p>Numbers are Protocol Buffers varints; {@link SlotBlock} defines the encoding of a block.
 */
public final class RingChanges {
  private static final int FORMAT = 1;
  private static final int MAX_RANGE_BYTES = 2 * (10 + 5);

  private final List<RingSlot.Range> cleared;
  private final SortedRun run;

  private RingChanges(List<RingSlot.Range> cleared, SortedRun run) {
    this.cleared = cleared;
    this.run = run;
  }

  /** Whether there are no changes. */
  public boolean isEmpty() {
    return cleared.isEmpty() && run.slots() == 0;
  }

  /** The cleared ranges, which earlier commits wrote. */
  public List<RingSlot.Range> cleared() {
    return cleared;
  }

  /** The slots written after the clears. */
  public SortedRun run() {
    return run;
  }

  /** Encodes the changes. */
  public byte[] encode() {
    byte[] encoded = new byte[10 + cleared.size() * MAX_RANGE_BYTES + run.maxWrittenBytes()];
    CodedOutputStream out = CodedOutputStream.newInstance(encoded);
    try {
      out.writeUInt32NoTag(FORMAT);
      out.writeUInt32NoTag(cleared.size());
      for (RingSlot.Range range : cleared) {
        write(range.from(), out);
        write(range.to(), out);
      }
      run.writeTo(out);
      return Arrays.copyOf(encoded, out.getTotalBytesWritten());
    } catch (IOException e) {
      throw new UncheckedIOException("the encode buffer was too small", e);
    }
  }

  /**
   * Decodes what {@link #encode} wrote.
   *
   * @throws StoreException {@code CORRUPT} if the bytes are not an encoded form
   */
  public static RingChanges decode(byte[] encoded) {
    CodedInputStream in = CodedInputStream.newInstance(encoded);
    try {
      int format = in.readUInt32();
      if (format != FORMAT) {
        throw new StoreException(Kind.CORRUPT, "a journal entry has the unknown format " + format);
      }
      List<RingSlot.Range> cleared = new ArrayList<>();
      for (int rest = in.readUInt32(); rest > 0; rest--) {
        cleared.add(new RingSlot.Range(readSlot(in), readSlot(in)));
      }
      return new RingChanges(cleared, SortedRun.readFrom(in, encoded));
    } catch (IOException e) {
      throw new StoreException(Kind.CORRUPT, "a journal entry is truncated", e);
    }
  }

  private static void write(RingSlot slot, CodedOutputStream out) throws IOException {
    out.writeUInt64NoTag(slot.ring());
    out.writeUInt32NoTag(slot.slot());
  }

  private static RingSlot readSlot(CodedInputStream in) throws IOException {
    return new RingSlot(in.readUInt64(), in.readUInt32());
  }

  /** Collects changes in commit order. Not thread-safe. */
  public static final class Builder {
    private final List<RingSlot.Range> cleared = new ArrayList<>();
    private long[] rings;
    private int[] slots;
    private byte[][] values;
    private int size;
    private boolean sorted = true;

    /**
     * @param most maximum number of written slots
     */
    public Builder(int most) {
      rings = new long[most];
      slots = new int[most];
      values = new byte[most][];
    }

    /** Merges a value of {@link RingSpace#VALUE_BYTES} bytes, not copied, into a slot. */
    public void merge(long ring, int slot, byte[] value) {
      if (size > 0) {
        long before = rings[size - 1];
        sorted &= before != ring ? before < ring : slots[size - 1] <= slot;
      }
      rings[size] = ring;
      slots[size] = slot;
      values[size++] = value;
    }

    /** Clears a range, including slots written so far. */
    public void clear(RingSlot.Range range) {
      if (range.isEmpty()) {
        return;
      }
      cleared.add(range);
      int kept = 0;
      for (int i = 0; i < size; i++) {
        if (!range.contains(rings[i], slots[i])) {
          rings[kept] = rings[i];
          slots[kept] = slots[i];
          values[kept++] = values[i];
        }
      }
      size = kept;
    }

    /** The collected changes; use each builder once. */
    public RingChanges build() {
      if (!sorted) {
        sort();
      }
      SortedRun.Builder builder = new SortedRun.Builder();
      SlotBlock block = new SlotBlock();
      for (int i = 0; i < size; i++) {
        int number = SlotBlock.blockOf(slots[i]);
        block.merge(SlotBlock.indexOf(slots[i]), values[i]);
        if (i + 1 == size
            || rings[i + 1] != rings[i]
            || SlotBlock.blockOf(slots[i + 1]) != number) {
          builder.add(rings[i], number, block);
          block.reset();
        }
      }
      return new RingChanges(List.copyOf(cleared), builder.build());
    }

    private void sort() {
      int[] order =
          IntStream.range(0, size)
              .boxed()
              .sorted(
                  Comparator.<Integer>comparingLong(i -> rings[i]).thenComparingInt(i -> slots[i]))
              .mapToInt(i -> i)
              .toArray();
      rings = Arrays.stream(order).mapToLong(i -> rings[i]).toArray();
      slots = Arrays.stream(order).map(i -> slots[i]).toArray();
      values = Arrays.stream(order).mapToObj(i -> values[i]).toArray(byte[][]::new);
    }
  }
}
