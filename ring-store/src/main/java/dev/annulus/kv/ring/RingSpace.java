package dev.annulus.kv.ring;

import dev.annulus.kv.KeyRange;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The keys of slots: FoundationDB tuples {@code (1, ring, slot)} of non-negative integers, without
 * a key prefix.
 *
 * <pre>
 * 0x15 0x01 │ 0x14 + n │ n bytes of ring │ 0x14 + m │ m bytes of slot     big-endian, minimal length
 * </pre>
 *
 * Thread-safe.
 */
public final class RingSpace {
  /** Bytes of every slot value. */
  public static final int VALUE_BYTES = 24;

  /** Bytes of the longest key. */
  public static final int MAX_KEY_BYTES = 2 + 1 + Long.BYTES + 1 + Integer.BYTES;

  private static final byte[] BEGIN = {0x15, 0x01};
  private static final byte[] END = {0x15, 0x02};
  private static final int ZERO = 0x14;

  private RingSpace() {}

  /** All keys of slots, and invalid keys between them. */
  public static KeyRange all() {
    return new KeyRange(BEGIN.clone(), END.clone());
  }

  /** Whether a key lies in this space. */
  public static boolean contains(byte[] key) {
    return key.length >= 2 && key[0] == BEGIN[0] && key[1] == BEGIN[1];
  }

  /**
   * The ring of a key.
   *
   * @throws IllegalArgumentException if the key is not a slot key
   */
  public static long ring(byte[] key) {
    int bytes = integerAt(key, 2);
    return number(key, 3, bytes);
  }

  /**
   * The slot of a key.
   *
   * @throws IllegalArgumentException if the key is not a slot key
   */
  public static int slot(byte[] key) {
    int at = 3 + integerAt(key, 2);
    int bytes = integerAt(key, at);
    long slot = number(key, at + 1, bytes);
    if (slot > Integer.MAX_VALUE || at + 1 + bytes != key.length) {
      throw malformed(key);
    }
    return (int) slot;
  }

  /** The slot and ring of a key; fails like {@link #slot}. */
  public static RingSlot ringSlot(byte[] key) {
    return new RingSlot(ring(key), slot(key));
  }

  /**
   * Rejects a byte-max that no slot takes.
   *
   * @throws IllegalArgumentException if a key in this space is not a slot key, or its value does
   *     not have {@value #VALUE_BYTES} bytes
   */
  public static void checkByteMax(byte[] key, byte[] value) {
    if (contains(key)) {
      ring(key);
      slot(key);
      if (value.length != VALUE_BYTES) {
        throw new IllegalArgumentException(
            "a slot value must have " + VALUE_BYTES + " bytes, got " + value.length);
      }
    }
  }

  /**
   * Rejects a set on a slot.
   *
   * @throws IllegalArgumentException if the key lies in this space
   */
  public static void checkSet(byte[] key) {
    if (contains(key)) {
      throw new IllegalArgumentException("a slot supports only byte-max and clear");
    }
  }

  /** The slots whose keys lie in a range. */
  public static RingSlot.Range slots(KeyRange range) {
    return new RingSlot.Range(atOrAfter(range.begin()), atOrAfter(range.end()));
  }

  /** The key of a slot. */
  public static byte[] key(long ring, int slot) {
    byte[] key = new byte[MAX_KEY_BYTES];
    return Arrays.copyOf(key, write(ring, slot, key, 0));
  }

  /**
   * Writes the key of a slot.
   *
   * @param target with room for {@link #MAX_KEY_BYTES} from {@code at} on
   * @return bytes written
   */
  public static int write(long ring, int slot, byte[] target, int at) {
    target[at] = BEGIN[0];
    target[at + 1] = BEGIN[1];
    int end = writeInteger(ring, target, at + 2);
    return writeInteger(slot, target, end) - at;
  }

  private static int writeInteger(long number, byte[] target, int at) {
    int bytes = bytesOf(number);
    target[at] = (byte) (ZERO + bytes);
    long rest = number;
    for (int i = at + bytes; i > at; i--) {
      target[i] = (byte) rest;
      rest >>>= 8;
    }
    return at + 1 + bytes;
  }

  /** The first slot whose key is at least {@code bound}, which may be any bytes. */
  static RingSlot atOrAfter(byte[] bound) {
    if (Arrays.compareUnsigned(bound, BEGIN) <= 0) {
      return RingSlot.FIRST;
    }
    if (Arrays.compareUnsigned(bound, END) >= 0) {
      return RingSlot.END;
    }
    Bound ring = Bound.read(bound, BEGIN.length, Long.BYTES);
    if (ring.number < 0) {
      return RingSlot.END;
    }
    if (!ring.exact) {
      return new RingSlot(ring.number, 0);
    }
    if (ring.end == bound.length) {
      return new RingSlot(ring.number, 0);
    }
    Bound slot = Bound.read(bound, ring.end, Integer.BYTES);
    if (slot.number < 0 || slot.number > Integer.MAX_VALUE) {
      return new RingSlot(ring.number, 0).nextRing();
    }
    RingSlot found = new RingSlot(ring.number, (int) slot.number);
    return slot.exact && slot.end < bound.length ? found.next() : found;
  }

  /**
   * The first integer at or after the bytes of a bound.
   *
   * @param number negative if there is none
   * @param exact whether the bytes encode exactly this integer, so the bytes after it matter
   * @param end where its bytes end, if exact
   */
  private record Bound(long number, boolean exact, int end) {
    static Bound read(byte[] bound, int at, int maxBytes) {
      int bytes = (bound[at] & 0xFF) - ZERO;
      if (bytes < 0) {
        return new Bound(0, false, at);
      }
      if (bytes > maxBytes) {
        return new Bound(-1, false, at);
      }
      long number = 0;
      for (int i = 1; i <= bytes; i++) {
        number = number << 8 | (at + i < bound.length ? bound[at + i] & 0xFF : 0);
      }
      if (bytes == Long.BYTES && number < 0) {
        return new Bound(-1, false, at);
      }
      // Leading zeros: not a minimal encoding, so the next number is the first of this length.
      long least = bytes == 0 ? 0 : 1L << (8 * (bytes - 1));
      if (number < least) {
        return new Bound(least, false, at);
      }
      return new Bound(number, at + bytes < bound.length, at + 1 + bytes);
    }
  }

  private static int integerAt(byte[] key, int at) {
    int bytes = at < key.length ? (key[at] & 0xFF) - ZERO : -1;
    if (bytes < 0 || bytes > Long.BYTES || at + bytes >= key.length) {
      throw malformed(key);
    }
    return bytes;
  }

  private static long number(byte[] key, int at, int bytes) {
    long number = 0;
    for (int i = 0; i < bytes; i++) {
      number = number << 8 | (key[at + i] & 0xFF);
    }
    if (bytesOf(number) != bytes || number < 0) {
      throw malformed(key);
    }
    return number;
  }

  private static int bytesOf(long number) {
    return (Long.SIZE - Long.numberOfLeadingZeros(number) + 7) / 8;
  }

  private static IllegalArgumentException malformed(byte[] key) {
    return new IllegalArgumentException(
        "not a slot key, (1, ring, slot): " + HexFormat.of().formatHex(key));
  }
}
