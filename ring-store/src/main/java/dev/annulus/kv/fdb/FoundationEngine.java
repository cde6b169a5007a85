package dev.annulus.kv.fdb;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.FDB;
import com.apple.foundationdb.FDBException;
import com.apple.foundationdb.Transaction;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.ReadTransaction;
import dev.annulus.kv.StoreException;
import dev.annulus.kv.StoreException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * A {@link KeyValueEngine} on a FoundationDB cluster.
 *
 * <p>FoundationDB's {@code onError} decides whether to retry, and backs off. Futures complete on
 * the executor given to {@link #open}, never on FoundationDB's network thread. Any number of
 * transactions may be in flight.
 */
public final class FoundationEngine implements KeyValueEngine {
  private static final int API_VERSION = 730;
  private static final int TRANSACTION_TIMED_OUT = 1031;

  private final Database database;
  private final Executor executor;
  private final Duration timeout;

  private FoundationEngine(Database database, Executor executor, Duration timeout) {
    this.database = database;
    this.executor = executor;
    this.timeout = timeout;
  }

  /**
   * Connects to a cluster without waiting for it: an unreachable cluster fails the first
   * transaction.
   *
   * @param clusterFile the cluster file, as {@code FDB_CLUSTER_FILE} names it
   * @param executor runs retried bodies and completes futures
   * @param timeout limit for one {@link #read} or {@link #write}, retries included
   * @throws StoreException {@code UNUSABLE} if the file cannot be read or the client library is
   *     missing
   */
  public static FoundationEngine open(Path clusterFile, Executor executor, Duration timeout) {
    if (!Files.isReadable(clusterFile)) {
      throw new StoreException(
          Kind.UNUSABLE, "cannot read the FoundationDB cluster file " + clusterFile);
    }
    try {
      FDB fdb = FDB.selectAPIVersion(API_VERSION);
      return new FoundationEngine(fdb.open(clusterFile.toString(), executor), executor, timeout);
    } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
      throw new StoreException(
          Kind.UNUSABLE,
          "the FoundationDB client library (libfdb_c, 7.3) is not installed; install the package"
              + " foundationdb-clients in the cluster's version",
          e);
    } catch (FDBException e) {
      throw new StoreException(
          Kind.UNUSABLE, "cannot open the FoundationDB cluster: " + e.getMessage(), e);
    }
  }

  @Override
  public <T> CompletableFuture<T> read(
      Function<? super ReadTransaction, ? extends CompletionStage<T>> body) {
    return read(newTransaction(), body);
  }

  /** If the snapshot is too old, the next attempt asks for the latest. */
  @Override
  public <T> CompletableFuture<T> readSince(
      long snapshot, Function<? super ReadTransaction, ? extends CompletionStage<T>> body) {
    Transaction transaction = newTransaction();
    transaction.setReadVersion(snapshot);
    return read(transaction, body);
  }

  private static <T> CompletableFuture<T> read(
      Transaction begun, Function<? super ReadTransaction, ? extends CompletionStage<T>> body) {
    CompletableFuture<T> result = new CompletableFuture<>();
    new Attempt<T>(
            transaction -> body.apply(new FoundationReads(transaction.snapshot())), false, result)
        .run(begun);
    return result;
  }

  @Override
  public <T> CompletableFuture<T> write(
      Function<? super dev.annulus.kv.Transaction, ? extends CompletionStage<T>> body) {
    CompletableFuture<T> result = new CompletableFuture<>();
    new Attempt<T>(transaction -> body.apply(new FoundationTransaction(transaction)), true, result)
        .run(newTransaction());
    return result;
  }

  @Override
  public void close() {
    database.close();
  }

  private Transaction newTransaction() {
    Transaction transaction = database.createTransaction(executor);
    transaction.options().setTimeout(timeout.toMillis());
    return transaction;
  }

  /** The retry loop of one {@code read} or {@code write}. */
  private static final class Attempt<T> {
    private final Function<Transaction, CompletionStage<T>> body;
    private final boolean commits;
    private final CompletableFuture<T> result;
    private volatile boolean mayHaveCommitted;

    Attempt(
        Function<Transaction, CompletionStage<T>> body,
        boolean commits,
        CompletableFuture<T> result) {
      this.body = body;
      this.commits = commits;
      this.result = result;
    }

    void run(Transaction transaction) {
      CompletableFuture<T> attempt;
      try {
        attempt = body.apply(transaction).toCompletableFuture();
      } catch (RuntimeException e) {
        attempt = CompletableFuture.failedFuture(e);
      }
      if (commits) {
        attempt = attempt.thenCompose(value -> commit(transaction).thenApply(done -> value));
      }
      attempt.whenComplete(
          (value, failure) -> {
            if (failure == null) {
              transaction.close();
              result.complete(value);
            } else {
              failed(transaction, StoreException.unwrap(failure));
            }
          });
    }

    private CompletableFuture<Void> commit(Transaction transaction) {
      return transaction
          .commit()
          .whenComplete(
              (done, failure) -> {
                if (StoreException.unwrap(failure) instanceof FDBException e) {
                  mayHaveCommitted |= e.isMaybeCommitted() || e.getCode() == TRANSACTION_TIMED_OUT;
                }
              });
    }

    private void failed(Transaction transaction, Throwable failure) {
      if (!(failure instanceof FDBException fdbFailure)) {
        transaction.close();
        result.completeExceptionally(failure);
        return;
      }
      transaction
          .onError(fdbFailure)
          .whenComplete(
              (next, fatal) -> {
                if (fatal == null) {
                  run(next);
                } else {
                  transaction.close();
                  result.completeExceptionally(translate(StoreException.unwrap(fatal)));
                }
              });
    }

    private Throwable translate(Throwable failure) {
      if (!(failure instanceof FDBException e)) {
        return failure;
      }
      String message = "FoundationDB: " + e.getMessage() + " (" + e.getCode() + ")";
      return switch (e.getCode()) {
        case 2101, 2102, 2103 -> new StoreException(Kind.TOO_LARGE, message, e);
        case 2004 -> new IllegalArgumentException(message, e);
        case 1036 -> new IllegalStateException(message, e);
        default ->
            mayHaveCommitted
                ? new StoreException(Kind.OUTCOME_UNKNOWN, message, e)
                : new StoreException(
                    e.isRetryable() || e.getCode() == TRANSACTION_TIMED_OUT
                        ? Kind.UNAVAILABLE
                        : Kind.UNUSABLE,
                    message,
                    e);
      };
    }
  }
}
