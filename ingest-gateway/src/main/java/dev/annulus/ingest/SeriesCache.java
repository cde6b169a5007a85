package dev.annulus.ingest;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what the bytes of a protocol stand for: a client sends the same series again and again,
 * and a hash of their bytes costs far less than reading them. What all caches take together is
 * bounded by {@link RememberedBytes}.
 *
 * <p>Thread-safe without locks: entries are immutable, and one lost to a race is only built again.
 *
 * @param <V> immutable, or thread-safe
 */
public final class SeriesCache<V> {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int WAYS = 4;

  /** Longer ones are read anew each time. */
  private static final int LONGEST = 16 << 10;

  /** What surrounds the bytes of an entry. */
  private static final int ENTRY_BYTES = 64;

  /** For each there is one place, hardly any value being smaller. */
  private static final int USUAL_BYTES = 512;

  private static final int MOST_PLACES = 1 << 24;

  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

  private final RememberedBytes remembered;
  private volatile @Nullable Entry<V>[] entries;

  /**
   * @param remembered bounds this cache and others
   */
  public SeriesCache(RememberedBytes remembered) {
    this.remembered = remembered;
    this.entries = empty();
    remembered.addCache(() -> entries = empty());
  }

  @SuppressWarnings("ArrayRecordComponent") // compared with Arrays.equals
  private record Entry<V>(long hash, byte[] bytes, V value) {}

  /** The hash to find and put bytes with. */
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

  /** What the bytes {@code [from, to)} stood for before; null if they are new. */
  public @Nullable V find(long hash, byte[] array, int from, int to) {
    Entry<V>[] now = entries;
    int first = (int) hash & (now.length - 1) & -WAYS;
    for (int way = 0; way < WAYS; way++) {
      Entry<V> entry = now[first + way];
      if (entry != null
          && entry.hash() == hash
          && Arrays.equals(entry.bytes(), 0, entry.bytes().length, array, from, to)) {
        return entry.value();
      }
    }
    return null;
  }

  /**
   * Remembers what {@link #find} did not find.
   *
   * @param bytes of heap the value takes; what it grows by later must be given to {@link #grow}
   */
  public void put(long hash, byte[] array, int from, int to, V value, long bytes) {
    if (to - from > LONGEST) {
      return;
    }
    Entry<V>[] now = entries;
    int first = (int) hash & (now.length - 1) & -WAYS;
    int way = 0;
    while (way < WAYS - 1 && now[first + way] != null) {
      way++;
    }
    if (now[first + way] != null) {
      way = (int) (hash >>> 62); // all are taken: an arbitrary one goes
    }
    now[first + way] = new Entry<>(hash, Arrays.copyOfRange(array, from, to), value);
    grow(ENTRY_BYTES + (to - from) + bytes);
  }

  /** Counts what a remembered value has grown by. */
  public void grow(long bytes) {
    remembered.grow(bytes);
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private @Nullable Entry<V>[] empty() {
    long places = Math.min(MOST_PLACES, Math.max(WAYS, remembered.max() / USUAL_BYTES));
    return new Entry[Integer.highestOneBit((int) places)];
  }
}
