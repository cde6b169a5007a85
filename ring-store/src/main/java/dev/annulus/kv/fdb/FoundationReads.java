package dev.annulus.kv.fdb;

import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.StreamingMode;
import dev.annulus.kv.Entries;
import dev.annulus.kv.KeyRange;
import dev.annulus.kv.ReadTransaction;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Reads on FoundationDB's client. */
final class FoundationReads implements ReadTransaction {
  static final byte[] METADATA_VERSION_KEY =
      "\u00ff/metadataVersion".getBytes(StandardCharsets.ISO_8859_1);

  private final com.apple.foundationdb.ReadTransaction transaction;

  FoundationReads(com.apple.foundationdb.ReadTransaction transaction) {
    this.transaction = transaction;
  }

  @Override
  public CompletableFuture<byte @Nullable []> get(byte[] key) {
    return transaction.get(key);
  }

  @Override
  public CompletableFuture<Entries> getRange(KeyRange range, int limit, Order order) {
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be at least 1, got " + limit);
    }
    if (range.isEmpty()) {
      return CompletableFuture.completedFuture(new Entries.Builder().build());
    }
    return transaction
        .getRange(
            range.begin(), range.end(), limit, order == Order.DESCENDING, StreamingMode.WANT_ALL)
        .asList()
        .thenApply(
            found -> {
              Entries.Builder entries = new Entries.Builder();
              for (KeyValue entry : found) {
                entries.add(entry.getKey(), entry.getValue());
              }
              return entries.build();
            });
  }

  @Override
  public CompletableFuture<Long> estimatedBytes(KeyRange range) {
    return range.isEmpty()
        ? CompletableFuture.completedFuture(0L)
        : transaction.getEstimatedRangeSizeBytes(range.begin(), range.end());
  }

  @Override
  public CompletableFuture<Long> snapshotVersion() {
    return transaction.getReadVersion();
  }

  @Override
  public CompletableFuture<byte @Nullable []> metadataVersion() {
    return transaction.get(METADATA_VERSION_KEY);
  }
}
