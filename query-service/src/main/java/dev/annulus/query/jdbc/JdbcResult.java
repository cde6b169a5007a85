package dev.annulus.query.jdbc;

import dev.annulus.query.sql.SqlCursor;
import dev.annulus.query.sql.api.SqlColumn;
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
 * a query thread nor the deadline of a query, only these rows, whose number is bounded.
 */
final class JdbcResult implements AutoCloseable {
  private final List<SqlColumn> columns;
  private final HeldValues held;
  private final Deque<@Nullable Object[]> rows = new ArrayDeque<>();
  private long offset;
  private boolean closed;

  private JdbcResult(List<SqlColumn> columns, HeldValues held) {
    this.columns = List.copyOf(columns);
    this.held = held;
  }

  /**
   * Reads a result to its end.
   *
   * @throws JdbcException if no more values may be held
   */
  static JdbcResult of(SqlCursor cursor, HeldValues held, boolean finiteOnly) {
    JdbcResult result = new JdbcResult(cursor.columns(), held);
    try {
      while (cursor.next()) {
        @Nullable Object[] row = JdbcTypes.wire(cursor.row(), result.columns, finiteOnly);
        held.take(result.columns.size());
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
      rows.remove();
      held.release(columns.size());
      offset++;
    }
    List<Object> some = new ArrayList<>(Math.min(most, rows.size()));
    for (@Nullable Object[] row : rows) {
      if (some.size() == most) {
        break;
      }
      some.add(row);
    }
    return new Frame(offset, some.size() == rows.size(), some);
  }

  @Override
  public synchronized void close() {
    held.release(rows.size() * columns.size());
    rows.clear();
    closed = true;
  }
}
