package dev.annulus.query.sql;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/** Tells a running query to end. Thread-safe; once raised it stays raised. */
public final class CancelSignal {
  private final AtomicBoolean raised = new AtomicBoolean();
  private final Runnable turn;
  private final Predicate<CompletableFuture<?>> aside;

  /** A query that has not to wait for others. */
  public CancelSignal() {
    this(() -> {}, CompletableFuture::isDone);
  }

  /**
   * A query that may have to let others run.
   *
   * @param turn run often, on every thread that works for the query: it may block until the query
   *     may go on, or throw to end it
   * @param aside waits until a future is done or the query must end, without taking up what others
   *     need to run, and tells whether it has; false at once on other threads than the query's own
   */
  public CancelSignal(Runnable turn, Predicate<CompletableFuture<?>> aside) {
    this.turn = turn;
    this.aside = aside;
  }

  /** Lets others run, if it is their turn. */
  public void awaitTurn() {
    turn.run();
  }

  /**
   * Stands aside until another query has done something: whoever waits for a query must not hold
   * what that one needs to run. Returns early if this query must end.
   *
   * @return false if it cannot wait here, and did not
   */
  public boolean standAside(CompletableFuture<?> until) {
    return aside.test(until);
  }

  /** Ends the query within a fraction of a second; harmless after its end. */
  public void cancel() {
    raised.set(true);
  }

  /** Whether the query was told to end. */
  public boolean isCancelled() {
    return raised.get();
  }
}
