package dev.annulus.kv.buffer;

import dev.annulus.kv.Entries;
import dev.annulus.kv.KeyRange;
import dev.annulus.kv.ReadTransaction.Order;
import java.util.ArrayList;
import java.util.List;

/** The read conflict ranges of a transaction. Not thread-safe. */
public final class ReadSet {
  private final List<KeyRange> ranges = new ArrayList<>();
  private long bytes;

  /** Adds a key. */
  public void add(byte[] key) {
    add(new KeyRange(key, KeyRange.next(key)));
  }

  /** Adds a range unless it is empty. */
  public void add(KeyRange range) {
    if (!range.isEmpty()) {
      ranges.add(range);
      bytes += range.begin().length + range.end().length;
    }
  }

  /** Adds the part of a range that a read with a limit actually covered. */
  public void add(KeyRange range, Entries found, int limit, Order order) {
    if (found.size() < limit) {
      add(range);
      return;
    }
    byte[] last = found.key(found.size() - 1);
    add(
        order == Order.ASCENDING
            ? range.before(KeyRange.next(last))
            : new KeyRange(last, range.end()));
  }

  /** All ranges in read order; not a copy. */
  public List<KeyRange> ranges() {
    return ranges;
  }

  /** Total bytes of all bounds. */
  public long bytes() {
    return bytes;
  }
}
