package dev.annulus.wire;

/**
 * Writes varints as in Protocol Buffers: seven bits per byte, the lowest first; the highest bit of
 * a byte says that another one follows. Each format reads its own, since each reports damage in its
 * own words.
 */
public final class Varints {
  /** Maximum number of bytes. */
  public static final int MAX_BYTES = 10;

  private Varints() {}

  /**
   * Writes an unsigned number.
   *
   * @return the offset after it
   * @throws ArrayIndexOutOfBoundsException if the array ends before the number; {@link #length}
   *     bytes are needed
   */
  public static int write(byte[] target, int offset, long number) {
    int at = offset;
    long rest = number;
    while ((rest & ~0x7FL) != 0) {
      target[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    target[at++] = (byte) rest;
    return at;
  }

  /** The bytes of an unsigned number. */
  public static int length(long number) {
    return Math.max(1, (70 - Long.numberOfLeadingZeros(number)) / 7);
  }

  /** Maps a signed number to an unsigned one that is small if its magnitude is. */
  public static long zigzag(long number) {
    return number << 1 ^ number >> 63;
  }

  /** The inverse of {@link #zigzag}. */
  public static long unzigzag(long number) {
    return number >>> 1 ^ -(number & 1);
  }
}
