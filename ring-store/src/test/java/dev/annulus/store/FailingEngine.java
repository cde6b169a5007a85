package dev.annulus.store;

import dev.annulus.kv.ForwardingEngine;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.StoreException;
import dev.annulus.kv.StoreException.Kind;
import dev.annulus.kv.Transaction;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Lets a number of writes through, then fails every one until told to go on. */
final class FailingEngine extends ForwardingEngine {
  private int writesLeft = Integer.MAX_VALUE;

  FailingEngine(KeyValueEngine engine) {
    super(engine);
  }

  void failAfter(int writes) {
    writesLeft = writes;
  }

  @Override
  public <T> CompletableFuture<T> write(
      Function<? super Transaction, ? extends CompletionStage<T>> body) {
    if (writesLeft-- <= 0) {
      writesLeft = 0;
      return CompletableFuture.failedFuture(new StoreException(Kind.UNAVAILABLE, "store is away"));
    }
    return super.write(body);
  }
}
