package dev.annulus.kv.embedded;

import dev.annulus.kv.Entries;
import dev.annulus.kv.KeyRange;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.ReadTransaction;
import dev.annulus.kv.StoreException;
import dev.annulus.kv.Transaction;
import dev.annulus.kv.embedded.WriteBuffer.Own;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Snapshot;

/** One attempt: reads go to a RocksDB snapshot, writes to a buffer. Its futures are complete. */
final class EmbeddedTransaction implements Transaction, AutoCloseable {
  /** FoundationDB's limit on a transaction's age. */
  private static final long MAX_AGE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final RocksDB db;
  private final Snapshot snapshot;
  private final ReadOptions options;
  private final long begun = System.nanoTime();
  private final WriteBuffer writes = new WriteBuffer();
  private final ConflictTracker.ReadSet reads = new ConflictTracker.ReadSet();
  private boolean finished;

  EmbeddedTransaction(RocksDB db) {
    this.db = db;
    this.snapshot = db.getSnapshot();
    this.options = new ReadOptions().setSnapshot(snapshot);
  }

  /** This attempt's snapshot is older than the engine allows. */
  static final class TooOldException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooOldException() {
      super("the transaction is older than 5 s");
    }
  }

  long snapshotVersion() {
    return snapshot.getSequenceNumber();
  }

  WriteBuffer writes() {
    return writes;
  }

  ConflictTracker.ReadSet reads() {
    return reads;
  }

  void checkAge() {
    if (finished) {
      throw new IllegalStateException("the transaction has ended");
    }
    if (System.nanoTime() - begun > MAX_AGE_NANOS) {
      throw new TooOldException();
    }
  }

  void checkSize() {
    long bytes = writes.bytes() + reads.bytes();
    if (bytes > KeyValueEngine.LIMITS.transactionBytes()) {
      throw new StoreException(
          StoreException.Kind.TOO_LARGE,
          "a transaction has "
              + bytes
              + " bytes; limit "
              + KeyValueEngine.LIMITS.transactionBytes());
    }
  }

  @Override
  public void close() {
    finished = true;
    options.close();
    db.releaseSnapshot(snapshot);
    snapshot.close();
  }

  @Override
  public CompletableFuture<byte @Nullable []> get(byte[] key) {
    Own own = writes.own(key);
    if (own == null || own.overBase()) {
      reads.add(key);
    }
    return completed(() -> read(key));
  }

  @Override
  public CompletableFuture<Entries> getRange(KeyRange range, int limit, Order order) {
    return completed(
        () -> {
          Entries entries = read(range, limit, order);
          reads.add(seen(range, entries, limit, order));
          return entries;
        });
  }

  @Override
  public CompletableFuture<byte @Nullable []> metadataVersion() {
    reads.add(EmbeddedEngine.METADATA_VERSION_KEY);
    return completed(this::readMetadataVersion);
  }

  @Override
  public ReadTransaction snapshot() {
    return new SnapshotView();
  }

  @Override
  public void addReadConflict(byte[] key) {
    reads.add(key);
  }

  @Override
  public void set(byte[] key, byte[] value) {
    writes.set(key, value);
  }

  @Override
  public void clear(byte[] key) {
    writes.clear(key);
  }

  @Override
  public void clear(KeyRange range) {
    writes.clear(range);
  }

  @Override
  public void byteMax(byte[] key, byte[] value) {
    writes.byteMax(key, value);
  }

  @Override
  public void touchMetadataVersion() {
    writes.touchMetadataVersion();
  }

  private byte @Nullable [] readMetadataVersion() throws RocksDBException {
    if (writes.touchesMetadataVersion()) {
      throw new IllegalStateException("the metadata version was touched by this transaction");
    }
    checkAge();
    return db.get(options, EmbeddedEngine.METADATA_VERSION_KEY);
  }

  private byte @Nullable [] read(byte[] key) throws RocksDBException {
    checkAge();
    WriteBuffer.checkKey(key);
    Own own = writes.own(key);
    if (own != null) {
      return own.overBase() ? own.over(db.get(options, key)) : own.value();
    }
    return writes.hides(key) ? null : db.get(options, key);
  }

  private Entries read(KeyRange range, int limit, Order order) throws RocksDBException {
    checkAge();
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be at least 1, got " + limit);
    }
    Entries.Builder entries = new Entries.Builder();
    if (range.isEmpty()) {
      return entries.build();
    }
    try (StoredCursor stored = new StoredCursor(db.newIterator(options), range, order)) {
      if (writes.isEmpty()) {
        while (entries.size() < limit && stored.isValid()) {
          stored.addTo(entries);
          stored.advance();
        }
      } else {
        merge(stored, range, limit, order, entries);
      }
      stored.check();
    }
    return entries.build();
  }

  /** Reads what is stored and this transaction's own writes as one ordered run. */
  private void merge(
      StoredCursor stored, KeyRange range, int limit, Order order, Entries.Builder entries) {
    NavigableMap<byte[], Own> ascending = writes.own(range);
    Iterator<Map.Entry<byte[], Own>> own =
        (order == Order.ASCENDING ? ascending : ascending.descendingMap()).entrySet().iterator();
    Map.Entry<byte[], Own> ownNext = own.hasNext() ? own.next() : null;
    while (entries.size() < limit && (stored.isValid() || ownNext != null)) {
      int side = compare(stored, ownNext, order);
      byte[] base = side <= 0 && !writes.hides(stored.key()) ? stored.value() : null;
      byte[] key = side <= 0 || ownNext == null ? stored.key() : ownNext.getKey();
      byte[] value = side >= 0 && ownNext != null ? ownNext.getValue().over(base) : base;
      if (value != null) {
        entries.add(key, value);
      }
      if (side <= 0) {
        stored.advance();
      }
      if (side >= 0) {
        ownNext = own.hasNext() ? own.next() : null;
      }
    }
  }

  /** Negative if the stored entry comes first, positive if the own one does, 0 for one key. */
  private static int compare(
      StoredCursor stored, Map.@Nullable Entry<byte[], Own> own, Order order) {
    if (own == null) {
      return -1;
    }
    if (!stored.isValid()) {
      return 1;
    }
    int ascending = Arrays.compareUnsigned(stored.key(), own.getKey());
    return order == Order.ASCENDING ? ascending : -ascending;
  }

  /** The part of a range that a read with a limit has really looked at. */
  private static KeyRange seen(KeyRange range, Entries entries, int limit, Order order) {
    if (entries.size() < limit) {
      return range;
    }
    byte[] last = entries.key(entries.size() - 1);
    return order == Order.ASCENDING
        ? range.before(KeyRange.next(last))
        : new KeyRange(last, range.end());
  }

  private interface Read<T> {
    @Nullable T get() throws RocksDBException;
  }

  private static <T> CompletableFuture<T> completed(Read<T> read) {
    try {
      return CompletableFuture.completedFuture(read.get());
    } catch (RocksDBException e) {
      return CompletableFuture.failedFuture(EmbeddedEngine.failure(e));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private final class SnapshotView implements ReadTransaction {
    @Override
    public CompletableFuture<byte @Nullable []> get(byte[] key) {
      return completed(() -> read(key));
    }

    @Override
    public CompletableFuture<Entries> getRange(KeyRange range, int limit, Order order) {
      return completed(() -> read(range, limit, order));
    }

    @Override
    public CompletableFuture<byte @Nullable []> metadataVersion() {
      return completed(EmbeddedTransaction.this::readMetadataVersion);
    }
  }

  /** Walks what is stored in a range. */
  private static final class StoredCursor implements AutoCloseable {
    private final RocksIterator iterator;
    private final KeyRange range;
    private final Order order;
    private byte @Nullable [] key;

    StoredCursor(RocksIterator iterator, KeyRange range, Order order) {
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

    byte[] key() {
      return Objects.requireNonNull(key);
    }

    byte[] value() {
      return iterator.value();
    }

    void addTo(Entries.Builder entries) {
      entries.add(key(), iterator.value());
    }

    void advance() {
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
