package dev.annulus.kv.ring;

import dev.annulus.kv.StoreException;
import dev.annulus.kv.StoreException.Kind;
import dev.annulus.kv.buffer.WriteBuffer;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What one commit does to rings: first it clears ranges, then it raises slots. Immutable.
 *
 * <pre>
 * format (1) │ clears (4) │ (ring (8) │ slot (4)) × 2 for each │ blocks (4)
 *            │ (ring (8) │ block (4) │ length (2) │ encoded block) for each        big-endian
 * </pre>
 */
public final class RingChanges {
  private static final byte FORMAT = 1;
  private static final int PLACE_BYTES = Long.BYTES + Integer.BYTES;
  private static final int BLOCK_HEAD_BYTES = Long.BYTES + Integer.BYTES + Short.BYTES;

  private final List<RingPlace.Range> cleared;
  private final Run run;

  private RingChanges(List<RingPlace.Range> cleared, Run run) {
    this.cleared = cleared;
    this.run = run;
  }

  /** The part of a transaction's writes that concerns rings. */
  public static RingChanges of(WriteBuffer writes) {
    Collector collector = new Collector(writes.mutations().size());
    writes.mutations().forEach(collector::add);
    return collector.finish();
  }

  /** Whether there is none. */
  public boolean isEmpty() {
    return cleared.isEmpty() && run.slots() == 0;
  }

  /** What is cleared; it was written by other commits. */
  public List<RingPlace.Range> cleared() {
    return cleared;
  }

  /** The slots raised after that. */
  public Run run() {
    return run;
  }

  /** The encoded form. */
  public byte[] encode() {
    int length = 1 + 4 + cleared.size() * 2 * PLACE_BYTES + 4;
    ByteBuffer out =
        ByteBuffer.allocate(length + run.size() * BLOCK_HEAD_BYTES + run.encodedBytes());
    out.put(FORMAT).putInt(cleared.size());
    for (RingPlace.Range range : cleared) {
      out.putLong(range.from().ring()).putInt(range.from().slot());
      out.putLong(range.to().ring()).putInt(range.to().slot());
    }
    out.putInt(run.size());
    run.writeTo(out);
    return out.array();
  }

  /**
   * Reads an encoded form.
   *
   * @throws StoreException {@code CORRUPT} if it is none
   */
  public static RingChanges decode(byte[] encoded) {
    ByteBuffer in = ByteBuffer.wrap(encoded);
    try {
      byte format = in.get();
      if (format != FORMAT) {
        throw new StoreException(Kind.CORRUPT, "ring changes have the unknown format " + format);
      }
      List<RingPlace.Range> cleared = new ArrayList<>();
      for (int rest = in.getInt(); rest > 0; rest--) {
        cleared.add(
            new RingPlace.Range(
                new RingPlace(in.getLong(), in.getInt()),
                new RingPlace(in.getLong(), in.getInt())));
      }
      return new RingChanges(cleared, Run.readFrom(encoded, in));
    } catch (BufferUnderflowException e) {
      throw new StoreException(Kind.CORRUPT, "ring changes are cut off", e);
    }
  }

  /** Gathers writes in the order they were made. */
  private static final class Collector {
    private final List<RingPlace.Range> cleared = new ArrayList<>();
    private long[] rings;
    private int[] slots;
    private byte[][] values;
    private int size;
    private boolean sorted = true;

    Collector(int expected) {
      rings = new long[expected];
      slots = new int[expected];
      values = new byte[expected][];
    }

    void add(WriteBuffer.Mutation mutation) {
      if (mutation instanceof WriteBuffer.ByteMax max) {
        if (RingSpace.contains(max.key())) {
          raise(RingSpace.ring(max.key()), RingSpace.slot(max.key()), max.value());
        }
      } else if (mutation instanceof WriteBuffer.Clear clear) {
        if (RingSpace.contains(clear.key())) {
          RingPlace place = RingSpace.place(clear.key());
          clear(new RingPlace.Range(place, place.next()));
        }
      } else if (mutation instanceof WriteBuffer.ClearRange clear) {
        clear(RingSpace.places(clear.range()));
      }
    }

    private void raise(long ring, int slot, byte[] value) {
      if (size > 0) {
        long before = rings[size - 1];
        sorted &= before != ring ? before < ring : slots[size - 1] <= slot;
      }
      rings[size] = ring;
      slots[size] = slot;
      values[size++] = value;
    }

    private void clear(RingPlace.Range range) {
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

    RingChanges finish() {
      if (!sorted) {
        sort();
      }
      Run.Builder builder = new Run.Builder();
      SlotBlock block = new SlotBlock();
      for (int i = 0; i < size; i++) {
        int number = SlotBlock.blockOf(slots[i]);
        block.raise(SlotBlock.placeOf(slots[i]), values[i]);
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
