package dev.annulus.query.sql.window;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a partition in their order, and which of them are equal in it. A row has the columns
 * of the input, the constants, and then room for what is computed.
 */
final class Partition {
  private final List<@Nullable Object[]> rows;
  private final List<WindowSpec.Key> order;

  /** For each row the first of its equals, and the last. */
  private final int[] firstPeer;

  private final int[] lastPeer;

  /** Sorts the rows in place. */
  Partition(List<@Nullable Object[]> rows, List<WindowSpec.Key> order) {
    this.rows = rows;
    this.order = order;
    if (!order.isEmpty()) {
      rows.sort(this::compare);
    }
    firstPeer = new int[rows.size()];
    lastPeer = new int[rows.size()];
    for (int from = 0; from < rows.size(); ) {
      int to = from + 1;
      while (to < rows.size() && compare(rows.get(from), rows.get(to)) == 0) {
        to++;
      }
      for (int i = from; i < to; i++) {
        firstPeer[i] = from;
        lastPeer[i] = to - 1;
      }
      from = to;
    }
  }

  private int compare(@Nullable Object[] a, @Nullable Object[] b) {
    for (WindowSpec.Key key : order) {
      Object x = a[key.column()];
      Object y = b[key.column()];
      int difference =
          x == null || y == null ? (x == null ? 0 : 1) - (y == null ? 0 : 1) : Values.compare(x, y);
      if (difference != 0) {
        boolean nullsDecide = x == null || y == null;
        return (nullsDecide ? !key.nullsFirst() : key.descending()) ? -difference : difference;
      }
    }
    return 0;
  }

  int size() {
    return rows.size();
  }

  @Nullable Object get(int row, int column) {
    return rows.get(row)[column];
  }

  void set(int row, int column, @Nullable Object value) {
    rows.get(row)[column] = value;
  }

  /** The first row that is equal to a row in the order; all are without an order. */
  int firstPeer(int row) {
    return firstPeer[row];
  }

  /** The last row that is equal to a row. */
  int lastPeer(int row) {
    return lastPeer[row];
  }
}
