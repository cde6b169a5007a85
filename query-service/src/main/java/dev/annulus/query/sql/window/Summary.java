package dev.annulus.query.sql.window;

import dev.annulus.query.sql.run.QueryBudget;
import dev.annulus.query.sql.window.WindowSpec.Call;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An aggregate of the rows of the frame. As long as frames only grow at their end, rows are added
 * to what is known; otherwise it starts anew.
 */
final class Summary implements PartitionFunction {
  private final Call call;
  private final List<Integer> arguments;
  private final Partition rows;
  private final FrameRows frame;
  private final boolean isWhole;
  private final QueryBudget budget;
  private final Set<Object> seen = new HashSet<>();
  private Accumulator sum;
  private int start;

  /** The last row added. */
  private int end = -1;

  /**
   * An aggregate.
   *
   * @param isWhole whether frames have all rows between their first and their last
   */
  Summary(Call call, Partition rows, FrameRows frame, boolean isWhole, QueryBudget budget) {
    this.call = call;
    this.arguments = call.arguments();
    this.rows = rows;
    this.frame = frame;
    this.isWhole = isWhole;
    this.budget = budget;
    this.sum = Accumulator.of(call);
  }

  @Override
  public @Nullable Object value(int row) {
    frame.moveTo(row);
    if (frame.start() != start || frame.end() < end || !isWhole) {
      sum = Accumulator.of(call);
      seen.clear();
      start = frame.start();
      end = start - 1;
    }
    if (frame.end() > end) {
      budget.takeFrameRows((long) frame.end() - end);
    }
    while (end < frame.end()) {
      if (frame.holds(++end)) {
        add(end);
      }
    }
    return sum.result();
  }

  private void add(int row) {
    @Nullable Object[] values = new @Nullable Object[arguments.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = rows.get(row, arguments.get(i));
      if (values[i] == null) {
        return;
      }
    }
    if (!call.isDistinct() || seen.add(Values.key(values, first(values.length)))) {
      sum.add(values);
    }
  }

  private static List<Integer> first(int count) {
    return count == 1 ? List.of(0) : List.of(0, 1).subList(0, count);
  }
}
