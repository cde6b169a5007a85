package dev.annulus.store;

/** The size of a full ring: all keys and values, before replication and compression. */
public final class RingSize {
  private static final int TUPLE_TABLE = 2;
  private static final int TYPE = 1;
  private static final int BITS = 8;

  private RingSize() {}

  /**
   * The size of a ring in bytes.
   *
   * @param ringId determines the length of its keys
   * @param slots at least 1
   * @param prefixBytes length of the key prefix
   */
  public static long bytes(long ringId, int slots, int prefixBytes) {
    long perSlot =
        (long) prefixBytes + TUPLE_TABLE + TYPE + bytesOf(ringId) + TYPE + SampleRecord.BYTES;
    long total = perSlot * slots;
    // Slot 0 needs no digits, 1 to 255 one, and so on.
    for (long first = 1; first < slots; first <<= BITS) {
      total += slots - first;
    }
    return total;
  }

  private static int bytesOf(long number) {
    return (Long.SIZE - Long.numberOfLeadingZeros(number) + BITS - 1) / BITS;
  }
}
