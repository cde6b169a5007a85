package dev.annulus.kv.embedded;

import dev.annulus.kv.KeyRange;
import dev.annulus.kv.ReadTransaction.Order;
import dev.annulus.kv.StoreException;
import dev.annulus.kv.ring.RingSlot;
import dev.annulus.kv.ring.RingSpace;
import dev.annulus.kv.ring.SortedRun;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
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

  private static final KeyRange RINGS = RingSpace.all();

  private final RocksFiles files;
  private final RocksDB db;
  private final Gate gate;
  private final Set<StoredSnapshot> open;
  private final Snapshot snapshot;
  private final List<SortedRun> runs;
  private final long version;
  private final ReadOptions options;
  private final long begun = System.nanoTime();

  private StoredSnapshot(
      RocksFiles files,
      Gate gate,
      Set<StoredSnapshot> open,
      Snapshot snapshot,
      List<SortedRun> runs) {
    this.files = files;
    this.db = files.db();
    this.gate = gate;
    this.open = open;
    this.snapshot = snapshot;
    this.runs = runs;
    this.version = snapshot.getSequenceNumber();
    this.options = new ReadOptions().setSnapshot(snapshot);
  }

  /**
   * Takes a snapshot.
   *
   * @param gate held by the caller
   * @param open the registry of open snapshots; this one is added
   */
  @SuppressWarnings("ReferenceEquality") // identity: the same view, not an equal one
  static StoredSnapshot take(
      RocksFiles files, RingTable rings, Gate gate, Set<StoredSnapshot> open) {
    while (true) {
      RingTable.View view = rings.view();
      Snapshot snapshot = files.db().getSnapshot();
      // A view fits the snapshot if no other replaced it before the snapshot was taken.
      if (rings.view() == view) {
        StoredSnapshot taken =
            new StoredSnapshot(
                files, gate, open, snapshot, view.at(snapshot.getSequenceNumber()).runs());
        open.add(taken);
        return taken;
      }
      files.db().releaseSnapshot(snapshot);
      snapshot.close();
    }
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
      return RingSpace.contains(key) ? slot(key) : db.get(options, key);
    }
  }

  /** The values of several keys; null where a key is absent. */
  List<byte @Nullable []> getAll(List<byte[]> keys) throws RocksDBException {
    try (Gate.Hold hold = gate.enter();
        KeyWalk walk = new KeyWalk(db, options)) {
      List<byte @Nullable []> values = new ArrayList<>(keys.size());
      for (byte[] key : keys) {
        gate.check();
        values.add(RingSpace.contains(key) ? slot(key) : walk.get(key));
      }
      return values;
    }
  }

  private byte @Nullable [] slot(byte[] key) throws RocksDBException {
    try (Cursor cursor = walk(new KeyRange(key, KeyRange.next(key)), Order.ASCENDING)) {
      cursor.check();
      return cursor.isValid() ? cursor.value() : null;
    }
  }

  long estimatedBytes(KeyRange range) {
    if (range.isEmpty()) {
      return 0;
    }
    RingSlot.Range slots = RingSpace.slots(range);
    try (Gate.Hold hold = gate.enter()) {
      long sum = estimatedBytes(db.getDefaultColumnFamily(), range);
      if (!slots.isEmpty()) {
        sum += estimatedBytes(files.rings(), RingCursor.blocks(slots));
        for (SortedRun run : runs) {
          sum += run.bytesIn(slots);
        }
      }
      return sum;
    }
  }

  private long estimatedBytes(ColumnFamilyHandle family, KeyRange range) {
    try (Slice begin = new Slice(range.begin());
        Slice end = new Slice(range.end())) {
      return db.getApproximateSizes(
              family,
              List.of(new Range(begin, end)),
              SizeApproximationFlag.INCLUDE_FILES,
              SizeApproximationFlag.INCLUDE_MEMTABLES)[0];
    }
  }

  /** Reads a range with a cursor that is closed afterwards. */
  <T> T walk(KeyRange range, Order order, Walk<T> walk) throws RocksDBException {
    try (Gate.Hold hold = gate.enter();
        Cursor cursor = walk(range, order)) {
      T result = walk.apply(cursor);
      cursor.check();
      return result;
    }
  }

  /** A read with a cursor. */
  interface Walk<T> {
    T apply(Cursor cursor);
  }

  private Cursor walk(KeyRange range, Order order) {
    RingSlot.Range slots = RingSpace.slots(range);
    if (slots.isEmpty()) {
      return keys(range, order);
    }
    List<Cursor> parts = new ArrayList<>();
    KeyRange before = new KeyRange(range.begin(), RINGS.begin());
    if (!before.isEmpty()) {
      parts.add(keys(before, order));
    }
    parts.add(slots(slots, order));
    KeyRange after = new KeyRange(RINGS.end(), range.end());
    if (!after.isEmpty()) {
      parts.add(keys(after, order));
    }
    if (parts.size() == 1) {
      return parts.get(0);
    }
    if (order == Order.DESCENDING) {
      Collections.reverse(parts);
    }
    return new SequenceCursor(parts);
  }

  private KeyCursor keys(KeyRange range, Order order) {
    return new KeyCursor(db, db.getDefaultColumnFamily(), snapshot, gate, range, order);
  }

  private RingCursor slots(RingSlot.Range slots, Order order) {
    KeyCursor blocks =
        new KeyCursor(db, files.rings(), snapshot, gate, RingCursor.blocks(slots), order);
    try {
      return new RingCursor(slots, blocks, runs, order);
    } catch (RuntimeException e) {
      blocks.close();
      throw e;
    }
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
