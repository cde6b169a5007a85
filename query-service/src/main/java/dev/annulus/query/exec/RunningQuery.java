package dev.annulus.query.exec;

import dev.annulus.query.sql.api.CancelSignal;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A query that waits or runs. Thread-safe. */
public final class RunningQuery {
  private final String id;
  private final String sql;
  private final String client;
  private final Instant since;
  private final @Nullable ClientConnection connection;
  private final CancelSignal cancel = new CancelSignal();
  private volatile State state = State.QUEUED;

  RunningQuery(
      String id, String sql, String client, @Nullable ClientConnection connection, Instant since) {
    this.id = id;
    this.sql = sql;
    this.client = client;
    this.connection = connection;
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

  /** The connection its answer goes to; empty if it is not known. */
  Optional<ClientConnection> connection() {
    return Optional.ofNullable(connection);
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
