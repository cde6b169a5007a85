package dev.annulus.query.prometheus;

import dev.annulus.promql.PromqlException;
import dev.annulus.promql.eval.QueryResult;
import dev.annulus.promql.eval.QueryValue.MatrixSeries;
import dev.annulus.promql.eval.QueryValue.MatrixValue;
import dev.annulus.promql.series.Labels;
import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import dev.annulus.query.sql.run.QueryBudget;
import dev.annulus.query.sql.run.RangeQueries;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** PromQL for SQL's table function {@code promql}. Thread-safe. */
public final class PromqlTables implements RangeQueries {
  private static final int POINT_BYTES = 16;

  private final PromqlQueries queries;

  public PromqlTables(PromqlQueries queries) {
    this.queries = queries;
  }

  @Override
  public Result range(
      String query, long startMillis, long endMillis, long stepMillis, QueryBudget budget) {
    int most = queries.limits().sqlChars();
    if (query.length() > most) {
      throw new SqlException(
          SqlErrorCode.INVALID_VALUE,
          "promql: the query may have at most %d characters (query.max-sql-chars)".formatted(most));
    }
    try {
      QueryResult result =
          queries
              .engine(PromqlQueries.LOOKBACK_MILLIS)
              .range(query, startMillis, endMillis, stepMillis, queries.environment(budget));
      return new Matrix(result, budget);
    } catch (PromqlException e) {
      throw failure(e);
    } catch (StackOverflowError e) {
      throw new SqlException(
          SqlErrorCode.TOO_COMPLEX,
          "promql: a regular expression or the query is nested too deeply",
          null,
          null,
          e);
    }
  }

  private static SqlException failure(PromqlException e) {
    SqlErrorCode code =
        switch (e.type()) {
          case BAD_DATA, EXECUTION -> SqlErrorCode.INVALID_VALUE;
          case TOO_MUCH -> SqlErrorCode.TOO_COMPLEX;
          case TIMEOUT -> SqlErrorCode.TIMEOUT;
          case CANCELED -> SqlErrorCode.CANCELLED;
        };
    return new SqlException(code, "promql: " + e.getMessage(), null, null, e);
  }

  private static final class Matrix implements Result {
    private final QueryResult result;
    private final Iterator<MatrixSeries> series;
    private final QueryBudget budget;

    /** What the longest series so far takes; there is one at a time, beside the result. */
    private long held;

    Matrix(QueryResult result, QueryBudget budget) {
      this.result = result;
      this.series = ((MatrixValue) result.value()).series().iterator();
      this.budget = budget;
    }

    @Override
    public boolean hasNext() {
      return series.hasNext();
    }

    @Override
    public Series next() {
      MatrixSeries next = series.next();
      long bytes = (long) POINT_BYTES * next.size();
      if (bytes > held) {
        budget.hold(bytes - held);
        held = bytes;
      }
      return new Points(next);
    }

    @Override
    public void close() {
      result.close();
    }
  }

  private static final class Points implements Series {
    private final Map<String, String> labels;
    private final long[] millis;
    private final double[] values;
    private int size;

    Points(MatrixSeries series) {
      labels = map(series.labels());
      millis = new long[series.size()];
      values = new double[series.size()];
      series.forEach(
          (at, value) -> {
            millis[size] = at;
            values[size++] = value;
          });
    }

    private static Map<String, String> map(Labels labels) {
      Map<String, String> map = new LinkedHashMap<>();
      labels.forEach(map::put);
      return Collections.unmodifiableMap(map);
    }

    @Override
    public Map<String, String> labels() {
      return labels;
    }

    @Override
    public int size() {
      return size;
    }

    @Override
    public long millis(int point) {
      return millis[point];
    }

    @Override
    public double value(int point) {
      return values[point];
    }
  }
}
