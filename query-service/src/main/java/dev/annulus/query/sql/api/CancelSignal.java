package dev.annulus.query.sql.api;

import java.util.concurrent.atomic.AtomicBoolean;

/** Tells a running query to end. Thread-safe; once raised it stays raised. */
public final class CancelSignal {
  private final AtomicBoolean raised = new AtomicBoolean();

  /** Ends the query within a fraction of a second; harmless after its end. */
  public void cancel() {
    raised.set(true);
  }

  /** Whether the query was told to end. */
  public boolean isCancelled() {
    return raised.get();
  }
}
