package dev.annulus.kv;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A transaction that counts its own writes. Not thread-safe. */
final class CountedTransaction implements Transaction {
  private final Transaction transaction;
  private long keys;
  private long bytes;

  CountedTransaction(Transaction transaction) {
    this.transaction = transaction;
  }

  /** Writes and clears so far. */
  long keys() {
    return keys;
  }

  /** Bytes of their keys and values. */
  long bytes() {
    return bytes;
  }

  private void count(int written) {
    keys++;
    bytes += written;
  }

  @Override
  public CompletableFuture<byte @Nullable []> get(byte[] key) {
    return transaction.get(key);
  }

  @Override
  public CompletableFuture<Entries> getRange(KeyRange range, int limit, Order order) {
    return transaction.getRange(range, limit, order);
  }

  @Override
  public CompletableFuture<List<byte @Nullable []>> getAll(List<byte[]> keys) {
    return transaction.getAll(keys);
  }

  @Override
  public CompletableFuture<byte @Nullable []> metadataVersion() {
    return transaction.metadataVersion();
  }

  @Override
  public CompletableFuture<Long> estimatedBytes(KeyRange range) {
    return transaction.estimatedBytes(range);
  }

  @Override
  public ReadTransaction snapshot() {
    return transaction.snapshot();
  }

  @Override
  public void addReadConflict(byte[] key) {
    transaction.addReadConflict(key);
  }

  @Override
  public void set(byte[] key, byte[] value) {
    count(key.length + value.length);
    transaction.set(key, value);
  }

  @Override
  public void clear(byte[] key) {
    count(key.length);
    transaction.clear(key);
  }

  @Override
  public void clear(KeyRange range) {
    count(range.begin().length + range.end().length);
    transaction.clear(range);
  }

  @Override
  public void byteMax(byte[] key, byte[] value) {
    count(key.length + value.length);
    transaction.byteMax(key, value);
  }

  @Override
  public void touchMetadataVersion() {
    transaction.touchMetadataVersion();
  }
}
