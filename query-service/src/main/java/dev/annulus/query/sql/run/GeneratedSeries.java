package dev.annulus.query.sql.run;

import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import org.apache.calcite.DataContext;
import org.apache.calcite.linq4j.AbstractEnumerable;
import org.apache.calcite.linq4j.Enumerable;
import org.apache.calcite.linq4j.Enumerator;
import org.jspecify.annotations.Nullable;

/** The rows of {@code generate_series}. */
public final class GeneratedSeries implements Enumerator<@Nullable Object> {
  private final QueryBudget budget;
  private final long start;
  private final long step;
  private final long count;
  private long at = -1;

  private GeneratedSeries(QueryBudget budget, long start, long step, long count) {
    this.budget = budget;
    this.start = start;
    this.step = step;
    this.count = count;
  }

  /**
   * Numbers from a start to a stop, both inclusive. Generated code calls it.
   *
   * @param arguments start, stop and, unless it is 1, step; without rows if one is null
   */
  public static Enumerable<@Nullable Object> series(
      DataContext root, @Nullable Object[] arguments) {
    QueryBudget budget = ExecutionContext.of(root).budget();
    return new AbstractEnumerable<>() {
      @Override
      public Enumerator<@Nullable Object> enumerator() {
        return of(budget, arguments);
      }
    };
  }

  private static GeneratedSeries of(QueryBudget budget, @Nullable Object[] arguments) {
    for (Object argument : arguments) {
      if (argument == null) {
        return new GeneratedSeries(budget, 0, 0, 0);
      }
    }
    long start = whole(arguments[0]);
    long stop = whole(arguments[1]);
    long step = arguments.length > 2 ? whole(arguments[2]) : 1;
    if (step == 0) {
      throw new SqlException(
          SqlErrorCode.INVALID_VALUE, "the step of generate_series must not be 0");
    }
    if (stop != start && stop > start != step > 0) {
      return new GeneratedSeries(budget, 0, 0, 0);
    }
    // Also where the distance is beyond a long: it is one without a sign.
    long steps = Long.divideUnsigned(Math.max(start, stop) - Math.min(start, stop), size(step));
    if (Long.compareUnsigned(steps, Integer.MAX_VALUE) >= 0) {
      throw new SqlException(
          SqlErrorCode.TOO_MANY_ROWS, "generate_series would give more than 2147483647 rows");
    }
    return new GeneratedSeries(budget, start, step, steps + 1);
  }

  /** A step without its sign, which may need all bits. */
  private static long size(long step) {
    return step < 0 ? -step : step;
  }

  private static long whole(@Nullable Object argument) {
    if (argument instanceof Long || argument instanceof Integer) {
      return ((Number) argument).longValue();
    }
    double value = argument instanceof Number number ? number.doubleValue() : Double.NaN;
    if (value != Math.rint(value) || Math.abs(value) > 1L << 53) {
      throw new SqlException(
          SqlErrorCode.INVALID_VALUE, "the arguments of generate_series must be whole numbers");
    }
    return (long) value;
  }

  @Override
  public boolean moveNext() {
    if ((++at & 1023) == 0) {
      budget.check();
    }
    return at < count;
  }

  @Override
  public Object current() {
    return start + at * step;
  }

  @Override
  public void reset() {
    at = -1;
  }

  @Override
  public void close() {}
}
