package dev.annulus.kv;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Decorates an engine with counters, as callers see it: results and errors pass through unchanged.
 * Thread-safe.
 */
public final class CountingEngine implements KeyValueEngine {
  private final KeyValueEngine engine;
  private final EngineStats stats = new EngineStats();

  /** Wraps {@code engine}; closing this engine closes the wrapped one. */
  public CountingEngine(KeyValueEngine engine) {
    this.engine = engine;
  }

  /** The counters, live. */
  public EngineStats stats() {
    return stats;
  }

  @Override
  public <T> CompletableFuture<T> read(
      Function<? super ReadTransaction, ? extends CompletionStage<T>> body) {
    AttemptCounter attempts = new AttemptCounter();
    CompletableFuture<T> result =
        engine.read(
            tx -> {
              attempts.begin();
              return body.apply(tx);
            });
    result.whenComplete(
        (value, failure) -> (failure == null ? stats.reads : stats.failures).increment());
    return result;
  }

  @Override
  public <T> CompletableFuture<T> write(
      Function<? super Transaction, ? extends CompletionStage<T>> body) {
    AttemptCounter attempts = new AttemptCounter();
    CompletableFuture<T> result =
        engine.write(
            tx ->
                body.apply(attempts.begin(tx))
                    .whenComplete((value, failure) -> attempts.bodyEnded(failure == null)));
    result.whenComplete((value, failure) -> attempts.ended(failure == null));
    return result;
  }

  @Override
  public void close() {
    engine.close();
  }

  /** Counts the attempts of one call, which run one after the other. */
  private final class AttemptCounter {
    private volatile @Nullable CountedTransaction last;
    private volatile boolean begun;
    private volatile boolean committing;

    void begin() {
      if (begun) {
        stats.retries.increment();
      }
      begun = true;
    }

    CountedTransaction begin(Transaction transaction) {
      begin();
      if (committing) {
        stats.conflicts.increment();
      }
      committing = false;
      CountedTransaction counted = new CountedTransaction(transaction);
      last = counted;
      return counted;
    }

    void bodyEnded(boolean well) {
      committing = well;
    }

    void ended(boolean well) {
      CountedTransaction committed = last;
      if (!well || committed == null) {
        stats.failures.increment();
        return;
      }
      stats.commits.increment();
      stats.writtenKeys.add(committed.keys());
      stats.writtenBytes.add(committed.bytes());
      stats.largestBytes.accumulate(committed.bytes());
    }
  }
}
