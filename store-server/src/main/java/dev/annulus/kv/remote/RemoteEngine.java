package dev.annulus.kv.remote;

import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.ReadTransaction;
import dev.annulus.kv.StoreException;
import dev.annulus.kv.StoreException.Kind;
import dev.annulus.kv.Transaction;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * A {@link KeyValueEngine} on a {@link StoreServer}. Futures complete on engine threads.
 *
 * <p>A connection that breaks during a commit leaves its outcome unknown. The body runs again on a
 * new connection, after the server has finished or dropped all work of the old one. So an abandoned
 * commit never takes effect after later ones.
 */
public final class RemoteEngine implements KeyValueEngine {
  private final RemoteConfig config;
  private final ForkJoinPool callbacks;
  private final Link link;
  private volatile boolean closed;

  private RemoteEngine(RemoteConfig config) {
    this.config = config;
    // A ForkJoinPool compensates for threads blocked in a body, so none waits for a thread it
    // occupies itself.
    this.callbacks =
        new ForkJoinPool(
            Math.max(2, Runtime.getRuntime().availableProcessors()),
            pool -> {
              ForkJoinWorkerThread thread =
                  ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
              thread.setName("annulus-store-" + thread.getPoolIndex());
              return thread;
            },
            null,
            true);
    this.link = new Link(config, callbacks);
  }

  /** Connects without waiting: an unreachable server fails the first transaction. */
  public static RemoteEngine open(RemoteConfig config) {
    return new RemoteEngine(config);
  }

  @Override
  public <T> CompletableFuture<T> read(
      Function<? super ReadTransaction, ? extends CompletionStage<T>> body) {
    return run(transaction -> body.apply(transaction.snapshot()), false);
  }

  @Override
  public <T> CompletableFuture<T> write(
      Function<? super Transaction, ? extends CompletionStage<T>> body) {
    return run(body::apply, true);
  }

  @Override
  public void close() {
    closed = true;
    link.close();
    callbacks.shutdown();
  }

  private <T> CompletableFuture<T> run(
      Function<RemoteTransaction, ? extends CompletionStage<T>> body, boolean commits) {
    if (closed) {
      return CompletableFuture.failedFuture(
          new StoreException(Kind.UNAVAILABLE, "the store is closed"));
    }
    RetryLoop<T> attempts =
        new RetryLoop<>(link::channel, body, commits, config.timeout(), callbacks);
    CompletableFuture<T> result = new CompletableFuture<>();
    attempts
        .run()
        .orTimeout(config.timeout().toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete(
            (value, failure) -> {
              if (failure == null) {
                result.complete(value);
              } else if (failure instanceof TimeoutException) {
                callbacks.execute(() -> result.completeExceptionally(attempts.timedOut()));
              } else {
                result.completeExceptionally(StoreException.unwrap(failure));
              }
            });
    return result;
  }
}
