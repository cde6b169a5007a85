package dev.annulus.kv;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * An ordered map from byte keys to byte values with serializable transactions; the model is
 * FoundationDB.
 *
 * <p>Keys compare as unsigned bytes. Keys from {@code 0xFF} on belong to the engine. A transaction
 * sees one consistent snapshot plus its own writes. It commits only if nothing it read has changed
 * since, except by snapshot reads. {@link Limits} bounds sizes.
 *
 * <p>A body may run several times: after a conflict, or after a commit whose outcome is unknown and
 * which may have taken effect. So every body must be idempotent, must not keep the transaction, and
 * must have no effect outside it. The transaction commits when the body's future completes, and is
 * discarded when that future fails.
 *
 * <p>Every returned future completes on the calling thread or on an engine thread; callbacks must
 * not block.
 *
 * <p>Thread-safe. The caller that opened the engine closes it, after the last future has completed.
 */
public interface KeyValueEngine extends AutoCloseable {

  /** The limits of every transaction. */
  Limits LIMITS = new Limits(10_000, 100_000, 10_000_000);

  /**
   * Maximum sizes in bytes, inclusive; a larger one fails with {@code TOO_LARGE}.
   *
   * @param keyBytes of one key
   * @param valueBytes of one value
   * @param transactionBytes of all keys, values and conflict ranges of one transaction
   */
  record Limits(int keyBytes, int valueBytes, int transactionBytes) {}

  /**
   * Runs a read-only body. Restarts it when its snapshot becomes too old.
   *
   * @return the result of the body's future; fails with a {@link StoreException} or whatever the
   *     body threw
   */
  <T> CompletableFuture<T> read(
      Function<? super ReadTransaction, ? extends CompletionStage<T>> body);

  /**
   * Runs a read-only body like {@link #read}, but on the snapshot that an earlier read had, or a
   * later one. An engine behind a network then need not ask for the latest.
   *
   * @param snapshot as {@link ReadTransaction#snapshotVersion} gave it, at most some seconds ago
   */
  default <T> CompletableFuture<T> readSince(
      long snapshot, Function<? super ReadTransaction, ? extends CompletionStage<T>> body) {
    return read(body);
  }

  /**
   * Runs a body and commits. Retries conflicts and unknown outcomes with back-off until the
   * engine's timeout.
   *
   * @return the result of the body's future in the attempt that committed; fails with a {@link
   *     StoreException} or whatever the body threw
   */
  <T> CompletableFuture<T> write(Function<? super Transaction, ? extends CompletionStage<T>> body);

  /** Releases the engine's threads and files. */
  @Override
  void close();
}
