package dev.annulus.store;

import dev.annulus.kv.KeyRange;
import java.util.Arrays;

/**
 * The keys of one ring, {@code (1, ring_id, slot)}, encoded without tuple objects because every
 * sample needs one. The slot is a non-negative tuple integer:
 *
 * <pre>
 * prefix (1, ring_id) │ 0x14 + n │ n bytes, big-endian, n = 0 for slot 0
 * </pre>
 */
final class RingKeys {
  private static final int TUPLE_ZERO = 0x14;

  private final byte[] prefix;

  RingKeys(byte[] prefix) {
    this.prefix = prefix;
  }

  byte[] slot(int slot) {
    int bytes = (Integer.SIZE - Integer.numberOfLeadingZeros(slot) + 7) / 8;
    byte[] key = Arrays.copyOf(prefix, prefix.length + 1 + bytes);
    key[prefix.length] = (byte) (TUPLE_ZERO + bytes);
    int rest = slot;
    for (int i = key.length - 1; i > prefix.length; i--) {
      key[i] = (byte) rest;
      rest >>>= 8;
    }
    return key;
  }

  /** Every slot. */
  KeyRange all() {
    return KeyRange.startingWith(prefix);
  }

  /** The keys of some slots. */
  KeyRange slots(SlotRange range) {
    return new KeyRange(slot(range.first()), KeyRange.next(slot(range.last())));
  }

  /** The slot of a key that {@link #slot} made. */
  int slotOf(byte[] key) {
    int slot = 0;
    for (int i = prefix.length + 1; i < key.length; i++) {
      slot = slot << Byte.SIZE | (key[i] & 0xFF);
    }
    return slot;
  }
}
