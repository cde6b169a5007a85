package dev.annulus.query.sql.window;

import dev.annulus.query.sql.run.QueryBudget;
import dev.annulus.query.sql.window.WindowSpec.Call;
import dev.annulus.query.sql.window.WindowSpec.Exclusion;
import dev.annulus.query.sql.window.WindowSpec.Frame;
import org.apache.calcite.sql.SqlKind;
import org.jspecify.annotations.Nullable;

/** Makes a value for each row of a partition. */
interface PartitionFunction {

  /** The value for a row; rows are asked for in their order. */
  @Nullable Object value(int row);

  /** Whether a function can be computed here. */
  static boolean isKnown(Call call) {
    return call.sample() != null
        || switch (call.kind()) {
          case ROW_NUMBER, RANK, DENSE_RANK, NTILE, LAG, LEAD -> true;
          case FIRST_VALUE, LAST_VALUE, NTH_VALUE -> true;
          case COUNT, SUM, SUM0, AVG, MIN, MAX, ANY_VALUE -> true;
          default -> false;
        };
  }

  static PartitionFunction of(
      Call call, Partition rows, Frame frame, FrameFinder frames, QueryBudget budget) {
    return switch (call.kind()) {
      case ROW_NUMBER, RANK, DENSE_RANK, NTILE -> ranking(call, rows);
      case LAG, LEAD -> new Neighbour(call, rows, call.kind() == SqlKind.LAG ? -1 : 1);
      case FIRST_VALUE, LAST_VALUE, NTH_VALUE ->
          new Picked(call, rows, new FrameRows(rows, frame.exclusion(), frames));
      default ->
          new Summary(
              call,
              rows,
              new FrameRows(rows, frame.exclusion(), frames),
              frame.exclusion() == Exclusion.NOTHING,
              budget);
    };
  }

  private static PartitionFunction ranking(Call call, Partition rows) {
    return switch (call.kind()) {
      case ROW_NUMBER -> row -> (long) row + 1;
      case RANK -> row -> (long) rows.firstPeer(row) + 1;
      case NTILE -> row -> Ranks.tile(rows.get(row, call.arguments().get(0)), row, rows.size());
      default -> new Ranks(rows);
    };
  }
}
