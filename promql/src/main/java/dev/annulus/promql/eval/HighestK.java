package dev.annulus.promql.eval;

import dev.annulus.promql.series.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code topk} and {@code bottomk}: at each step the k best of each group. NaN is worse than
 * anything; of equal ones, those that come first stay. An instant vector is sorted, best first.
 */
final class HighestK {
  private final QueryContext context;
  private final boolean top;

  HighestK(QueryContext context, boolean top) {
    this.context = context;
    this.top = top;
  }

  List<StepSeries> evaluate(Map<Labels, List<StepSeries>> groups, double[] k, StepGrid grid) {
    QueryContext.SeriesList result = context.list();
    for (List<StepSeries> group : groups.values()) {
      if (grid.steps() == 1) {
        BestFirst best = best(group, 0, k[0]);
        for (int index : best == null ? new int[0] : best.sorted()) {
          result.add(group.get(index));
        }
      } else {
        select(group, k, grid, result);
      }
    }
    return result.series();
  }

  private void select(
      List<StepSeries> group, double[] k, StepGrid grid, QueryContext.SeriesList result) {
    List<double[]> rows = new ArrayList<>();
    for (StepSeries series : group) {
      context.hold(8L * series.values.length);
      double[] row = new double[series.values.length];
      Arrays.fill(row, StepSeries.ABSENT);
      rows.add(row);
    }
    for (int step = 0; step < grid.steps(); step++) {
      BestFirst best = best(group, step, k[step]);
      for (int i = 0; best != null && i < best.size(); i++) {
        int index = best.index(i);
        StepSeries series = group.get(index);
        rows.get(index)[step - series.from] = series.at(step);
      }
    }
    for (int i = 0; i < rows.size(); i++) {
      StepSeries series = group.get(i);
      result.add(StepBuffer.trimmed(series.labels, series.dropName, series.from, rows.get(i)));
    }
  }

  private @Nullable BestFirst best(List<StepSeries> group, int step, double k) {
    int wanted = (int) Math.min((long) k, group.size());
    context.work(group.size());
    if (wanted < 1) {
      return null;
    }
    BestFirst best = new BestFirst(wanted, top);
    for (int i = 0; i < group.size(); i++) {
      double value = group.get(i).at(step);
      if (!StepSeries.isAbsent(value)) {
        best.offer(i, value);
      }
    }
    return best;
  }
}
