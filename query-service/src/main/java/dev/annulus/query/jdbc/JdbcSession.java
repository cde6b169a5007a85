package dev.annulus.query.jdbc;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What a JDBC client calls a connection: what holds for all of its queries, and its statements.
 * Thread-safe.
 *
 * <p>Of the properties a client sends only {@code start_ts}, {@code end_ts}, {@code max_rows} and
 * {@code query_timeout} are heeded; nothing a client says reaches Calcite's connection.
 */
final class JdbcSession implements AutoCloseable {
  private final int mostStatements;
  private final @Nullable Long startTs;
  private final @Nullable Long endTs;
  private final long maxRows;
  private final @Nullable Duration timeout;
  private final Map<Integer, Statement> statements = new ConcurrentHashMap<>();
  private final AtomicInteger lastId = new AtomicInteger();

  /**
   * @throws JdbcException if a property is not what it must be
   */
  JdbcSession(Map<String, String> properties, int mostStatements) {
    this.mostStatements = mostStatements;
    startTs = number(properties, "start_ts", "epoch seconds", Long.MIN_VALUE);
    endTs = number(properties, "end_ts", "epoch seconds", Long.MIN_VALUE);
    Long rows = number(properties, "max_rows", "a number of rows, from 1", 1);
    maxRows = rows == null ? 0 : rows;
    Long seconds = number(properties, "query_timeout", "seconds, from 1", 1);
    timeout = seconds == null ? null : Duration.ofSeconds(Math.min(seconds, Integer.MAX_VALUE));
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

  /** How many rows a result may have before it is cut; 0 for the server's bound. */
  long maxRows() {
    return maxRows;
  }

  /** How long a query may take; null for the server's bound. */
  @Nullable Duration timeout() {
    return timeout;
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

  /** An id that no statement of this connection has or gets. */
  int nextId() {
    return lastId.incrementAndGet();
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

  private static @Nullable Long number(
      Map<String, String> properties, String name, String rule, long least) {
    String text = properties.get(name);
    try {
      Long number = text == null ? null : Long.valueOf(text);
      if (number == null || number >= least) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Refused like a number that is too small.
    }
    throw new JdbcException("22023", "%s: must be %s, got %s".formatted(name, rule, text));
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
