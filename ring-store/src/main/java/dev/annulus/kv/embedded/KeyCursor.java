package dev.annulus.kv.embedded;

import dev.annulus.kv.Entries;
import dev.annulus.kv.KeyRange;
import dev.annulus.kv.ReadTransaction.Order;
import dev.annulus.kv.buffer.OwnWrites;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;

/** Iterates the stored entries of a range in one direction. Not thread-safe. */
final class KeyCursor implements OwnWrites.Stored, AutoCloseable {
  private final Slice lower;
  private final Slice upper;
  private final ReadOptions options;
  private final RocksIterator iterator;
  private final Entries.Source keySource;
  private final Entries.Source valueSource;
  private final Order order;
  private final Gate gate;

  /**
   * @param gate held by the caller for the lifetime of the cursor
   */
  KeyCursor(RocksDB db, Snapshot snapshot, Gate gate, KeyRange range, Order order) {
    this.gate = gate;
    this.lower = new Slice(range.begin());
    this.upper = new Slice(range.end());
    this.options =
        new ReadOptions()
            .setSnapshot(snapshot)
            .setIterateLowerBound(lower)
            .setIterateUpperBound(upper);
    this.iterator = db.newIterator(options);
    this.keySource = iterator::key;
    this.valueSource = iterator::value;
    this.order = order;
    if (order == Order.ASCENDING) {
      iterator.seekToFirst();
    } else {
      iterator.seekToLast();
    }
  }

  /** Whether there is a current entry; if not, {@link #check} tells an error from the end. */
  boolean isValid() {
    return iterator.isValid();
  }

  @Override
  public byte @Nullable [] key() {
    return isValid() ? iterator.key() : null;
  }

  @Override
  public byte[] value() {
    return iterator.value();
  }

  /** Appends the current entry. */
  void addTo(Entries.Builder entries) {
    entries.add(keySource, valueSource);
  }

  @Override
  public void advance() {
    gate.check();
    if (order == Order.ASCENDING) {
      iterator.next();
    } else {
      iterator.prev();
    }
  }

  /** Throws the error that ended the iteration, if any. */
  void check() throws RocksDBException {
    iterator.status();
  }

  @Override
  public void close() {
    iterator.close();
    options.close();
    lower.close();
    upper.close();
  }
}
