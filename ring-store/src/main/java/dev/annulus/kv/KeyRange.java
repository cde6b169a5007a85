package dev.annulus.kv;

import java.util.Arrays;

/**
 * Keys from {@code begin} (inclusive) to {@code end} (exclusive), compared as unsigned bytes. Empty
 * if {@code begin >= end}.
 *
 * @param begin not copied; must not change
 * @param end not copied; must not change
 */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
public record KeyRange(byte[] begin, byte[] end) {

  /**
   * All keys that start with a prefix.
   *
   * @throws IllegalArgumentException if the prefix is empty or all {@code 0xFF}
   */
  public static KeyRange startingWith(byte[] prefix) {
    return new KeyRange(prefix, after(prefix));
  }

  /** This range without the keys up to and including {@code key}. */
  public KeyRange beyond(byte[] key) {
    return new KeyRange(next(key), end);
  }

  /** This range without the keys from {@code key} on. */
  public KeyRange before(byte[] key) {
    return new KeyRange(begin, key);
  }

  /** Whether a key lies inside. */
  public boolean contains(byte[] key) {
    return Arrays.compareUnsigned(begin, key) <= 0 && Arrays.compareUnsigned(key, end) < 0;
  }

  /** Whether no key lies inside. */
  public boolean isEmpty() {
    return Arrays.compareUnsigned(begin, end) >= 0;
  }

  /** The smallest key larger than {@code key}. */
  public static byte[] next(byte[] key) {
    return Arrays.copyOf(key, key.length + 1);
  }

  private static byte[] after(byte[] prefix) {
    int last = prefix.length - 1;
    while (last >= 0 && prefix[last] == (byte) 0xFF) {
      last--;
    }
    if (last < 0) {
      throw new IllegalArgumentException(
          "a prefix must not be empty or all 0xFF: no key follows it");
    }
    byte[] end = Arrays.copyOf(prefix, last + 1);
    end[last]++;
    return end;
  }
}
