package dev.annulus.query.sql.plan;

import dev.annulus.query.sql.SqlColumn;
import dev.annulus.query.sql.SqlException;
import dev.annulus.query.sql.SqlStats;
import dev.annulus.query.sql.run.QueryBudget;
import java.util.List;
import org.apache.calcite.linq4j.Enumerator;
import org.apache.calcite.linq4j.Linq4j;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a result, one at a time: only what the query itself has to keep is in memory. Used by
 * one thread at a time; whoever opened it closes it.
 */
public final class SqlCursor implements AutoCloseable {
  /** The columns of a plan as a result. */
  static final List<SqlColumn> PLAN_COLUMNS =
      List.of(new SqlColumn("plan", SqlColumn.Type.VARCHAR));

  private final List<SqlColumn> columns;
  private final Enumerator<Object> rows;
  private final QueryBudget budget;
  private final Failures failures;
  private final ResultValues values;
  private final int maxRows;
  private final Planning planning;
  private int count;
  private long bytes;
  private @Nullable String cutAt;

  private SqlCursor(
      List<SqlColumn> columns,
      Enumerator<Object> rows,
      QueryBudget budget,
      Failures failures,
      int maxRows,
      Planning planning) {
    this.columns = columns;
    this.rows = rows;
    this.budget = budget;
    this.failures = failures;
    this.values = new ResultValues(columns);
    this.maxRows = maxRows;
    this.planning = planning;
  }

  /**
   * What it took until the plan could run.
   *
   * @param nanos since the engine was called
   * @param cached whether the plan was there already
   */
  record Planning(long nanos, boolean cached) {}

  static SqlCursor ofRows(
      List<SqlColumn> columns,
      Enumerator<Object> rows,
      QueryBudget budget,
      Failures failures,
      int maxRows,
      Planning planning) {
    return new SqlCursor(columns, rows, budget, failures, maxRows, planning);
  }

  /** A plan as a result: one row for each of its lines. */
  static SqlCursor ofPlan(String plan, QueryBudget budget, Failures failures) {
    return new SqlCursor(
        PLAN_COLUMNS,
        Linq4j.asEnumerable(plan.lines().<Object>map(line -> line).toList()).enumerator(),
        budget,
        failures,
        Integer.MAX_VALUE,
        new Planning(budget.elapsedNanos(), false));
  }

  /** The columns of every row. */
  public List<SqlColumn> columns() {
    return columns;
  }

  /**
   * Moves to the next row.
   *
   * @return whether there is one
   * @throws SqlException if the query failed or had to end
   */
  public boolean next() {
    try {
      if (cutAt != null || !rows.moveNext()) {
        budget.check();
        return false;
      }
      if (count == maxRows) {
        cutAt = maxRows + " rows";
        return false;
      }
      if (bytes >= budget.resultBytes()) {
        cutAt = budget.resultBytes() + " bytes";
        return false;
      }
      count++;
      return true;
    } catch (RuntimeException | Error e) {
      throw failures.translate(e);
    }
  }

  /** The row moved to, a value for each column; the array belongs to the caller. Asked for once. */
  public @Nullable Object[] row() {
    try {
      @Nullable Object[] row = values.row(rows.current());
      bytes += ResultValues.bytes(row);
      return row;
    } catch (RuntimeException | Error e) {
      throw failures.translate(e);
    }
  }

  /**
   * The row moved to, for a caller that keeps it until the query ends, like {@link #row}.
   *
   * @throws SqlException if the query would hold too much
   */
  public @Nullable Object[] keptRow() {
    @Nullable Object[] row = row();
    budget.hold(ResultValues.heldBytes(row));
    return row;
  }

  /** What a row counts for in the memory of whoever keeps it. */
  public static long heldBytes(@Nullable Object[] row) {
    return ResultValues.heldBytes(row);
  }

  /** Whether rows were cut off at a bound; known once {@link #next} gave false. */
  public boolean isTruncated() {
    return cutAt != null;
  }

  /** At how many rows or bytes the rest was cut off, in words; null if nothing was. */
  public @Nullable String cutAt() {
    return cutAt;
  }

  /** What the query has cost so far. */
  public SqlStats stats() {
    return new SqlStats(
        budget.elapsedNanos(),
        planning.nanos(),
        planning.cached(),
        budget.samples(),
        budget.bytes(),
        budget.series(),
        count);
  }

  @Override
  public void close() {
    try {
      rows.close();
    } finally {
      budget.close();
    }
  }
}
