package dev.annulus.query.sql.window;

import dev.annulus.query.sql.window.WindowSpec.Call;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The value of the row that stands some rows before or behind, whatever the frame. */
final class Neighbour implements PartitionFunction {
  private final Partition rows;
  private final List<Integer> arguments;
  private final boolean ignoresNulls;
  private final int direction;

  Neighbour(Call call, Partition rows, int direction) {
    this.rows = rows;
    this.arguments = call.arguments();
    this.ignoresNulls = call.ignoresNulls();
    this.direction = direction;
  }

  @Override
  public @Nullable Object value(int row) {
    Object away = arguments.size() > 1 ? rows.get(row, arguments.get(1)) : (Object) 1;
    if (away == null) {
      return null;
    }
    long distance = direction * ((Number) away).longValue();
    long at = ignoresNulls ? skipping(row, distance) : row + distance;
    if (at >= 0 && at < rows.size()) {
      return rows.get((int) at, arguments.get(0));
    }
    return arguments.size() > 2 ? rows.get(row, arguments.get(2)) : null;
  }

  /** The row at a distance when those without a value do not count; -1 if there is none. */
  private long skipping(int row, long distance) {
    int step = Long.signum(distance);
    long left = Math.abs(distance);
    int at = row;
    while (left > 0) {
      at += step;
      if (at < 0 || at >= rows.size()) {
        return -1;
      }
      if (rows.get(at, arguments.get(0)) != null) {
        left--;
      }
    }
    return at;
  }
}
