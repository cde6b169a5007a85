package dev.annulus.standalone;

import dev.annulus.kv.ForwardingEngine;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.ReadTransaction;
import dev.annulus.kv.StoreException;
import dev.annulus.kv.StoreException.Kind;
import dev.annulus.kv.Transaction;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * An engine that can be made to hang: reads wait until it goes on, writes fail as if it was away.
 */
final class StallingEngine extends ForwardingEngine {
  private volatile CompletableFuture<Void> running = CompletableFuture.completedFuture(null);

  StallingEngine(KeyValueEngine engine) {
    super(engine);
  }

  void stall() {
    running = new CompletableFuture<>();
  }

  void goOn() {
    running.complete(null);
  }

  @Override
  public <T> CompletableFuture<T> read(
      Function<? super ReadTransaction, ? extends CompletionStage<T>> body) {
    return running.thenCompose(on -> super.read(body));
  }

  @Override
  public <T> CompletableFuture<T> write(
      Function<? super Transaction, ? extends CompletionStage<T>> body) {
    return running.isDone()
        ? super.write(body)
        : CompletableFuture.failedFuture(new StoreException(Kind.UNAVAILABLE, "stalled"));
  }
}
