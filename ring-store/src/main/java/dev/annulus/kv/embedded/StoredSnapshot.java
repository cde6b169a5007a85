package dev.annulus.kv.embedded;

import dev.annulus.kv.Entries;
import dev.annulus.kv.KeyRange;
import dev.annulus.kv.ReadTransaction.Order;
import dev.annulus.kv.buffer.OwnWrites;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Range;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.SizeApproximationFlag;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;

/**
 * What is stored, as it was at one moment. Reads may overlap; whoever closes it makes sure that
 * none is running, since the memory behind it is RocksDB's.
 */
final class StoredSnapshot implements AutoCloseable {
  /** FoundationDB's limit on a transaction's age. */
  private static final long MAX_AGE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final RocksDB db;
  private final Snapshot snapshot;
  private final ReadOptions options;
  private final long begun = System.nanoTime();

  StoredSnapshot(RocksDB db) {
    this.db = db;
    this.snapshot = db.getSnapshot();
    this.options = new ReadOptions().setSnapshot(snapshot);
  }

  /** The version of the last commit it shows. */
  long version() {
    return snapshot.getSequenceNumber();
  }

  /**
   * Refuses an old snapshot.
   *
   * @throws TooOldException beyond 5 s
   */
  void checkAge() {
    if (System.nanoTime() - begun > MAX_AGE_NANOS) {
      throw new TooOldException();
    }
  }

  byte @Nullable [] get(byte[] key) throws RocksDBException {
    return db.get(options, key);
  }

  long estimatedBytes(KeyRange range) {
    if (range.isEmpty()) {
      return 0;
    }
    try (Slice begin = new Slice(range.begin());
        Slice end = new Slice(range.end())) {
      return db.getApproximateSizes(
              List.of(new Range(begin, end)),
              SizeApproximationFlag.INCLUDE_FILES,
              SizeApproximationFlag.INCLUDE_MEMTABLES)[0];
    }
  }

  Cursor walk(KeyRange range, Order order) {
    return new Cursor(db, snapshot, range, order);
  }

  @Override
  public void close() {
    options.close();
    db.releaseSnapshot(snapshot);
    snapshot.close();
  }

  /** Walks what is stored in a range. */
  static final class Cursor implements OwnWrites.Stored, AutoCloseable {
    private final Slice lower;
    private final Slice upper;
    private final ReadOptions options;
    private final RocksIterator iterator;
    private final Entries.Source keySource;
    private final Entries.Source valueSource;
    private final Order order;

    private Cursor(RocksDB db, Snapshot snapshot, KeyRange range, Order order) {
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

    void addTo(Entries.Builder entries) {
      entries.add(keySource, valueSource);
    }

    void addValueTo(Entries.Builder entries) {
      entries.addValue(valueSource);
    }

    @Override
    public void advance() {
      if (order == Order.ASCENDING) {
        iterator.next();
      } else {
        iterator.prev();
      }
    }

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
}
