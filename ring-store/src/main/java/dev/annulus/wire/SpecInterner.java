package dev.annulus.wire;

import dev.annulus.model.SeriesSpec;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Interns series by their encoded bytes, since producers repeat them. A set-associative cache with
 * {@value #WAYS} ways: a new series evicts an arbitrary one of its set when that is full, so memory
 * is bounded, and so are its bytes: once they are used up, arbitrary ones make room. No order of
 * use decides: producers of more series than fit come to them in turn, and always to the one used
 * longest ago. The series that followed last time is tried first, as most producers keep an order.
 * Not thread-safe.
 */
final class SpecInterner {
  private static final int WAYS = 4;
  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** The objects of a series without its texts. */
  private static final int ENTRY_BYTES = 400;

  private final @Nullable Interned[] entries;
  private final long maxBytes;
  private final SplittableRandom random = new SplittableRandom(1);
  private long bytes;

  /**
   * @param capacity a power of two
   * @param maxBytes memory that the series may take, estimated
   */
  SpecInterner(int capacity, long maxBytes) {
    this.entries = new Interned[capacity];
    this.maxBytes = maxBytes;
  }

  /** A series with its encoded bytes. */
  static final class Interned {
    private final int hash;
    private final byte[] bytes;
    private final @Nullable Interned first;
    private final SeriesSpec spec;
    private boolean kept;
    private int siblings;
    private @Nullable Interned next;

    private Interned(int hash, byte[] bytes, @Nullable Interned first, SeriesSpec spec) {
      this.hash = hash;
      this.bytes = bytes;
      this.first = first;
      this.spec = spec;
    }

    SeriesSpec spec() {
      return spec;
    }

    /** The series in full: itself, or the one it is a sibling of. */
    Interned first() {
      return first == null ? this : first;
    }

    private boolean isFindable() {
      return first == null || first.kept;
    }

    private boolean is(byte[] array, int from, int to, @Nullable Interned of) {
      return first == of && Arrays.equals(bytes, 0, bytes.length, array, from, to);
    }
  }

  /**
   * The interned series of these bytes; null if unknown.
   *
   * @param first the full series that this is a sibling of; null if this is a full one
   * @param before the previous series in its record; null if none
   */
  @Nullable Interned find(
      byte[] array, int from, int to, @Nullable Interned first, @Nullable Interned before) {
    if (before != null) {
      Interned next = before.next;
      if (next != null && next.is(array, from, to, first)) {
        return next;
      }
    }
    int hash = hash(array, from, to, first);
    for (int way = 0; way < WAYS; way++) {
      Interned known = entries[place(hash, way)];
      if (known != null && known.hash == hash && known.is(array, from, to, first)) {
        if (before != null) {
          before.next = known;
        }
        return known;
      }
    }
    return null;
  }

  /**
   * Interns a series that {@link #find} did not find, unless it is a sibling of one that is not
   * interned.
   */
  Interned put(byte[] array, int from, int to, @Nullable Interned first, SeriesSpec spec) {
    Interned known = unkept(array, from, to, first, spec);
    if (!known.isFindable()) {
      return known;
    }
    long size = memory(known);
    while (bytes > 0 && bytes + size > maxBytes) {
      evict(random.nextInt(entries.length));
    }
    int way = 0;
    while (way < WAYS && entries[place(known.hash, way)] != null) {
      way++;
    }
    int place = place(known.hash, way < WAYS ? way : known.hash >>> 30);
    evict(place);
    if (known.isFindable()) { // the full one may just have been evicted
      known.kept = true;
      entries[place] = known;
      bytes += size;
      if (first != null) {
        first.siblings++;
      }
    }
    return known;
  }

  private void evict(int place) {
    Interned evicted = entries[place];
    if (evicted == null) {
      return;
    }
    entries[place] = null;
    evicted.next = null; // evicted entries must not retain one another
    evicted.kept = false;
    uncount(evicted);
    if (evicted.first != null) {
      evicted.first.siblings--;
      uncount(evicted.first);
    }
  }

  /** A full series is in memory until the last of its siblings is evicted, too. */
  private void uncount(Interned series) {
    if (!series.kept && series.siblings == 0) {
      bytes -= memory(series);
    }
  }

  /** Its bytes twice: as they came and as texts. */
  private static long memory(Interned known) {
    return ENTRY_BYTES + 2L * known.bytes.length;
  }

  /** Creates an entry without interning it. */
  Interned unkept(byte[] array, int from, int to, @Nullable Interned first, SeriesSpec spec) {
    return new Interned(
        hash(array, from, to, first), Arrays.copyOfRange(array, from, to), first, spec);
  }

  private int place(int hash, int way) {
    return ((hash & -WAYS) + way) & (entries.length - 1);
  }

  /** Eight bytes at a time: a full series has a few hundred. */
  private static int hash(byte[] array, int from, int to, @Nullable Interned first) {
    long hash = (long) to - from + (first == null ? 0 : MULTIPLIER * first.hash);
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
