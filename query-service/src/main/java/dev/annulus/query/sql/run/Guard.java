package dev.annulus.query.sql.run;

import java.util.List;
import org.apache.calcite.DataContext;
import org.apache.calcite.linq4j.AbstractEnumerable;
import org.apache.calcite.linq4j.Enumerable;
import org.apache.calcite.linq4j.Enumerator;
import org.apache.calcite.linq4j.Linq4j;
import org.jspecify.annotations.Nullable;

/**
 * Stands between two operators of a running plan and counts the rows that pass. Generated loops
 * know neither deadline nor cancellation nor memory; they end because the rows they ask for go
 * through here. Generated code calls all of it.
 *
 * <p>Rows that the next operator keeps are counted in bytes too: a number of them known from their
 * type, and their texts ({@link RowBytes}).
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
  private static final int[] NO_TEXTS = {};

  abstract void take(QueryBudget budget, int rows);

  /** The same rows, counted. */
  public static <T> Enumerable<T> watch(DataContext root, Guard guard, Enumerable<T> rows) {
    return watched(root, guard, 0, NO_TEXTS, rows);
  }

  /**
   * The same rows, which the next operator keeps.
   *
   * @param bytes of a row without its texts
   * @param texts numbers of the columns that are no numbers
   */
  public static <T> Enumerable<T> hold(
      DataContext root, long bytes, int[] texts, Enumerable<T> rows) {
    return watched(root, HELD, bytes, texts, rows);
  }

  private static <T> Enumerable<T> watched(
      DataContext root, Guard guard, long bytes, int[] texts, Enumerable<T> rows) {
    QueryBudget budget = ExecutionContext.of(root).budget();
    return new AbstractEnumerable<>() {
      @Override
      public Enumerator<T> enumerator() {
        budget.check();
        Watched<T> watched = new Watched<>(rows.enumerator(), guard, bytes, budget);
        return texts.length == 0 ? watched : new Weighed<>(watched, texts, budget);
      }
    };
  }

  /**
   * The same rows, read once and kept however often they are asked for: nested loops ask for their
   * inner rows again and again.
   *
   * @param bytes as for {@link #hold}
   * @param texts as for {@link #hold}
   */
  public static <T> Enumerable<T> keep(
      DataContext root, long bytes, int[] texts, Enumerable<T> rows) {
    Enumerable<T> held = hold(root, bytes, texts, rows);
    return new AbstractEnumerable<>() {
      private @Nullable List<T> kept;

      @Override
      public Enumerator<T> enumerator() {
        List<T> list = kept;
        if (list == null) {
          list = held.toList();
          kept = list;
        }
        return watch(root, PASSED, Linq4j.asEnumerable(list)).enumerator();
      }
    };
  }

  /**
   * The same rows, of which the next operator keeps some at a time.
   *
   * @param most rows it keeps
   * @param bytes as for {@link #hold}
   * @param texts as for {@link #hold}
   */
  public static <T> Enumerable<T> top(
      DataContext root, long most, long bytes, int[] texts, Enumerable<T> rows) {
    QueryBudget budget = ExecutionContext.of(root).budget();
    Enumerable<T> passed = watch(root, PASSED, rows);
    return new AbstractEnumerable<>() {
      @Override
      public Enumerator<T> enumerator() {
        return new Top<>(passed.enumerator(), most, bytes, texts, budget);
      }
    };
  }

  /**
   * The same rows, arrays; if there are none, one with these values. Generated code calls it.
   *
   * @param total may hold nulls
   */
  @SuppressWarnings("unchecked") // rows of several columns are arrays
  public static <T> Enumerable<T> orTotal(Enumerable<T> rows, List<?> total) {
    // Groups are all there before the first is asked for, so that looking twice costs nothing.
    Enumerable<T> one = Linq4j.singletonEnumerable((T) total.toArray());
    return new AbstractEnumerable<>() {
      @Override
      public Enumerator<T> enumerator() {
        return rows.any() ? rows.enumerator() : one.enumerator();
      }
    };
  }

  /**
   * Counts a group that an aggregate keeps.
   *
   * @param bytes of the group without its texts
   */
  public static long group(DataContext root, long bytes) {
    QueryBudget budget = ExecutionContext.of(root).budget();
    budget.takeHeld(1);
    budget.hold(bytes);
    return 0;
  }

  /**
   * Counts the texts that a group keeps: its key, or the texts an aggregate may have kept.
   *
   * @param held what was counted for it before
   * @return what is counted for it now, at least 1
   */
  public static long groupTexts(DataContext root, long held, @Nullable Object[] texts) {
    long bytes = 1;
    for (Object text : texts) {
      bytes += RowBytes.of(text);
    }
    if (bytes <= held) {
      return held;
    }
    ExecutionContext.of(root).budget().hold(bytes - held);
    return bytes;
  }

  /** {@code a || b}. */
  public static String concat(DataContext root, String a, String b) {
    ExecutionContext.of(root).budget().expectText((long) a.length() + b.length());
    return a.concat(b);
  }

  private static class Passing<T> implements Enumerator<T> {
    final Enumerator<T> rows;

    Passing(Enumerator<T> rows) {
      this.rows = rows;
    }

    @Override
    public T current() {
      return rows.current();
    }

    @Override
    public boolean moveNext() {
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

  private static final class Watched<T> extends Passing<T> {
    private final Guard guard;
    private final long bytes;
    private final QueryBudget budget;
    private int untilCheck = STRIDE;

    Watched(Enumerator<T> rows, Guard guard, long bytes, QueryBudget budget) {
      super(rows);
      this.guard = guard;
      this.bytes = bytes;
      this.budget = budget;
    }

    @Override
    public boolean moveNext() {
      if (--untilCheck == 0) {
        untilCheck = STRIDE;
        guard.take(budget, STRIDE);
        if (bytes > 0) {
          budget.hold(STRIDE * bytes);
        }
        budget.check();
      }
      return rows.moveNext();
    }
  }

  /** Makes each row once, since what is counted is what is to be kept. */
  private static final class Weighed<T> extends Passing<T> {
    private final RowBytes weight;
    private final QueryBudget budget;
    private @Nullable T row;

    Weighed(Enumerator<T> rows, int[] texts, QueryBudget budget) {
      super(rows);
      this.weight = new RowBytes(texts);
      this.budget = budget;
    }

    @Override
    @SuppressWarnings("NullAway") // a row of one column can be null
    public T current() {
      return row;
    }

    @Override
    public boolean moveNext() {
      if (!rows.moveNext()) {
        row = null;
        return false;
      }
      row = rows.current();
      budget.hold(weight.texts(row));
      return true;
    }
  }

  /** Counts as many rows as can be kept, each as large as the largest, or all if that is less. */
  private static final class Top<T> extends Passing<T> {
    private final long most;
    private final long bytes;
    private final RowBytes weight;
    private final QueryBudget budget;
    private @Nullable T row;
    private long count;
    private long total;
    private long largest;
    private long held;

    Top(Enumerator<T> rows, long most, long bytes, int[] texts, QueryBudget budget) {
      super(rows);
      this.most = most;
      this.bytes = bytes;
      this.weight = new RowBytes(texts);
      this.budget = budget;
    }

    @Override
    @SuppressWarnings("NullAway") // a row of one column can be null
    public T current() {
      return row;
    }

    @Override
    public boolean moveNext() {
      if (!rows.moveNext()) {
        row = null;
        return false;
      }
      row = rows.current();
      long size = bytes + weight.texts(row);
      total += size;
      largest = Math.max(largest, size);
      long keeps = Math.min(total, Math.min(++count, most) * largest);
      if (keeps > held) {
        budget.hold(keeps - held);
        held = keeps;
      }
      return true;
    }
  }
}
