package dev.annulus.kv.embedded;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * Looks up keys by moving one iterator forward: neighbours cost a step instead of a search, and
 * absent keys between the same neighbours nothing. Not thread-safe.
 */
final class KeyWalk implements AutoCloseable {
  private final RocksIterator iterator;

  /** The iterator's key; null at the end. */
  private byte @Nullable [] current;

  /** Every key from here to {@link #current} is absent; null before the first search. */
  private byte @Nullable [] sought;

  KeyWalk(RocksDB db, ReadOptions options) {
    iterator = db.newIterator(options);
  }

  /** The value of a key; null if absent. Keys that descend are found, too, by a search each. */
  byte @Nullable [] get(byte[] key) throws RocksDBException {
    if (sought == null || Arrays.compareUnsigned(key, sought) < 0) {
      seek(key);
    } else if (isBefore(key)) {
      iterator.next();
      read();
      if (isBefore(key)) {
        seek(key);
      }
    }
    sought = key;
    return current != null && Arrays.equals(current, key) ? iterator.value() : null;
  }

  private boolean isBefore(byte[] key) {
    return current != null && Arrays.compareUnsigned(current, key) < 0;
  }

  private void seek(byte[] key) throws RocksDBException {
    iterator.seek(key);
    read();
  }

  private void read() throws RocksDBException {
    if (iterator.isValid()) {
      current = iterator.key();
    } else {
      iterator.status();
      current = null;
    }
  }

  @Override
  public void close() {
    iterator.close();
  }
}
