package dev.annulus.kv.embedded;

import dev.annulus.kv.Entries;
import dev.annulus.kv.KeyRange;
import dev.annulus.kv.ReadTransaction;
import dev.annulus.kv.Transaction;
import dev.annulus.kv.buffer.ReadSet;
import dev.annulus.kv.buffer.WriteBuffer;
import dev.annulus.kv.buffer.WriteBuffer.Own;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * One attempt: reads use a RocksDB snapshot, writes are buffered. Its futures are already complete.
 */
final class EmbeddedTransaction implements Transaction, AutoCloseable {
  private final StoredSnapshot stored;
  private final WriteBuffer writes = new WriteBuffer();
  private final ReadSet reads = new ReadSet();
  private boolean finished;

  EmbeddedTransaction(StoredSnapshot stored) {
    this.stored = stored;
  }

  StoredSnapshot stored() {
    return stored;
  }

  WriteBuffer writes() {
    return writes;
  }

  ReadSet reads() {
    return reads;
  }

  private void checkUsable() {
    if (finished) {
      throw new IllegalStateException("the transaction has ended");
    }
    stored.checkAge();
  }

  @Override
  public void close() {
    finished = true;
    stored.close();
  }

  @Override
  public CompletableFuture<byte @Nullable []> get(byte[] key) {
    reads.add(key);
    return completed(() -> read(key));
  }

  @Override
  public CompletableFuture<Entries> getRange(KeyRange range, int limit, Order order) {
    return completed(
        () -> {
          Entries entries = read(range, limit, order);
          reads.add(range, entries, limit, order);
          return entries;
        });
  }

  @Override
  public CompletableFuture<List<byte @Nullable []>> getAll(List<byte[]> keys) {
    keys.forEach(reads::add);
    return completed(() -> read(keys));
  }

  @Override
  public CompletableFuture<byte @Nullable []> metadataVersion() {
    reads.add(EmbeddedEngine.METADATA_VERSION_KEY);
    return completed(this::readMetadataVersion);
  }

  @Override
  public CompletableFuture<Long> estimatedBytes(KeyRange range) {
    return completed(() -> stored.estimatedBytes(range));
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
    writes.checkMetadataVersionReadable();
    checkUsable();
    return stored.get(EmbeddedEngine.METADATA_VERSION_KEY);
  }

  private byte @Nullable [] read(byte[] key) throws RocksDBException {
    checkUsable();
    WriteBuffer.checkKey(key);
    Own own = writes.own(key);
    if (own != null) {
      return own.overBase() ? own.over(stored.get(key)) : own.value();
    }
    return writes.hides(key) ? null : stored.get(key);
  }

  private List<byte @Nullable []> read(List<byte[]> keys) throws RocksDBException {
    checkUsable();
    keys.forEach(WriteBuffer::checkKey);
    if (writes.isEmpty()) {
      return stored.getAll(keys);
    }
    List<byte @Nullable []> values = new ArrayList<>(keys.size());
    for (byte[] key : keys) {
      values.add(read(key));
    }
    return values;
  }

  /** Each key costs a native call. */
  private Entries read(KeyRange range, int limit, Order order) throws RocksDBException {
    checkUsable();
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be at least 1, got " + limit);
    }
    Entries.Builder entries = new Entries.Builder();
    if (range.isEmpty()) {
      return entries.build();
    }
    return stored.walk(
        range,
        order,
        cursor -> {
          if (writes.isEmpty()) {
            while (entries.size() < limit && cursor.isValid()) {
              cursor.addTo(entries);
              cursor.advance();
            }
          } else {
            writes.own(range).merge(cursor, range, limit, order, entries);
          }
          return entries.build();
        });
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
    public CompletableFuture<List<byte @Nullable []>> getAll(List<byte[]> keys) {
      return completed(() -> read(keys));
    }

    @Override
    public CompletableFuture<byte @Nullable []> metadataVersion() {
      return completed(EmbeddedTransaction.this::readMetadataVersion);
    }

    @Override
    public CompletableFuture<Long> estimatedBytes(KeyRange range) {
      return EmbeddedTransaction.this.estimatedBytes(range);
    }
  }
}
