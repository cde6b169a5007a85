package dev.annulus.query.sql.plan;

import org.apache.calcite.rel.core.Window;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexWindowBound;

/** How many rows windows add up for each row. */
final class Frames {
  private Frames() {}

  /** All groups of a window together; as large as can be where only the rows can tell. */
  static long width(Window window) {
    long width = 1;
    for (Window.Group group : window.groups) {
      width = Math.min(Integer.MAX_VALUE, width + width(window, group));
    }
    return width;
  }

  private static long width(Window window, Window.Group group) {
    if (group.lowerBound.isUnbounded()) {
      return 1; // grows with each row, so that only the new ones are added
    }
    if (!group.isRows || group.upperBound.isUnbounded()) {
      return Integer.MAX_VALUE;
    }
    return offset(window, group.lowerBound) + offset(window, group.upperBound) + 1;
  }

  private static long offset(Window window, RexWindowBound bound) {
    RexNode offset = bound.getOffset();
    if (offset == null) {
      return 0;
    }
    int inputs = window.getInput().getRowType().getFieldCount();
    RexNode value =
        offset instanceof RexInputRef reference
            ? window.constants.get(reference.getIndex() - inputs)
            : offset;
    return value instanceof RexLiteral literal && literal.getValue() instanceof Number number
        ? Math.min(Integer.MAX_VALUE, Math.max(0, number.longValue()))
        : Integer.MAX_VALUE;
  }
}
