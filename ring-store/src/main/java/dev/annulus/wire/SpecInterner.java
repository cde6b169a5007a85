package dev.annulus.wire;

import dev.annulus.model.SeriesSpec;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Interns series by their encoded bytes, since producers repeat them. A set-associative cache with
 * {@value #WAYS} ways: a new series evicts an arbitrary one of its set when that is full, so memory
 * is bounded, and so are its bytes: once they are used up, it starts anew. The series that followed
 * last time is tried first, as most producers keep an order. Not thread-safe.
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
    known.kept = first == null || first.kept;
    if (!known.kept) {
      return known;
    }
    if (bytes + memory(known) > maxBytes) {
      clear();
    }
    bytes += memory(known);
    int way = 0;
    while (way < WAYS && entries[place(known.hash, way)] != null) {
      way++;
    }
    int place = place(known.hash, way < WAYS ? way : known.hash >>> 30);
    Interned evicted = entries[place];
    if (evicted != null) {
      bytes -= memory(evicted);
      evicted.next = null; // evicted entries must not retain one another
    }
    entries[place] = known;
    return known;
  }

  /** Its bytes twice: as they came and as texts. */
  private static long memory(Interned known) {
    return ENTRY_BYTES + 2L * known.bytes.length;
  }

  private void clear() {
    for (int i = 0; i < entries.length; i++) {
      Interned evicted = entries[i];
      if (evicted != null) {
        evicted.next = null;
        entries[i] = null;
      }
    }
    bytes = 0;
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
