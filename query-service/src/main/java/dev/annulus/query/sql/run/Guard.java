package dev.annulus.query.sql.run;

import java.util.List;
import org.apache.calcite.DataContext;
import org.apache.calcite.linq4j.AbstractEnumerable;
import org.apache.calcite.linq4j.Enumerable;
import org.apache.calcite.linq4j.Enumerator;
import org.apache.calcite.linq4j.Linq4j;
import org.apache.calcite.linq4j.TransformedEnumerator;
import org.jspecify.annotations.Nullable;

/**
 * Stands between two operators of a running plan and counts the rows that pass. Generated loops
 * know neither deadline nor cancellation; they end because the rows they ask for go through here.
 */
public enum Guard {
  /** Rows that only pass. */
  PASSED {
    @Override
    void take(QueryBudget budget, int rows) {}
  },
  /** Rows that a join has produced. */
  JOINED {
    @Override
    void take(QueryBudget budget, int rows) {
      budget.takeJoined(rows);
    }
  },
  /** Rows that the next operator keeps. */
  HELD {
    @Override
    void take(QueryBudget budget, int rows) {
      budget.takeHeld(rows);
    }
  };

  private static final int STRIDE = 128;

  abstract void take(QueryBudget budget, int rows);

  /** The same rows, counted. Generated code calls it. */
  public static <T> Enumerable<T> watch(DataContext root, Guard guard, Enumerable<T> rows) {
    QueryBudget budget = ExecutionContext.of(root).budget();
    return new AbstractEnumerable<>() {
      @Override
      public Enumerator<T> enumerator() {
        budget.check();
        return new Watched<>(rows.enumerator(), guard, budget);
      }
    };
  }

  /**
   * The same rows, read once and kept however often they are asked for: nested loops ask for their
   * inner rows again and again. Generated code calls it.
   */
  public static <T> Enumerable<T> keep(DataContext root, Enumerable<T> rows) {
    Enumerable<T> watched = watch(root, HELD, rows);
    return new AbstractEnumerable<>() {
      private @Nullable List<T> kept;

      @Override
      public Enumerator<T> enumerator() {
        List<T> list = kept;
        if (list == null) {
          list = watched.toList();
          kept = list;
        }
        return watch(root, PASSED, Linq4j.asEnumerable(list)).enumerator();
      }
    };
  }

  /** Counts a group that an aggregate keeps. Generated code calls it. */
  public static long group(DataContext root) {
    QueryBudget budget = ExecutionContext.of(root).budget();
    budget.takeHeld(1);
    return 0;
  }

  /**
   * The same rows, on their way into a window whose frame moves with each row: it is added up anew
   * each time. Generated code calls it.
   *
   * @param width rows of the frame, at most
   */
  public static <T> Enumerable<T> slide(DataContext root, long width, Enumerable<T> rows) {
    QueryBudget budget = ExecutionContext.of(root).budget();
    return new AbstractEnumerable<>() {
      @Override
      public Enumerator<T> enumerator() {
        Enumerator<T> watched = watch(root, HELD, rows).enumerator();
        return new TransformedEnumerator<T, T>(watched) {
          private long count;

          @Override
          protected T transform(T row) {
            budget.takeFrameRows(Math.min(++count, width));
            return row;
          }
        };
      }
    };
  }

  private static final class Watched<T> implements Enumerator<T> {
    private final Enumerator<T> rows;
    private final Guard guard;
    private final QueryBudget budget;
    private int untilCheck = STRIDE;

    Watched(Enumerator<T> rows, Guard guard, QueryBudget budget) {
      this.rows = rows;
      this.guard = guard;
      this.budget = budget;
    }

    @Override
    public T current() {
      return rows.current();
    }

    @Override
    public boolean moveNext() {
      if (--untilCheck == 0) {
        untilCheck = STRIDE;
        guard.take(budget, STRIDE);
        budget.check();
      }
      return rows.moveNext();
    }

    @Override
    public void reset() {
      rows.reset();
    }

    @Override
    public void close() {
      rows.close();
    }
  }
}
