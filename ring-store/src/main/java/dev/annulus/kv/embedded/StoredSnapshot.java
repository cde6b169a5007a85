package dev.annulus.kv.embedded;

import dev.annulus.kv.Entries;
import dev.annulus.kv.KeyRange;
import dev.annulus.kv.ReadTransaction.Order;
import dev.annulus.kv.buffer.OwnWrites;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
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

  Cursor walk(KeyRange range, Order order) {
    return new Cursor(db.newIterator(options), range, order);
  }

  @Override
  public void close() {
    options.close();
    db.releaseSnapshot(snapshot);
    snapshot.close();
  }

  /** Walks what is stored in a range. */
  static final class Cursor implements OwnWrites.Stored, AutoCloseable {
    private final RocksIterator iterator;
    private final KeyRange range;
    private final Order order;
    private byte @Nullable [] key;

    private Cursor(RocksIterator iterator, KeyRange range, Order order) {
      this.iterator = iterator;
      this.range = range;
      this.order = order;
      if (order == Order.ASCENDING) {
        iterator.seek(range.begin());
      } else {
        iterator.seekForPrev(range.end());
        if (iterator.isValid() && Arrays.equals(iterator.key(), range.end())) {
          iterator.prev();
        }
      }
      load();
    }

    boolean isValid() {
      return key != null;
    }

    @Override
    public byte @Nullable [] key() {
      return key;
    }

    @Override
    public byte[] value() {
      return iterator.value();
    }

    void addTo(Entries.Builder entries) {
      entries.add(Objects.requireNonNull(key), iterator.value());
    }

    @Override
    public void advance() {
      if (order == Order.ASCENDING) {
        iterator.next();
      } else {
        iterator.prev();
      }
      load();
    }

    void check() throws RocksDBException {
      iterator.status();
    }

    @Override
    public void close() {
      iterator.close();
    }

    private void load() {
      byte[] next = iterator.isValid() ? iterator.key() : null;
      key = next != null && range.contains(next) ? next : null;
    }
  }
}
