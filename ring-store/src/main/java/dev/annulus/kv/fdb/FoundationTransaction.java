package dev.annulus.kv.fdb;

import com.apple.foundationdb.MutationType;
import dev.annulus.kv.Entries;
import dev.annulus.kv.KeyRange;
import dev.annulus.kv.ReadTransaction;
import dev.annulus.kv.Transaction;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Writes, and reads with conflict ranges, on FoundationDB's client. */
final class FoundationTransaction implements Transaction {
  /**
   * Ten bytes that the commit replaces with its versionstamp, then their offset (0) in four bytes.
   */
  private static final byte[] VERSIONSTAMP = new byte[14];

  private final com.apple.foundationdb.Transaction transaction;
  private final FoundationReads reads;

  FoundationTransaction(com.apple.foundationdb.Transaction transaction) {
    this.transaction = transaction;
    this.reads = new FoundationReads(transaction);
  }

  @Override
  public CompletableFuture<byte @Nullable []> get(byte[] key) {
    return reads.get(key);
  }

  @Override
  public CompletableFuture<Entries> getRange(KeyRange range, int limit, Order order) {
    return reads.getRange(range, limit, order);
  }

  @Override
  public CompletableFuture<byte @Nullable []> metadataVersion() {
    return reads.metadataVersion();
  }

  @Override
  public CompletableFuture<Long> estimatedBytes(KeyRange range) {
    return reads.estimatedBytes(range);
  }

  @Override
  public ReadTransaction snapshot() {
    return new FoundationReads(transaction.snapshot());
  }

  @Override
  public void addReadConflict(byte[] key) {
    transaction.addReadConflictKey(key);
  }

  @Override
  public void set(byte[] key, byte[] value) {
    transaction.set(key, value);
  }

  @Override
  public void clear(byte[] key) {
    transaction.clear(key);
  }

  @Override
  public void clear(KeyRange range) {
    if (!range.isEmpty()) {
      transaction.clear(range.begin(), range.end());
    }
  }

  @Override
  public void byteMax(byte[] key, byte[] value) {
    transaction.mutate(MutationType.BYTE_MAX, key, value);
  }

  @Override
  public void touchMetadataVersion() {
    transaction.mutate(
        MutationType.SET_VERSIONSTAMPED_VALUE, FoundationReads.METADATA_VERSION_KEY, VERSIONSTAMP);
  }
}
