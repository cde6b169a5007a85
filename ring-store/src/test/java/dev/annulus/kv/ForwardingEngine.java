package dev.annulus.kv;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Passes transactions on to another engine, which it does not close: the base of faulty engines.
 */
public abstract class ForwardingEngine implements KeyValueEngine {
  private final KeyValueEngine engine;

  protected ForwardingEngine(KeyValueEngine engine) {
    this.engine = engine;
  }

  @Override
  public <T> CompletableFuture<T> read(
      Function<? super ReadTransaction, ? extends CompletionStage<T>> body) {
    return engine.read(body);
  }

  @Override
  public <T> CompletableFuture<T> write(
      Function<? super Transaction, ? extends CompletionStage<T>> body) {
    return engine.write(body);
  }

  @Override
  public void close() {}
}
