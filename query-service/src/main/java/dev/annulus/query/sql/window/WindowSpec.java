package dev.annulus.query.sql.window;

import dev.annulus.query.sql.function.SampleAggregate;
import java.util.List;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/**
 * Windows over rows. A column is an index: those of the input come first, then constants.
 *
 * @param columns of the input
 * @param groups what is computed of rows that are partitioned, sorted and framed alike
 */
public record WindowSpec(int columns, List<Group> groups) {
  public WindowSpec {
    groups = List.copyOf(groups);
  }

  /** Whether a function can be computed. */
  public static boolean isKnown(Call call) {
    return PartitionFunction.isKnown(call);
  }

  /** How many columns are added. */
  int added() {
    return groups.stream().mapToInt(group -> group.calls().size()).sum();
  }

  /**
   * Windows that share their rows.
   *
   * @param partition columns whose values set partitions apart
   * @param order of the rows of a partition
   */
  public record Group(List<Integer> partition, List<Key> order, Frame frame, List<Call> calls) {
    public Group {
      partition = List.copyOf(partition);
      order = List.copyOf(order);
      calls = List.copyOf(calls);
    }
  }

  /**
   * A key that rows are sorted by.
   *
   * @param isDate whether it counts days, while distances to it count milliseconds
   */
  public record Key(int column, boolean descending, boolean nullsFirst, boolean isDate) {}

  /**
   * The rows around a row that a function sees.
   *
   * @param byRows whether distances count rows; else they are distances of the key
   */
  public record Frame(boolean byRows, Bound start, Bound end, Exclusion exclusion) {}

  /**
   * Where a frame starts or ends.
   *
   * @param distance column that holds it; -1 without one
   */
  public record Bound(Place place, int distance) {}

  /** Where a bound lies. */
  public enum Place {
    UNBOUNDED,
    PRECEDING,
    CURRENT,
    FOLLOWING
  }

  /** What a frame leaves out. */
  public enum Exclusion {
    NOTHING,
    CURRENT_ROW,
    /** The row and its equals. */
    GROUP,
    /** The equals of the row. */
    TIES
  }

  /**
   * A function.
   *
   * @param sample what computes it, if it is one of the store's own
   * @param type of its result
   */
  public record Call(
      SqlKind kind,
      @Nullable SampleAggregate sample,
      List<Integer> arguments,
      boolean isDistinct,
      boolean ignoresNulls,
      SqlTypeName type) {
    public Call {
      arguments = List.copyOf(arguments);
    }
  }
}
