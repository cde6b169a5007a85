package dev.annulus.query.jdbc;

import dev.annulus.query.sql.SqlColumn;
import dev.annulus.query.sql.plan.SqlCursor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.calcite.avatica.Meta.Frame;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a result that a client has not fetched yet. Thread-safe.
 *
 * <p>The query has ended by then: a client that takes its time, or never comes back, keeps neither
 * a query thread nor the deadline of a query, only these rows, whose bytes are bounded.
 */
final class JdbcResult implements AutoCloseable {
  /** Bytes of the rows of one frame, about. */
  private static final long FRAME = 4 << 20;

  private final List<SqlColumn> columns;
  private final HeldRows held;
  private final Deque<@Nullable Object[]> rows = new ArrayDeque<>();
  private long offset;
  private boolean closed;

  private JdbcResult(List<SqlColumn> columns, HeldRows held) {
    this.columns = List.copyOf(columns);
    this.held = held;
  }

  /**
   * Reads a result to its end.
   *
   * @throws JdbcException if no more bytes may be held
   */
  static JdbcResult of(SqlCursor cursor, HeldRows held, boolean finiteOnly) {
    JdbcResult result = new JdbcResult(cursor.columns(), held);
    try {
      while (cursor.next()) {
        @Nullable Object[] row = JdbcTypes.wire(cursor.keptRow(), result.columns, finiteOnly);
        held.take(SqlCursor.heldBytes(row));
        result.rows.add(row);
      }
      return result;
    } catch (RuntimeException e) {
      result.close();
      throw e;
    }
  }

  List<SqlColumn> columns() {
    return columns;
  }

  /**
   * Some rows, which are forgotten with the next call.
   *
   * @param from number of the first row wanted, from 0; what is before it is forgotten
   * @param most rows, at least 1
   * @throws JdbcException if it was closed meanwhile, so that no client takes it for complete
   */
  synchronized Frame frame(long from, int most) {
    if (closed) {
      throw new JdbcException("24000", "The result was closed, with its statement or connection.");
    }
    while (offset < from && !rows.isEmpty()) {
      held.release(SqlCursor.heldBytes(rows.remove()));
      offset++;
    }
    List<Object> some = new ArrayList<>(Math.min(most, rows.size()));
    long bytes = 0;
    for (@Nullable Object[] row : rows) {
      if (some.size() == most || bytes > FRAME) {
        break;
      }
      some.add(row);
      bytes += SqlCursor.heldBytes(row);
    }
    return new Frame(offset, some.size() == rows.size(), some);
  }

  @Override
  public synchronized void close() {
    rows.forEach(row -> held.release(SqlCursor.heldBytes(row)));
    rows.clear();
    closed = true;
  }
}
