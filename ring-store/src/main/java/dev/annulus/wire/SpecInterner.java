package dev.annulus.wire;

import dev.annulus.model.SeriesSpec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what bytes stand for which series, since a producer sends the same ones again and
 * again. A set-associative cache: each series has {@value #WAYS} places, and a new one takes an
 * arbitrary one of them when all are taken; so memory is bounded. Not thread-safe.
 */
final class SpecInterner {
  private static final int WAYS = 4;
  private static final int FNV_PRIME = 0x01000193;
  private static final int FNV_BASIS = 0x811c9dc5;

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

  /** FNV-1a, folded so that the lower bits depend on all. */
  private static int hash(byte[] array, int from, int to) {
    int hash = FNV_BASIS;
    for (int i = from; i < to; i++) {
      hash = (hash ^ (array[i] & 0xFF)) * FNV_PRIME;
    }
    return hash ^ (hash >>> 15);
  }
}
