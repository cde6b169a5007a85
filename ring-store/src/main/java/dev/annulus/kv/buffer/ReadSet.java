package dev.annulus.kv.buffer;

import dev.annulus.kv.Entries;
import dev.annulus.kv.KeyRange;
import dev.annulus.kv.ReadTransaction.Order;
import java.util.ArrayList;
import java.util.List;

/** What a transaction has read so far. Not thread-safe. */
public final class ReadSet {
  private final List<KeyRange> ranges = new ArrayList<>();
  private long bytes;

  /** Remembers a key. */
  public void add(byte[] key) {
    add(new KeyRange(key, KeyRange.next(key)));
  }

  /** Remembers a range, unless it is empty. */
  public void add(KeyRange range) {
    if (!range.isEmpty()) {
      ranges.add(range);
      bytes += range.begin().length + range.end().length;
    }
  }

  /** Remembers the part of a range that a read with a limit has really looked at. */
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

  /** Every range in the order read; not a copy. */
  public List<KeyRange> ranges() {
    return ranges;
  }

  /** Bytes of all bounds. */
  public long bytes() {
    return bytes;
  }
}
