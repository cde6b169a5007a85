package dev.annulus.query.exec;

import dev.annulus.query.sql.api.CancelSignal;
import java.time.Instant;

/** A query that waits or runs. Thread-safe. */
public final class RunningQuery {
  private final String id;
  private final String sql;
  private final String client;
  private final Instant since;
  private final CancelSignal cancel = new CancelSignal();
  private volatile State state = State.QUEUED;

  RunningQuery(String id, String sql, String client, Instant since) {
    this.id = id;
    this.sql = sql;
    this.client = client;
    this.since = since;
  }

  /** What it is doing. */
  public enum State {
    QUEUED,
    RUNNING
  }

  /** Its id, unique among all queries of all services. */
  public String id() {
    return id;
  }

  /** Its text as the client sent it. */
  public String sql() {
    return sql;
  }

  /** The client's address. */
  public String client() {
    return client;
  }

  /** When it was accepted. */
  public Instant since() {
    return since;
  }

  /** Whether it waits or runs. */
  public State state() {
    return state;
  }

  /** Ends it, or keeps it from starting. */
  public CancelSignal cancel() {
    return cancel;
  }

  void started() {
    state = State.RUNNING;
  }
}
