package dev.annulus.query.sql.window;

import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import dev.annulus.query.sql.window.WindowSpec.Call;
import java.util.List;
import org.apache.calcite.sql.SqlKind;
import org.jspecify.annotations.Nullable;

/** The value of the first, last or n-th row of the frame. */
final class Picked implements PartitionFunction {
  private final SqlKind kind;
  private final List<Integer> arguments;
  private final boolean ignoresNulls;
  private final Partition rows;
  private final FrameRows frame;

  Picked(Call call, Partition rows, FrameRows frame) {
    this.kind = call.kind();
    this.arguments = call.arguments();
    this.ignoresNulls = call.ignoresNulls();
    this.rows = rows;
    this.frame = frame;
  }

  @Override
  public @Nullable Object value(int row) {
    frame.moveTo(row);
    long left = kind == SqlKind.NTH_VALUE ? nth(row) : 1;
    boolean back = kind == SqlKind.LAST_VALUE;
    int step = back ? -1 : 1;
    for (int i = back ? frame.end() : frame.start();
        left > 0 && i >= frame.start() && i <= frame.end();
        i += step) {
      Object value = rows.get(i, arguments.get(0));
      if (frame.holds(i) && (value != null || !ignoresNulls) && --left == 0) {
        return value;
      }
    }
    return null;
  }

  /** Which row counts; 0 if that is null. */
  private long nth(int row) {
    Object n = rows.get(row, arguments.get(1));
    if (n == null) {
      return 0;
    }
    long nth = ((Number) n).longValue();
    if (nth < 1) {
      throw new SqlException(SqlErrorCode.INVALID_VALUE, "nth_value(x, n): n must be at least 1");
    }
    return nth;
  }
}
