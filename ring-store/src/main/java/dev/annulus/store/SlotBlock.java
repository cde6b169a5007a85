package dev.annulus.store;

import static dev.annulus.wire.Varints.unzigzag;
import static dev.annulus.wire.Varints.zigzag;

import dev.annulus.kv.StoreException;
import dev.annulus.kv.StoreException.Kind;
import dev.annulus.wire.Varints;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * {@value #SLOTS} neighbouring slots of a ring. A value is three unsigned 8-byte numbers, which
 * compare like its bytes: a sample's ts, sequence and value bits.
 *
 * <p>Encoded in columns, because neighbouring slots resemble each other:
 *
 * <pre>
 * index of the only slot (1), or 0x20 for all slots (1), or 0x21 and a bitmap (1 + 4)
 *   │ first numbers: delta of deltas, zigzag varints
 *   │ second numbers: deltas, zigzag varints
 *   │ third numbers: XOR with the one before, as
 *   │   trailing zero bytes × 16 + other bytes │ those bytes
 * </pre>
 *
 * <p>After Pelkonen et al., "Gorilla: A Fast, Scalable, In-Memory Time Series Database", 2015, but
 * byte-aligned for speed. Not thread-safe.
 */
final class SlotBlock {
  /** Slots in a block. */
  static final int SLOTS = 32;

  /** Upper bound of an encoded block in bytes. */
  static final int MAX_BYTES = 5 + SLOTS * (10 + 10 + 9);

  private static final int ALL = SLOTS;
  private static final int SOME = SLOTS + 1;

  private static final int SHIFT = 5;

  /** Added to the first byte where the first numbers are milliseconds, not seconds. */
  private static final int MILLIS = 0x40;

  private static final long PER_SECOND = 1_000;
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final long[] first = new long[SLOTS];
  private final long[] second = new long[SLOTS];
  private final long[] third = new long[SLOTS];
  private int present;
  private int at;

  /** The number of the block that a slot lies in. */
  static int blockOf(int slot) {
    return slot >>> SHIFT;
  }

  /** The index of a slot in its block. */
  static int indexOf(int slot) {
    return slot & (SLOTS - 1);
  }

  /** The slot at an index of a block. */
  static int slotOf(int block, int index) {
    return block << SHIFT | index;
  }

  /** Bitmap of the occupied slots; the lowest bit is the first slot. */
  int present() {
    return present;
  }

  /** Empties the block. */
  void reset() {
    present = 0;
  }

  /** Keeps only the slots of a bitmap. */
  void retain(int mask) {
    present &= mask;
  }

  /** Merges the slots of another block that {@code mask} selects. */
  void merge(SlotBlock other, int mask) {
    for (int rest = other.present & mask; rest != 0; rest &= rest - 1) {
      int index = Integer.numberOfTrailingZeros(rest);
      merge(index, other.first[index], other.second[index], other.third[index]);
    }
  }

  /** Keeps the larger of a slot's value and this one. */
  void merge(int index, long a, long b, long c) {
    int bit = 1 << index;
    if ((present & bit) != 0 && compare(index, a, b, c) >= 0) {
      return;
    }
    present |= bit;
    first[index] = a;
    second[index] = b;
    third[index] = c;
  }

  /** The first number of an occupied slot. */
  long first(int index) {
    return first[index];
  }

  /** The second number of an occupied slot. */
  long second(int index) {
    return second[index];
  }

  /** The third number of an occupied slot. */
  long third(int index) {
    return third[index];
  }

  private int compare(int index, long a, long b, long c) {
    if (first[index] != a) {
      return Long.compareUnsigned(first[index], a);
    }
    return second[index] != b
        ? Long.compareUnsigned(second[index], b)
        : Long.compareUnsigned(third[index], c);
  }

  /**
   * Encodes the block, which must not be empty.
   *
   * @param target with room for {@link #MAX_BYTES} from {@code offset} on
   * @return the end offset
   */
  int encode(byte[] target, int offset) {
    at = offset;
    writePresent(target);
    long last = first[Integer.numberOfTrailingZeros(present)];
    long lastStep = 0;
    writeVarint(target, zigzag(last));
    for (int rest = present & (present - 1); rest != 0; rest &= rest - 1) {
      long number = first[Integer.numberOfTrailingZeros(rest)];
      long step = number - last;
      writeVarint(target, zigzag(step - lastStep));
      last = number;
      lastStep = step;
    }
    last = 0;
    for (int rest = present; rest != 0; rest &= rest - 1) {
      long number = second[Integer.numberOfTrailingZeros(rest)];
      writeVarint(target, zigzag(number - last));
      last = number;
    }
    last = 0;
    for (int rest = present; rest != 0; rest &= rest - 1) {
      long number = third[Integer.numberOfTrailingZeros(rest)];
      writeBytes(target, number ^ last);
      last = number;
    }
    return at;
  }

  /**
   * Encodes the block, whose first numbers are milliseconds: in seconds if all are whole ones, with
   * the bytes that {@link #encode} writes for seconds; otherwise as they are, marked by {@value
   * #MILLIS} in the first byte.
   *
   * @return the end offset
   */
  int encodeMillis(byte[] target, int offset) {
    for (int rest = present; rest != 0; rest &= rest - 1) {
      if (first[Integer.numberOfTrailingZeros(rest)] % PER_SECOND != 0) {
        int end = encode(target, offset);
        target[offset] |= MILLIS;
        return end;
      }
    }
    for (int rest = present; rest != 0; rest &= rest - 1) {
      first[Integer.numberOfTrailingZeros(rest)] /= PER_SECOND;
    }
    int end = encode(target, offset);
    secondsToMillis();
    return end;
  }

  /**
   * Replaces the contents with what {@link #encodeMillis} wrote, which must have exactly this
   * length.
   *
   * @throws StoreException {@code CORRUPT} if the bytes are not such a block
   */
  void decodeMillis(byte[] source) {
    boolean millis = source.length > 0 && (source[0] & MILLIS) != 0;
    decode(source, 0, source.length, millis ? MILLIS : 0);
    if (!millis) {
      secondsToMillis();
    }
  }

  /** Turns first numbers that are seconds into milliseconds. */
  void secondsToMillis() {
    for (int rest = present; rest != 0; rest &= rest - 1) {
      first[Integer.numberOfTrailingZeros(rest)] *= PER_SECOND;
    }
  }

  /**
   * Replaces the contents with an encoded block.
   *
   * @return the end offset
   * @throws StoreException {@code CORRUPT} if the bytes are not an encoded block
   */
  int decode(byte[] source, int offset) {
    return decodeMarked(source, offset, 0);
  }

  /** Decodes a block that must have exactly this length. */
  void decode(byte[] source, int offset, int length) {
    decode(source, offset, length, 0);
  }

  private void decode(byte[] source, int offset, int length, int mark) {
    int end = decodeMarked(source, offset, mark);
    if (end != offset + length) {
      throw new StoreException(
          Kind.CORRUPT,
          "a block has %d bytes, but its contents need %d".formatted(length, end - offset));
    }
  }

  /**
   * @param mark what is added to the first byte
   */
  private int decodeMarked(byte[] source, int offset, int mark) {
    at = offset;
    try {
      decodeColumns(source, mark);
    } catch (IndexOutOfBoundsException e) {
      throw new StoreException(Kind.CORRUPT, "a block is truncated", e);
    }
    return at;
  }

  private void decodeColumns(byte[] source, int mark) {
    present = readPresent(source, mark);
    readVarints(source, first);
    int start = Integer.numberOfTrailingZeros(present);
    long last = first[start];
    long lastStep = 0;
    for (int rest = present & (present - 1); rest != 0; rest &= rest - 1) {
      int index = Integer.numberOfTrailingZeros(rest);
      lastStep += first[index];
      last += lastStep;
      first[index] = last;
    }
    readVarints(source, second);
    last = 0;
    for (int rest = present; rest != 0; rest &= rest - 1) {
      int index = Integer.numberOfTrailingZeros(rest);
      last += second[index];
      second[index] = last;
    }
    readBytes(source);
  }

  private void writePresent(byte[] target) {
    if ((present & (present - 1)) == 0) {
      target[at++] = (byte) Integer.numberOfTrailingZeros(present);
    } else if (present == -1) {
      target[at++] = ALL;
    } else {
      target[at] = SOME;
      INT.set(target, at + 1, present);
      at += 5;
    }
  }

  private int readPresent(byte[] source, int mark) {
    int head = source[at++] ^ mark;
    if (head >= 0 && head < SLOTS) {
      return 1 << head;
    }
    if (head == ALL) {
      return -1;
    }
    int some = (int) INT.get(source, at);
    if (head != SOME || some == 0) {
      throw new StoreException(Kind.CORRUPT, "a block starts with the unknown byte " + head);
    }
    at += 4;
    return some;
  }

  private void writeBytes(byte[] target, long number) {
    if (number == 0) {
      target[at++] = 0;
      return;
    }
    int behind = Long.numberOfTrailingZeros(number) >>> 3;
    int bytes = 8 - (Long.numberOfLeadingZeros(number) >>> 3) - behind;
    target[at++] = (byte) (behind << 4 | bytes);
    long rest = number >>> (8 * behind);
    for (int i = at + bytes - 1; i >= at; i--) {
      target[i] = (byte) rest;
      rest >>>= 8;
    }
    at += bytes;
  }

  /** Reads the third numbers. The offset is local: as a field it would be stored at each step. */
  private void readBytes(byte[] source) {
    int from = at;
    long last = 0;
    for (int rest = present; rest != 0; rest &= rest - 1) {
      int head = source[from++];
      int bytes = head & 0xF;
      long number = 0;
      if (bytes <= Long.BYTES && from + Long.BYTES <= source.length) {
        int half = Integer.SIZE - Byte.SIZE / 2 * bytes; // a shift by 64 would be none
        number = (long) LONG.get(source, from) >>> half >>> half;
      } else {
        for (int i = from; i < from + bytes; i++) {
          number = number << 8 | (source[i] & 0xFF);
        }
      }
      from += bytes;
      last ^= number << (8 * (head >>> 4 & 7));
      third[Integer.numberOfTrailingZeros(rest)] = last;
    }
    at = from;
  }

  private void writeVarint(byte[] target, long number) {
    at = Varints.write(target, at, number);
  }

  /** Reads a zigzag varint for each occupied slot. */
  private void readVarints(byte[] source, long[] numbers) {
    int from = at;
    for (int rest = present; rest != 0; rest &= rest - 1) {
      long number = source[from++];
      if (number < 0) {
        number &= 0x7F;
        byte next;
        int shift = 7;
        do {
          next = source[from++];
          number |= (next & 0x7FL) << shift;
          shift += 7;
        } while (next < 0);
      }
      numbers[Integer.numberOfTrailingZeros(rest)] = unzigzag(number);
    }
    at = from;
  }
}
