package dev.annulus.kv;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * An ordered map from byte keys to byte values with serializable transactions, in the manner of
 * FoundationDB.
 *
 * <p>Keys compare as unsigned bytes. Keys from {@code 0xFF} on are the engine's own. A transaction
 * sees one consistent snapshot and its own writes; it commits only if nothing it read (snapshot
 * reads excepted) was changed meanwhile. Sizes are limited as {@link Limits} says.
 *
 * <p>A body may run several times: after a conflict, and after a commit whose outcome is unknown,
 * which may have taken effect. So every body must be idempotent, must not keep the transaction, and
 * must change nothing outside it. The future a body returns decides: the transaction commits once
 * that future has completed, and is thrown away if it fails.
 *
 * <p>Every future this port hands out completes on the calling thread or on a thread of the engine;
 * what is composed on it must not block.
 *
 * <p>Thread-safe. Whoever opened the engine closes it, after the last future has completed.
 */
public interface KeyValueEngine extends AutoCloseable {

  /** The limits of every transaction. */
  Limits LIMITS = new Limits(10_000, 100_000, 10_000_000);

  /**
   * Sizes in bytes, inclusive; beyond them a {@link StoreException} of kind {@code TOO_LARGE}.
   *
   * @param keyBytes of one key
   * @param valueBytes of one value
   * @param transactionBytes of all keys, values and conflict ranges of one transaction
   */
  record Limits(int keyBytes, int valueBytes, int transactionBytes) {}

  /**
   * Runs a body that only reads. It is started over when its snapshot becomes too old.
   *
   * @return what the body's future gave; or a {@link StoreException}, or what the body threw
   */
  <T> CompletableFuture<T> read(
      Function<? super ReadTransaction, ? extends CompletionStage<T>> body);

  /**
   * Runs a body and commits. Conflicts and unknown outcomes are retried with back-off until the
   * engine's time-out.
   *
   * @return what the body's future gave in the attempt that committed; or a {@link StoreException},
   *     or what the body threw
   */
  <T> CompletableFuture<T> write(Function<? super Transaction, ? extends CompletionStage<T>> body);

  /** Releases the engine's threads and files. */
  @Override
  void close();
}
