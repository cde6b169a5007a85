package dev.annulus.query.sql.window;

import dev.annulus.query.sql.run.ExecutionContext;
import dev.annulus.query.sql.run.QueryBudget;
import dev.annulus.query.sql.window.WindowSpec.Call;
import dev.annulus.query.sql.window.WindowSpec.Group;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.calcite.DataContext;
import org.apache.calcite.linq4j.AbstractEnumerable;
import org.apache.calcite.linq4j.Enumerable;
import org.apache.calcite.linq4j.Enumerator;
import org.apache.calcite.linq4j.Linq4j;
import org.jspecify.annotations.Nullable;

/** Rows with the values of windows behind their columns. Generated code calls it. */
public final class WindowedRows {
  private static final int STRIDE = 128;

  private final QueryBudget budget;
  private final WindowSpec spec;
  private final @Nullable Object[] constants;

  private WindowedRows(QueryBudget budget, WindowSpec spec, @Nullable Object[] constants) {
    this.budget = budget;
    this.spec = spec;
    this.constants = constants;
  }

  /**
   * The same rows with more columns, in the order of the last group of windows. Rows of one column
   * are bare values, all others arrays.
   */
  public static Enumerable<@Nullable Object> of(
      DataContext root,
      WindowSpec spec,
      @Nullable Object[] constants,
      Enumerable<@Nullable Object> rows) {
    WindowedRows windows =
        new WindowedRows(ExecutionContext.of(root).budget(), spec, constants.clone());
    return new AbstractEnumerable<>() {
      @Override
      public Enumerator<@Nullable Object> enumerator() {
        return windows.compute(rows);
      }
    };
  }

  private Enumerator<@Nullable Object> compute(Enumerable<@Nullable Object> input) {
    List<@Nullable Object[]> rows = new ArrayList<>();
    try (Enumerator<@Nullable Object> each = input.enumerator()) {
      while (each.moveNext()) {
        rows.add(wide(each.current()));
      }
    }
    int column = spec.columns() + constants.length;
    for (Group group : spec.groups()) {
      Collection<List<@Nullable Object[]>> partitions = partitions(rows, group.partition());
      rows = new ArrayList<>(rows.size());
      for (List<@Nullable Object[]> partition : partitions) {
        compute(group, new Partition(partition, group.order()), column);
        rows.addAll(partition);
      }
      column += group.calls().size();
    }
    return Linq4j.transform(Linq4j.enumerator(rows), this::narrow);
  }

  private @Nullable Object[] wide(@Nullable Object row) {
    int columns = spec.columns();
    @Nullable Object[] values =
        row instanceof @Nullable Object[] array
            ? Arrays.copyOf(array, columns + constants.length + spec.added())
            : new @Nullable Object[columns + constants.length + spec.added()];
    if (!(row instanceof Object[])) {
      values[0] = row;
    }
    System.arraycopy(constants, 0, values, columns, constants.length);
    return values;
  }

  /** A row without the constants; a bare value if that is its only column. */
  private @Nullable Object narrow(@Nullable Object[] row) {
    @Nullable Object[] values = Arrays.copyOf(row, spec.columns() + spec.added());
    System.arraycopy(row, spec.columns() + constants.length, values, spec.columns(), spec.added());
    return values.length == 1 ? values[0] : values;
  }

  private static Collection<List<@Nullable Object[]>> partitions(
      List<@Nullable Object[]> rows, List<Integer> columns) {
    if (columns.isEmpty()) {
      return rows.isEmpty() ? List.of() : List.of(rows);
    }
    Map<List<@Nullable Object>, List<@Nullable Object[]>> partitions = new LinkedHashMap<>();
    for (@Nullable Object[] row : rows) {
      partitions.computeIfAbsent(Values.key(row, columns), key -> new ArrayList<>()).add(row);
    }
    return partitions.values();
  }

  private void compute(Group group, Partition rows, int firstColumn) {
    FrameFinder frames = new FrameFinder(rows, group.frame(), group.order());
    for (int i = 0; i < group.calls().size(); i++) {
      Call call = group.calls().get(i);
      PartitionFunction function = PartitionFunction.of(call, rows, group.frame(), frames, budget);
      for (int row = 0; row < rows.size(); row++) {
        if (row % STRIDE == 0) {
          budget.check();
        }
        rows.set(row, firstColumn + i, Values.as(call.type(), function.value(row)));
      }
    }
  }
}
