package dev.annulus.benchmarks.layout;

import java.nio.ByteBuffer;
import java.util.concurrent.ThreadLocalRandom;

/** LayoutKeys and values as long as those of the store, and as hard to compress. */
final class LayoutKeys {
  /** All keys of the experiment begin with it. */
  static final byte[] PREFIX = {'e', '1', '/'};

  private LayoutKeys() {}

  /** {@code prefix kind first second}: as long as a tuple of two small numbers, or nearly. */
  static byte[] key(int kind, int first, int second) {
    return ByteBuffer.allocate(PREFIX.length + 1 + 4 + 4)
        .put(PREFIX)
        .put((byte) kind)
        .putInt(first)
        .putInt(second)
        .array();
  }

  static byte[] value(int length) {
    byte[] value = new byte[length];
    ThreadLocalRandom.current().nextBytes(value);
    return value;
  }
}
