package dev.annulus.query.jdbc;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What a JDBC client calls a connection: a range of time and its statements. Thread-safe.
 *
 * <p>Of the properties a client sends only {@code start_ts} and {@code end_ts} are heeded; nothing
 * a client says reaches Calcite's connection.
 */
final class JdbcSession implements AutoCloseable {
  private final int mostStatements;
  private final @Nullable Long startTs;
  private final @Nullable Long endTs;
  private final Map<Integer, Statement> statements = new ConcurrentHashMap<>();
  private final AtomicInteger lastId = new AtomicInteger();

  /**
   * @throws JdbcException if the range of time is none
   */
  JdbcSession(Map<String, String> properties, int mostStatements) {
    this.mostStatements = mostStatements;
    startTs = seconds(properties, "start_ts");
    endTs = seconds(properties, "end_ts");
    if (startTs != null && endTs != null && startTs > endTs) {
      throw new JdbcException("22023", "start_ts: must not be after end_ts");
    }
  }

  /** The oldest ts that queries see, epoch seconds, inclusive; null for any. */
  @Nullable Long startTs() {
    return startTs;
  }

  /** The newest ts that queries see, epoch seconds, inclusive; null for any. */
  @Nullable Long endTs() {
    return endTs;
  }

  /**
   * Opens a statement.
   *
   * @param sql of a prepared statement; null if each execution brings its own
   * @param maxRows of a prepared statement; 0 for the server's bound
   * @return its id within this connection
   */
  int open(@Nullable String sql, long maxRows) {
    if (statements.size() >= mostStatements) {
      throw new JdbcException(
          "53000",
          "The connection has %d open statements: close those that are done with."
              .formatted(mostStatements));
    }
    int id = lastId.incrementAndGet();
    statements.put(id, new Statement(sql, maxRows));
    return id;
  }

  /** An open statement; null if there is none of this id. */
  @Nullable Statement statement(int id) {
    return statements.get(id);
  }

  void close(int id) {
    Statement statement = statements.remove(id);
    if (statement != null) {
      statement.close();
    }
  }

  @Override
  public void close() {
    statements.keySet().forEach(this::close);
  }

  private static @Nullable Long seconds(Map<String, String> properties, String name) {
    String text = properties.get(name);
    try {
      return text == null ? null : Long.valueOf(text);
    } catch (NumberFormatException e) {
      throw new JdbcException("22023", name + ": must be epoch seconds, got " + text);
    }
  }

  /** A statement and its open result, of which it has at most one. Thread-safe. */
  static final class Statement implements AutoCloseable {
    private final @Nullable String sql;
    private final long maxRows;
    private @Nullable JdbcResult result;
    private boolean closed;

    private Statement(@Nullable String sql, long maxRows) {
      this.sql = sql;
      this.maxRows = maxRows;
    }

    @Nullable String sql() {
      return sql;
    }

    long maxRows() {
      return maxRows;
    }

    synchronized @Nullable JdbcResult result() {
      return result;
    }

    /** Takes a new result and forgets the one before it. */
    synchronized void take(@Nullable JdbcResult newResult) {
      if (result != null) {
        result.close();
      }
      result = newResult;
      if (closed && newResult != null) {
        newResult.close();
      }
    }

    @Override
    public synchronized void close() {
      closed = true;
      take(null);
    }
  }
}
