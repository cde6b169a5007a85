package dev.annulus.store;

import dev.annulus.kv.ForwardingEngine;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.Transaction;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Behaves as if the outcome of every commit had been unknown, though it took effect: each body runs
 * and commits twice, and the caller hears of the second run only.
 */
final class UnknownOutcomeEngine extends ForwardingEngine {

  UnknownOutcomeEngine(KeyValueEngine engine) {
    super(engine);
  }

  @Override
  public <T> CompletableFuture<T> write(
      Function<? super Transaction, ? extends CompletionStage<T>> body) {
    return this.<T>once(body).thenCompose(ignored -> once(body));
  }

  private <T> CompletableFuture<T> once(
      Function<? super Transaction, ? extends CompletionStage<T>> body) {
    return super.write(body);
  }
}
