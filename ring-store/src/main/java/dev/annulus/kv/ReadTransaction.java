package dev.annulus.kv;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What one transaction sees. Usable only inside the body it was handed to; calls of one transaction
 * must not overlap from several threads, but their futures may be outstanding together.
 */
public interface ReadTransaction {

  /** The value of a key; null if there is none. The array belongs to the caller. */
  CompletableFuture<byte @Nullable []> get(byte[] key);

  /**
   * The first or last entries of a range.
   *
   * @param range the keys wanted
   * @param limit how many entries at most, at least 1
   * @param order ascending from the range's begin, or descending from its end
   */
  CompletableFuture<Entries> getRange(KeyRange range, int limit, Order order);

  /**
   * The first entries of a range, for a reader that looks at values only: keys may be empty, but
   * not that of the entry that fills the limit, from which the reader can go on.
   *
   * @param range the keys wanted
   * @param limit how many entries at most, at least 1
   */
  default CompletableFuture<Entries> getValues(KeyRange range, int limit) {
    return getRange(range, limit, Order.ASCENDING);
  }

  /**
   * The database-wide version that {@link Transaction#touchMetadataVersion()} sets; null before the
   * first. It arrives with the snapshot at no cost. Two equal versions mean that no transaction
   * between the two snapshots touched it. Must not be read after being touched in the same
   * transaction.
   */
  CompletableFuture<byte @Nullable []> metadataVersion();

  /**
   * Roughly how many bytes a range takes on disk, before replication. It costs no reading of the
   * range and is no part of the snapshot: it may be some MB and some seconds off, and shows no
   * writes of this transaction.
   */
  CompletableFuture<Long> estimatedBytes(KeyRange range);

  /** The order of a range read. */
  enum Order {
    ASCENDING,
    DESCENDING
  }
}
