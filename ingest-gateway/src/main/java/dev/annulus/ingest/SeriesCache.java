package dev.annulus.ingest;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Caches parsed series by their bytes in the protocol: clients send the same series again and
 * again, and hashing the bytes is far cheaper than parsing them. {@link RememberedBytes} bounds all
 * caches together.
 *
 * <p>Thread-safe without locks: entries are immutable, and one lost to a race is simply rebuilt.
 *
 * @param <V> immutable, or thread-safe
 */
public final class SeriesCache<V> {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int WAYS = 4;

  /** Longer keys are not cached. */
  private static final int LONGEST = 16 << 10;

  /** Overhead of an entry. */
  private static final int ENTRY_BYTES = 64;

  /** Bytes per slot of the table: hardly any entry is smaller. */
  private static final int USUAL_BYTES = 512;

  private static final int MOST_PLACES = 1 << 24;

  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

  private final RememberedBytes remembered;
  private final @Nullable Entry<V>[] entries;

  /**
   * @param remembered bounds this cache and others
   */
  public SeriesCache(RememberedBytes remembered) {
    this.remembered = remembered;
    this.entries = empty();
    remembered.addCache(this::dropHalf);
  }

  @SuppressWarnings("ArrayRecordComponent") // compared with Arrays.equals
  private record Entry<V>(long hash, byte[] bytes, V value, long size) {}

  /** The hash for {@link #find} and {@link #put}. */
  public static long hash(byte[] array, int from, int to) {
    long hash = (long) to - from;
    int i = from;
    for (; i + 8 <= to; i += 8) {
      hash = (hash ^ (long) LONG.get(array, i)) * MULTIPLIER;
      hash ^= hash >>> 32;
    }
    for (; i < to; i++) {
      hash = (hash ^ (array[i] & 0xFF)) * MULTIPLIER;
    }
    return hash ^ (hash >>> 29);
  }

  /** The cached value of the bytes {@code [from, to)}; null if there is none. */
  public @Nullable V find(long hash, byte[] array, int from, int to) {
    int first = (int) hash & (entries.length - 1) & -WAYS;
    for (int way = 0; way < WAYS; way++) {
      Entry<V> entry = entries[first + way];
      if (entry != null
          && entry.hash() == hash
          && Arrays.equals(entry.bytes(), 0, entry.bytes().length, array, from, to)) {
        return entry.value();
      }
    }
    return null;
  }

  /**
   * Caches a value that {@link #find} did not find.
   *
   * @param bytes of heap of the value; report later growth to {@link #grow}
   */
  public void put(long hash, byte[] array, int from, int to, V value, long bytes) {
    if (to - from > LONGEST) {
      return;
    }
    int first = (int) hash & (entries.length - 1) & -WAYS;
    int way = 0;
    while (way < WAYS - 1 && entries[first + way] != null) {
      way++;
    }
    if (entries[first + way] != null) {
      way = (int) (hash >>> 62); // all are taken: evict an arbitrary one
    }
    Entry<V> evicted = entries[first + way];
    long size = ENTRY_BYTES + (to - from) + bytes;
    entries[first + way] = new Entry<>(hash, Arrays.copyOfRange(array, from, to), value, size);
    grow(evicted == null ? size : size - evicted.size());
  }

  /** Counts the growth of a cached value. */
  public void grow(long bytes) {
    remembered.grow(bytes);
  }

  private void dropHalf() {
    for (int i = 0; i < entries.length; i++) {
      if (entries[i] != null && RememberedBytes.drops()) {
        entries[i] = null;
      }
    }
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private @Nullable Entry<V>[] empty() {
    long places = Math.min(MOST_PLACES, Math.max(WAYS, remembered.max() / USUAL_BYTES));
    return new Entry[Integer.highestOneBit((int) places)];
  }
}
