package dev.annulus.query.sql.api;

import java.util.concurrent.atomic.AtomicBoolean;

/** Tells a running query to end. Thread-safe; once raised it stays raised. */
public final class CancelSignal {
  private final AtomicBoolean raised = new AtomicBoolean();
  private final Runnable turn;

  /** A query that has not to wait for others. */
  public CancelSignal() {
    this(() -> {});
  }

  /**
   * A query that may have to let others run.
   *
   * @param turn run often, on every thread that works for the query: it may block until the query
   *     may go on, or throw to end it
   */
  public CancelSignal(Runnable turn) {
    this.turn = turn;
  }

  /** Lets others run, if it is their turn. */
  public void awaitTurn() {
    turn.run();
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
