package dev.annulus.store;

import dev.annulus.kv.ForwardingEngine;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.ReadTransaction;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Lets somebody else do something after each read of its user. */
final class BusyEngine extends ForwardingEngine {
  private final Runnable meanwhile;

  /**
   * @param meanwhile runs on the thread that reads
   */
  BusyEngine(KeyValueEngine engine, Runnable meanwhile) {
    super(engine);
    this.meanwhile = meanwhile;
  }

  @Override
  public <T> CompletableFuture<T> read(
      Function<? super ReadTransaction, ? extends CompletionStage<T>> body) {
    CompletableFuture<T> read = super.read(body);
    read.handle((value, failure) -> null).join();
    meanwhile.run();
    return read;
  }
}
