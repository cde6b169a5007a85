package dev.annulus.kv.embedded;

import dev.annulus.kv.Entries;
import dev.annulus.kv.KeyRange;
import dev.annulus.kv.ReadTransaction.Order;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;

/** Iterates the keys of a column family. */
final class KeyCursor implements Cursor {
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
  KeyCursor(
      RocksDB db,
      ColumnFamilyHandle family,
      Snapshot snapshot,
      Gate gate,
      KeyRange range,
      Order order) {
    this.gate = gate;
    this.lower = new Slice(range.begin());
    this.upper = new Slice(range.end());
    this.options =
        new ReadOptions()
            .setSnapshot(snapshot)
            .setIterateLowerBound(lower)
            .setIterateUpperBound(upper);
    this.iterator = db.newIterator(family, options);
    this.keySource = iterator::key;
    this.valueSource = iterator::value;
    this.order = order;
    if (order == Order.ASCENDING) {
      iterator.seekToFirst();
    } else {
      iterator.seekToLast();
    }
  }

  @Override
  public boolean isValid() {
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

  /**
   * Copies as much of the value as fits.
   *
   * @return the length of the value
   */
  int value(byte[] target) {
    return iterator.value(target, 0, target.length);
  }

  /** Copies as much of the key as fits. */
  void key(byte[] target) {
    iterator.key(target, 0, target.length);
  }

  @Override
  public void addTo(Entries.Builder entries) {
    entries.add(keySource, valueSource);
  }

  @Override
  public void addValueTo(Entries.Builder entries) {
    entries.addValue(valueSource);
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

  @Override
  public void check() throws RocksDBException {
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
