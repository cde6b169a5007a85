package dev.annulus.query.sql.run;

import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import java.util.Iterator;
import java.util.Map;

/**
 * Range queries of another language than SQL, for the table function {@code promql}. Thread-safe; a
 * result is of one thread.
 */
public interface RangeQueries {
  /** Of an engine that has no other language. */
  RangeQueries NONE =
      (query, start, end, step, budget) -> {
        throw new SqlException(SqlErrorCode.UNSUPPORTED, "PromQL is not available here");
      };

  /** A series of the result with at least one point. */
  interface Series {
    /** Its labels, sorted by name; unmodifiable. */
    Map<String, String> labels();

    /** How many points it has. */
    int size();

    /** The time of a point in epoch milliseconds; ascending. */
    long millis(int point);

    /** The value of a point. */
    double value(int point);
  }

  /** The series of a result, computed as they are asked for; to be closed. */
  interface Result extends Iterator<Series>, AutoCloseable {
    @Override
    void close();
  }

  /**
   * Evaluates a query at each step of a range of time.
   *
   * @param startMillis epoch milliseconds of the first step
   * @param endMillis no step is later
   * @param stepMillis positive
   * @param budget time and memory of the SQL query that asks
   * @throws SqlException if there is no result
   */
  Result range(String query, long startMillis, long endMillis, long stepMillis, QueryBudget budget);
}
