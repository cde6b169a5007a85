package dev.annulus.wire;

import dev.annulus.model.SeriesSpec;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what bytes stand for which series, since a producer sends the same ones again and
 * again. A set-associative cache: each series has {@value #WAYS} places, and a new one takes an
 * arbitrary one of them when all are taken; so memory is bounded. Not thread-safe.
 */
final class SpecInterner {
  private static final int WAYS = 4;
  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final Entry[] entries;

  /**
   * @param capacity a power of two
   */
  SpecInterner(int capacity) {
    this.entries = new Entry[capacity];
  }

  @SuppressWarnings("ArrayRecordComponent") // compared with Arrays.equals
  private record Entry(int hash, byte[] bytes, SeriesSpec spec) {}

  /** The series these bytes stood for before; null if they are new. */
  @Nullable SeriesSpec find(byte[] array, int from, int to) {
    int hash = hash(array, from, to);
    for (int way = 0; way < WAYS; way++) {
      Entry entry = entries[place(hash, way)];
      if (entry != null
          && entry.hash() == hash
          && Arrays.equals(entry.bytes(), 0, entry.bytes().length, array, from, to)) {
        return entry.spec();
      }
    }
    return null;
  }

  /** Remembers what {@link #find} did not find. */
  void put(byte[] array, int from, int to, SeriesSpec spec) {
    int hash = hash(array, from, to);
    int way = 0;
    while (way < WAYS && entries[place(hash, way)] != null) {
      way++;
    }
    entries[place(hash, way < WAYS ? way : hash >>> 30)] =
        new Entry(hash, Arrays.copyOfRange(array, from, to), spec);
  }

  private int place(int hash, int way) {
    return ((hash & -WAYS) + way) & (entries.length - 1);
  }

  /** Eight bytes at a time: a series has some hundred, and each sample of it is looked up. */
  private static int hash(byte[] array, int from, int to) {
    long hash = (long) to - from;
    int i = from;
    for (; i + 8 <= to; i += 8) {
      hash = (hash ^ (long) LONG.get(array, i)) * MULTIPLIER;
      hash ^= hash >>> 32;
    }
    for (; i < to; i++) {
      hash = (hash ^ (array[i] & 0xFF)) * MULTIPLIER;
    }
    return (int) (hash ^ (hash >>> 32));
  }
}
