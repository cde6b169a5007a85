package dev.annulus.store;

import java.nio.charset.StandardCharsets;

/**
 * Reads elements of FoundationDB tuples where they stand in a key. Decoding a whole tuple costs ten
 * times as much, and scans of an index decode hundreds of thousands of keys. Source of the
 * encoding: FoundationDB, {@code design/tuple.md}.
 */
final class TupleBytes {
  private static final byte TEXT = 2;

  /** Follows a zero byte that does not end its text. */
  private static final byte ESCAPED = (byte) 0xFF;

  private TupleBytes() {}

  /** Whether the element at {@code from} is a text. */
  static boolean isText(byte[] key, int from) {
    return key[from] == TEXT;
  }

  /** The end of the text at {@code from}, its terminator included. */
  static int afterText(byte[] key, int from) {
    int at = from + 1;
    while (key[at] != 0 || (at + 1 < key.length && key[at + 1] == ESCAPED)) {
      at += key[at] == 0 ? 2 : 1;
    }
    return at + 1;
  }

  /** The text from {@code from} to {@code end}, which {@link #afterText} returned. */
  static String text(byte[] key, int from, int end) {
    byte[] bytes = new byte[end - from - 2];
    int length = 0;
    for (int at = from + 1; at < end - 1; at++) {
      bytes[length++] = key[at];
      at += key[at] == 0 ? 1 : 0;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  /** The number at {@code from}, the last element of a key; not negative. */
  static long number(byte[] key, int from) {
    long number = 0;
    for (int at = from + 1; at < key.length; at++) {
      number = number << Byte.SIZE | (key[at] & 0xFF);
    }
    return number;
  }
}
