package dev.annulus.kv.remote;

import dev.annulus.kv.StoreException;
import dev.annulus.kv.StoreException.Kind;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/** The retry loop of one {@code read} or {@code write}. */
final class RetryLoop<T> {
  private static final long FIRST_PAUSE_MILLIS = 2;
  private static final long LONGEST_PAUSE_MILLIS = 500;

  private final Supplier<Channel> channels;
  private final Function<RemoteTransaction, ? extends CompletionStage<T>> body;
  private final boolean commits;
  private final long deadline;
  private final Duration timeout;
  private final Executor executor;
  private final CompletableFuture<T> result = new CompletableFuture<>();
  private volatile boolean committing;
  private volatile boolean mayHaveCommitted;
  private volatile String problem = "the store does not respond";
  private int attempt;

  RetryLoop(
      Supplier<Channel> channels,
      Function<RemoteTransaction, ? extends CompletionStage<T>> body,
      boolean commits,
      Duration timeout,
      Executor executor) {
    this.channels = channels;
    this.body = body;
    this.commits = commits;
    this.timeout = timeout;
    this.deadline = System.nanoTime() + timeout.toNanos();
    this.executor = executor;
  }

  /** Runs the first attempt on this thread, retries on the executor. */
  CompletableFuture<T> run() {
    next();
    return result;
  }

  /** The failure for an expired timeout. */
  StoreException timedOut() {
    String message = "no commit or result within " + timeout.toMillis() + " ms: " + problem;
    return new StoreException(
        mayHaveCommitted || committing ? Kind.OUTCOME_UNKNOWN : Kind.UNAVAILABLE, message);
  }

  private void next() {
    if (result.isDone()) {
      return;
    }
    RemoteTransaction transaction;
    try {
      transaction = new RemoteTransaction(channels.get(), commits);
    } catch (RetryException | StoreException e) {
      failed(e);
      return;
    }
    apply(transaction)
        .whenComplete(
            (value, failure) -> {
              committing = false;
              transaction.end();
              if (failure == null) {
                result.complete(value);
              } else {
                failed(StoreException.unwrap(failure));
              }
            });
  }

  private CompletableFuture<T> apply(RemoteTransaction transaction) {
    CompletableFuture<T> done;
    try {
      done = body.apply(transaction).toCompletableFuture();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
    return commits ? done.thenCompose(value -> commit(transaction, value)) : done;
  }

  private CompletableFuture<T> commit(RemoteTransaction transaction, T value) {
    committing = true;
    return transaction.commit().thenApply(committed -> value);
  }

  private void failed(Throwable failure) {
    if (failure instanceof RetryException retry) {
      mayHaveCommitted |= retry.mayHaveCommitted();
      problem = String.valueOf(retry.getMessage());
      again();
    } else {
      result.completeExceptionally(
          mayHaveCommitted && failure instanceof StoreException refused
              ? unknown(refused)
              : failure);
    }
  }

  /** An earlier attempt may have committed what this one was refused. */
  private static StoreException unknown(StoreException refused) {
    return new StoreException(Kind.OUTCOME_UNKNOWN, String.valueOf(refused.getMessage()), refused);
  }

  private void again() {
    long longest = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(16, attempt++));
    long pause = ThreadLocalRandom.current().nextLong(longest + 1);
    if (deadline - System.nanoTime() < TimeUnit.MILLISECONDS.toNanos(pause)) {
      result.completeExceptionally(timedOut());
      return;
    }
    CompletableFuture.delayedExecutor(pause, TimeUnit.MILLISECONDS, executor).execute(this::next);
  }
}
