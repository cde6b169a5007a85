package dev.annulus.kv;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The reads of one transaction. Valid only inside the body that received it. Threads must not call
 * it concurrently, but any number of its futures may be outstanding.
 */
public interface ReadTransaction {

  /** The value of a key; null if absent. The caller owns the array. */
  CompletableFuture<byte @Nullable []> get(byte[] key);

  /**
   * The first or last entries of a range.
   *
   * @param range the keys wanted
   * @param limit maximum number of entries, at least 1
   * @param order ascending from the start of the range, or descending from its end
   */
  CompletableFuture<Entries> getRange(KeyRange range, int limit, Order order);

  /**
   * The values of several keys, as by {@link #get}, but an engine may do less for each. Ascending
   * keys cost least.
   *
   * @return the values in the order of the keys; null where a key is absent
   */
  default CompletableFuture<List<byte @Nullable []>> getAll(List<byte[]> keys) {
    List<CompletableFuture<byte @Nullable []>> values = new ArrayList<>(keys.size());
    for (byte[] key : keys) {
      values.add(get(key));
    }
    return CompletableFuture.allOf(values.toArray(new CompletableFuture<?>[0]))
        .thenApply(
            done -> {
              List<byte @Nullable []> found = new ArrayList<>(values.size());
              for (CompletableFuture<byte @Nullable []> value : values) {
                found.add(value.join());
              }
              return found;
            });
  }

  /**
   * The database-wide version that {@link Transaction#touchMetadataVersion()} sets; null before the
   * first touch. It comes with the snapshot at no cost. Equal versions in two snapshots mean that
   * no transaction between them touched it. Must not be read after a touch in the same transaction.
   */
  CompletableFuture<byte @Nullable []> metadataVersion();

  /**
   * Says to {@link KeyValueEngine#readSince} which snapshot this is; 0 from an engine whose reads
   * cost the same without.
   */
  default CompletableFuture<Long> snapshotVersion() {
    return CompletableFuture.completedFuture(0L);
  }

  /**
   * An estimate of a range's size on disk in bytes, before replication. It does not read the range
   * and is not part of the snapshot: it may be off by a few MB and a few seconds, and ignores this
   * transaction's writes.
   */
  CompletableFuture<Long> estimatedBytes(KeyRange range);

  /** The order of a range read. */
  enum Order {
    ASCENDING,
    DESCENDING
  }
}
