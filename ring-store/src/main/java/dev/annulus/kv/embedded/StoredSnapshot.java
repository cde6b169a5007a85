package dev.annulus.kv.embedded;

import dev.annulus.kv.KeyRange;
import dev.annulus.kv.ReadTransaction.Order;
import dev.annulus.kv.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Range;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.SizeApproximationFlag;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;

/**
 * A consistent snapshot of the database. Reads may run concurrently; the caller closes it only when
 * none is running, since it frees native memory. A closing engine frees open snapshots, and reading
 * them then fails.
 */
final class StoredSnapshot implements AutoCloseable {
  /** FoundationDB's limit on a transaction's age. */
  private static final long MAX_AGE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final RocksDB db;
  private final Gate gate;
  private final Set<StoredSnapshot> open;
  private final Snapshot snapshot;
  private final long version;
  private final ReadOptions options;
  private final long begun = System.nanoTime();

  private StoredSnapshot(RocksDB db, Gate gate, Set<StoredSnapshot> open) {
    this.db = db;
    this.gate = gate;
    this.open = open;
    this.snapshot = db.getSnapshot();
    this.version = snapshot.getSequenceNumber();
    this.options = new ReadOptions().setSnapshot(snapshot);
  }

  /**
   * Takes a snapshot.
   *
   * @param gate held by the caller
   * @param open the registry of open snapshots; this one is added
   */
  static StoredSnapshot take(RocksDB db, Gate gate, Set<StoredSnapshot> open) {
    StoredSnapshot taken = new StoredSnapshot(db, gate, open);
    open.add(taken);
    return taken;
  }

  /** The version of the last commit included. */
  long version() {
    return version;
  }

  /**
   * Rejects an expired snapshot.
   *
   * @throws TooOldException after 5 s
   */
  void checkAge() {
    if (System.nanoTime() - begun > MAX_AGE_NANOS) {
      throw new TooOldException();
    }
  }

  byte @Nullable [] get(byte[] key) throws RocksDBException {
    try (Gate.Hold hold = gate.enter()) {
      return db.get(options, key);
    }
  }

  /** The values of several keys; null where a key is absent. */
  List<byte @Nullable []> getAll(List<byte[]> keys) throws RocksDBException {
    try (Gate.Hold hold = gate.enter();
        KeyWalk walk = new KeyWalk(db, options)) {
      List<byte @Nullable []> values = new ArrayList<>(keys.size());
      for (byte[] key : keys) {
        gate.check();
        values.add(walk.get(key));
      }
      return values;
    }
  }

  long estimatedBytes(KeyRange range) {
    if (range.isEmpty()) {
      return 0;
    }
    try (Gate.Hold hold = gate.enter();
        Slice begin = new Slice(range.begin());
        Slice end = new Slice(range.end())) {
      return db.getApproximateSizes(
              List.of(new Range(begin, end)),
              SizeApproximationFlag.INCLUDE_FILES,
              SizeApproximationFlag.INCLUDE_MEMTABLES)[0];
    }
  }

  /** Reads a range with a cursor that is closed afterwards. */
  <T> T walk(KeyRange range, Order order, Walk<T> walk) throws RocksDBException {
    try (Gate.Hold hold = gate.enter();
        KeyCursor cursor = new KeyCursor(db, snapshot, gate, range, order)) {
      T result = walk.apply(cursor);
      cursor.check();
      return result;
    }
  }

  /** A read with a cursor. */
  interface Walk<T> {
    T apply(KeyCursor cursor);
  }

  @Override
  public void close() {
    if (gate.isClosed()) {
      return; // the engine frees it, or has
    }
    try (Gate.Hold hold = gate.enter()) {
      free();
    } catch (StoreException e) {
      // Closed concurrently: the engine frees it.
    }
  }

  /** Frees the memory, once. No read is running, and the database is still open. */
  void free() {
    if (open.remove(this)) {
      options.close();
      db.releaseSnapshot(snapshot);
      snapshot.close();
    }
  }
}
