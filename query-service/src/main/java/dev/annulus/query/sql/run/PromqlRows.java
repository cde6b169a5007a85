package dev.annulus.query.sql.run;

import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import org.apache.calcite.DataContext;
import org.apache.calcite.linq4j.AbstractEnumerable;
import org.apache.calcite.linq4j.Enumerable;
import org.apache.calcite.linq4j.Enumerator;
import org.apache.calcite.linq4j.Linq4j;
import org.jspecify.annotations.Nullable;

/** The rows of {@code promql}: time, value and labels of each point, series by series. */
public final class PromqlRows implements Enumerator<@Nullable Object[]> {
  private static final long SECOND = 1_000;
  private static final long MOST_SECONDS = 1L << 40;
  private static final int STRIDE = 1_024;

  private final RangeQueries.Result result;
  private final QueryBudget budget;
  private RangeQueries.@Nullable Series series;
  private int point;
  private int untilCheck = STRIDE;

  private PromqlRows(RangeQueries.Result result, QueryBudget budget) {
    this.result = result;
    this.budget = budget;
  }

  /**
   * Evaluates a query. Generated code calls it.
   *
   * @param millis what one of each argument is in milliseconds: 1,000 of a number of seconds
   * @param arguments the query, start, end and step; without rows if one is null
   */
  public static Enumerable<@Nullable Object[]> points(
      DataContext root, long[] millis, @Nullable Object[] arguments) {
    ExecutionContext context = ExecutionContext.of(root);
    return new AbstractEnumerable<>() {
      @Override
      public Enumerator<@Nullable Object[]> enumerator() {
        return of(context, millis, arguments);
      }
    };
  }

  private static Enumerator<@Nullable Object[]> of(
      ExecutionContext context, long[] millis, @Nullable Object[] arguments) {
    for (Object argument : arguments) {
      if (argument == null) {
        return Linq4j.emptyEnumerator();
      }
    }
    long start = seconds("start", arguments[1], millis[1]);
    long end = seconds("end", arguments[2], millis[2]);
    double step = number(arguments[3]) * millis[3] / SECOND;
    if (!(step > 0 && step == Math.rint(step) && step <= MOST_SECONDS)) {
      throw invalid("the step must be a whole number of seconds greater than 0, or an interval");
    }
    return new PromqlRows(
        context
            .promql()
            .range(
                String.valueOf(arguments[0]),
                start * SECOND,
                end * SECOND,
                ((long) step) * SECOND,
                context.budget()),
        context.budget());
  }

  /** Timestamps are cut to seconds, as {@code now()} has a fraction; numbers must have none. */
  private static long seconds(String name, @Nullable Object argument, long millis) {
    double value = number(argument);
    double seconds = millis == SECOND ? value : Math.floor(value * millis / SECOND);
    if (!(seconds == Math.rint(seconds) && Math.abs(seconds) <= MOST_SECONDS)) {
      throw invalid("the %s must be whole epoch seconds, or a timestamp".formatted(name));
    }
    return (long) seconds;
  }

  private static double number(@Nullable Object argument) {
    return argument instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  private static SqlException invalid(String what) {
    return new SqlException(SqlErrorCode.INVALID_VALUE, "promql: " + what);
  }

  @Override
  public boolean moveNext() {
    if (--untilCheck == 0) {
      untilCheck = STRIDE;
      budget.check();
    }
    RangeQueries.Series now = series;
    if (now != null && ++point < now.size()) {
      return true;
    }
    if (!result.hasNext()) {
      series = null;
      return false;
    }
    series = result.next();
    point = 0;
    return true;
  }

  @Override
  public @Nullable Object[] current() {
    RangeQueries.Series now = series;
    if (now == null) {
      throw new IllegalStateException("there is no row");
    }
    return new @Nullable Object[] {
      Math.floorDiv(now.millis(point), SECOND), now.value(point), now.labels()
    };
  }

  @Override
  public void reset() {
    throw new UnsupportedOperationException("points are read once");
  }

  @Override
  public void close() {
    result.close();
  }
}
