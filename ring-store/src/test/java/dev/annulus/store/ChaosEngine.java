package dev.annulus.store;

import dev.annulus.kv.ForwardingEngine;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.ReadTransaction;
import dev.annulus.kv.StoreException;
import dev.annulus.kv.StoreException.Kind;
import dev.annulus.kv.Transaction;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Fails some transactions: before they run, after they have committed, or by committing them twice.
 * Thread-safe.
 */
final class ChaosEngine extends ForwardingEngine {
  private final Random random;
  private volatile boolean calm = true;

  ChaosEngine(KeyValueEngine engine, long seed) {
    super(engine);
    this.random = new Random(seed);
  }

  /** Whether to fail nothing from now on. */
  void calm(boolean now) {
    calm = now;
  }

  @Override
  public <T> CompletableFuture<T> read(
      Function<? super ReadTransaction, ? extends CompletionStage<T>> body) {
    return !calm && random.nextInt(40) == 0 ? failed(Kind.UNAVAILABLE) : super.read(body);
  }

  @Override
  public <T> CompletableFuture<T> write(
      Function<? super Transaction, ? extends CompletionStage<T>> body) {
    return switch (calm ? -1 : random.nextInt(24)) {
      case 0 -> failed(Kind.UNAVAILABLE);
      case 1 -> this.<T>commit(body).thenCompose(done -> failed(Kind.OUTCOME_UNKNOWN));
      case 2 -> this.<T>commit(body).thenCompose(done -> commit(body));
      default -> commit(body);
    };
  }

  private <T> CompletableFuture<T> commit(
      Function<? super Transaction, ? extends CompletionStage<T>> body) {
    return super.write(body);
  }

  private static <T> CompletableFuture<T> failed(Kind kind) {
    return CompletableFuture.failedFuture(new StoreException(kind, "chaos"));
  }
}
