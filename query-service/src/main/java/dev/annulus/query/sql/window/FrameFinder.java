package dev.annulus.query.sql.window;

import dev.annulus.query.sql.window.WindowSpec.Bound;
import dev.annulus.query.sql.window.WindowSpec.Frame;
import dev.annulus.query.sql.window.WindowSpec.Place;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Finds the first and the last row of a frame; it is empty if the last is before the first. A
 * distance of keys is counted in the direction of the order: what precedes is larger where the
 * order descends. Rows whose key is null are near each other and to nothing else.
 */
final class FrameFinder {
  private static final long MILLIS_PER_DAY = 86_400_000;

  private final Partition rows;
  private final Frame frame;
  private final List<WindowSpec.Key> order;

  /** The rows whose key is not null: from, inclusive, and to, exclusive. */
  private int from;

  private int to;

  FrameFinder(Partition rows, Frame frame, List<WindowSpec.Key> order) {
    this.rows = rows;
    this.frame = frame;
    this.order = order;
    this.to = rows.size();
    if (order.size() == 1) {
      int column = order.get(0).column();
      while (from < to && rows.get(from, column) == null) {
        from++;
      }
      while (to > from && rows.get(to - 1, column) == null) {
        to--;
      }
    }
  }

  int start(int row) {
    Bound bound = frame.start();
    return switch (bound.place()) {
      case UNBOUNDED -> 0;
      case CURRENT -> frame.byRows() ? row : rows.firstPeer(row);
      default ->
          frame.byRows()
              ? (int) Math.max(0, Math.min(rows.size(), (long) row + distance(row, bound)))
              : order.isEmpty()
                  ? isBeyond(row, bound, Place.FOLLOWING) ? rows.size() : 0
                  : isNull(row) ? rows.firstPeer(row) : first(reaches(row, bound, 0));
    };
  }

  int end(int row) {
    Bound bound = frame.end();
    return switch (bound.place()) {
      case UNBOUNDED -> rows.size() - 1;
      case CURRENT -> frame.byRows() ? row : rows.lastPeer(row);
      default ->
          frame.byRows()
              ? (int) Math.max(-1, Math.min(rows.size() - 1, (long) row + distance(row, bound)))
              : order.isEmpty()
                  ? isBeyond(row, bound, Place.PRECEDING) ? -1 : rows.size() - 1
                  : isNull(row) ? rows.lastPeer(row) : first(reaches(row, bound, 1)) - 1;
    };
  }

  /** Whether a bound lies off a key that is the same in all rows, which Calcite leaves out. */
  private boolean isBeyond(int row, Bound bound, Place side) {
    return bound.place() == side && ((Number) at(row, bound.distance())).doubleValue() != 0;
  }

  /** Rows from a row to a bound; negative if it precedes. */
  private long distance(int row, Bound bound) {
    long rowsAway = ((Number) at(row, bound.distance())).longValue();
    return bound.place() == Place.PRECEDING ? -rowsAway : rowsAway;
  }

  private boolean isNull(int row) {
    return rows.get(row, order.get(0).column()) == null;
  }

  private Object at(int row, int column) {
    Object value = rows.get(row, column);
    if (value == null) {
      throw new IllegalArgumentException("a frame has a bound that is null");
    }
    return value;
  }

  /**
   * Tells of rows whether their key lies at a bound or behind it.
   *
   * @param least 0 if those at the bound count, 1 if only those behind do
   */
  private IntPredicate reaches(int row, Bound bound, int least) {
    WindowSpec.Key key = order.get(0);
    boolean up = (bound.place() == Place.FOLLOWING) != key.descending();
    Object own = at(row, key.column());
    Object distance = at(row, bound.distance());
    if (own instanceof Double || distance instanceof Double) {
      double away = ((Number) distance).doubleValue();
      double limit = ((Number) own).doubleValue() + (up ? away : -away);
      return i ->
          ahead(Values.compare(((Number) at(i, key.column())).doubleValue(), limit), key) >= least;
    }
    long away = ((Number) distance).longValue() / (key.isDate() ? MILLIS_PER_DAY : 1);
    long start = ((Number) own).longValue();
    long limit = up ? start + away : start - away;
    if ((limit < start) == up && away != 0) { // every key lies on this side of the limit
      return i -> ahead(up ? -1 : 1, key) >= least;
    }
    return i ->
        ahead(Long.compare(((Number) at(i, key.column())).longValue(), limit), key) >= least;
  }

  private static int ahead(int comparison, WindowSpec.Key key) {
    return key.descending() ? -comparison : comparison;
  }

  /** The first row with a key that something is true of, as it is of all behind. */
  private int first(IntPredicate reached) {
    int low = from;
    int high = to;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (reached.test(middle)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
