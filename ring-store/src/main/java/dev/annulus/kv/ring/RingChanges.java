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
 * What one commit does to rings: first it clears ranges, then it raises slots. Immutable.
 *
 * <pre>
 * format │ clears │ (ring │ slot, inclusive │ ring │ slot, exclusive) for each
 *        │ blocks │ (ring, minus that of the block before │ block │ encoded) for each
 * </pre>
 *
 * <p>Numbers are varints of Protocol Buffers; a block is encoded as {@link SlotBlock} says.
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

  /** Whether there is none. */
  public boolean isEmpty() {
    return cleared.isEmpty() && run.slots() == 0;
  }

  /** What is cleared; it was written by other commits. */
  public List<RingSlot.Range> cleared() {
    return cleared;
  }

  /** The slots raised after that. */
  public SortedRun run() {
    return run;
  }

  /** The encoded form. */
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
      throw new UncheckedIOException("an array was too small", e);
    }
  }

  /**
   * Reads an encoded form.
   *
   * @throws StoreException {@code CORRUPT} if it is none
   */
  public static RingChanges decode(byte[] encoded) {
    CodedInputStream in = CodedInputStream.newInstance(encoded);
    try {
      int format = in.readUInt32();
      if (format != FORMAT) {
        throw new StoreException(Kind.CORRUPT, "ring changes have the unknown format " + format);
      }
      List<RingSlot.Range> cleared = new ArrayList<>();
      for (int rest = in.readUInt32(); rest > 0; rest--) {
        cleared.add(new RingSlot.Range(readSlot(in), readSlot(in)));
      }
      return new RingChanges(cleared, SortedRun.readFrom(in, encoded));
    } catch (IOException e) {
      throw new StoreException(Kind.CORRUPT, "ring changes are cut off", e);
    }
  }

  private static void write(RingSlot slot, CodedOutputStream out) throws IOException {
    out.writeUInt64NoTag(slot.ring());
    out.writeUInt32NoTag(slot.slot());
  }

  private static RingSlot readSlot(CodedInputStream in) throws IOException {
    return new RingSlot(in.readUInt64(), in.readUInt32());
  }

  /** Gathers changes in the order they were made. Not thread-safe. */
  public static final class Builder {
    private final List<RingSlot.Range> cleared = new ArrayList<>();
    private long[] rings;
    private int[] slots;
    private byte[][] values;
    private int size;
    private boolean sorted = true;

    /**
     * @param most raises there can be
     */
    public Builder(int most) {
      rings = new long[most];
      slots = new int[most];
      values = new byte[most][];
    }

    /** Raises a slot to a value of {@link RingSpace#VALUE_BYTES} bytes, which is not copied. */
    public void merge(long ring, int slot, byte[] value) {
      if (size > 0) {
        long before = rings[size - 1];
        sorted &= before != ring ? before < ring : slots[size - 1] <= slot;
      }
      rings[size] = ring;
      slots[size] = slot;
      values[size++] = value;
    }

    /** Clears a range, what this has raised so far included. */
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

    /** The changes; use each builder once. */
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
