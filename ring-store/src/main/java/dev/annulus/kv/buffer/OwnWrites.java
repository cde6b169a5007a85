package dev.annulus.kv.buffer;

import dev.annulus.kv.Entries;
import dev.annulus.kv.KeyRange;
import dev.annulus.kv.ReadTransaction.Order;
import dev.annulus.kv.buffer.WriteBuffer.Own;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/** A transaction's writes to a range at the moment it reads the range. Immutable. */
public final class OwnWrites {
  static final OwnWrites NONE = new OwnWrites(Collections.emptyNavigableMap(), List.of());

  private final NavigableMap<byte[], Own> byKey;
  private final List<KeyRange> cleared;

  OwnWrites(NavigableMap<byte[], Own> byKey, List<KeyRange> cleared) {
    this.byKey = byKey;
    this.cleared = cleared;
  }

  /** Whether the transaction has not written to the range. */
  public boolean isEmpty() {
    return byKey.isEmpty() && cleared.isEmpty();
  }

  /** A cursor over the stored entries, in read order. */
  public interface Stored {
    /** The current key; null past the end. */
    byte @Nullable [] key();

    /** The current value. */
    byte[] value();

    /** Moves to the next entry. */
    void advance();
  }

  /**
   * Merges stored entries with these writes, in order.
   *
   * @param range the range that {@code stored} covers to its end; keys outside are left out
   * @param limit maximum size of {@code entries}
   */
  public void merge(
      Stored stored, KeyRange range, int limit, Order order, Entries.Builder entries) {
    Iterator<Map.Entry<byte[], Own>> own = in(range, order);
    Map.Entry<byte[], Own> next = own.hasNext() ? own.next() : null;
    while (entries.size() < limit && (stored.key() != null || next != null)) {
      byte[] storedKey = stored.key();
      int side = compare(storedKey, next, order);
      byte[] base =
          side <= 0 && storedKey != null && !WriteBuffer.isIn(cleared, storedKey)
              ? stored.value()
              : null;
      byte[] key = side <= 0 || next == null ? storedKey : next.getKey();
      byte[] value = side >= 0 && next != null ? next.getValue().over(base) : base;
      if (key != null && value != null) {
        entries.add(key, value);
      }
      if (side <= 0) {
        stored.advance();
      }
      if (side >= 0) {
        next = own.hasNext() ? own.next() : null;
      }
    }
  }

  private Iterator<Map.Entry<byte[], Own>> in(KeyRange range, Order order) {
    if (byKey.isEmpty() || range.isEmpty()) {
      return Collections.emptyIterator();
    }
    NavigableMap<byte[], Own> ascending = byKey.subMap(range.begin(), true, range.end(), false);
    return (order == Order.ASCENDING ? ascending : ascending.descendingMap()).entrySet().iterator();
  }

  /**
   * Negative if the stored entry comes first, positive if the own write does, 0 for the same key.
   */
  private static int compare(
      byte @Nullable [] stored, Map.@Nullable Entry<byte[], Own> own, Order order) {
    if (own == null) {
      return -1;
    }
    if (stored == null) {
      return 1;
    }
    int ascending = Arrays.compareUnsigned(stored, own.getKey());
    return order == Order.ASCENDING ? ascending : -ascending;
  }
}
