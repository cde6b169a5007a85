package dev.annulus.store;

import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.ReadTransaction;
import dev.annulus.kv.Transaction;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Lets somebody else do something after each read of its user. */
final class BusyEngine implements KeyValueEngine {
  private final KeyValueEngine engine;
  private final Runnable meanwhile;

  /**
   * @param meanwhile runs on the thread that reads
   */
  BusyEngine(KeyValueEngine engine, Runnable meanwhile) {
    this.engine = engine;
    this.meanwhile = meanwhile;
  }

  @Override
  public <T> CompletableFuture<T> read(
      Function<? super ReadTransaction, ? extends CompletionStage<T>> body) {
    CompletableFuture<T> read = engine.read(body);
    read.handle((value, failure) -> null).join();
    meanwhile.run();
    return read;
  }

  @Override
  public <T> CompletableFuture<T> write(
      Function<? super Transaction, ? extends CompletionStage<T>> body) {
    return engine.write(body);
  }

  @Override
  public void close() {}
}
