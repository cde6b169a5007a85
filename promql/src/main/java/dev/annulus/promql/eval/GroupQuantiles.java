package dev.annulus.promql.eval;

import dev.annulus.promql.series.Labels;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The aggregation {@code quantile}. */
final class GroupQuantiles {
  private final QueryContext context;

  GroupQuantiles(QueryContext context) {
    this.context = context;
  }

  List<StepSeries> evaluate(
      Map<Labels, List<StepSeries>> groups, double[] quantiles, StepGrid grid) {
    QueryContext.SeriesList result = context.list();
    StepBuffer buffer = context.buffer(grid);
    for (Map.Entry<Labels, List<StepSeries>> group : groups.entrySet()) {
      List<StepSeries> series = group.getValue();
      double[] values = new double[series.size()];
      boolean dropName = series.stream().anyMatch(one -> one.dropName);
      for (int step = 0; step < grid.steps(); step++) {
        context.work(series.size());
        int count = 0;
        int notNumbers = 0;
        for (StepSeries one : series) {
          double value = one.at(step);
          if (StepSeries.isAbsent(value)) {
            continue;
          }
          if (Double.isNaN(value)) {
            notNumbers++;
          } else {
            values[count++] = value;
          }
        }
        if (count + notNumbers > 0) {
          Arrays.sort(values, 0, count);
          buffer.set(step, quantile(quantiles[step], values, count, notNumbers));
        }
      }
      result.add(buffer.take(group.getKey(), dropName));
    }
    return result.series();
  }

  /** Of sorted values, before which there are some that are no numbers. */
  private static double quantile(double q, double[] sorted, int count, int notNumbers) {
    if (Double.isNaN(q)) {
      return Double.NaN;
    }
    if (q < 0) {
      return Double.NEGATIVE_INFINITY;
    }
    if (q > 1) {
      return Double.POSITIVE_INFINITY;
    }
    int all = count + notNumbers;
    double rank = q * (all - 1);
    int lower = (int) Math.floor(rank);
    int upper = Math.min(all - 1, lower + 1);
    double weight = rank - lower;
    double low = lower < notNumbers ? Double.NaN : sorted[lower - notNumbers];
    double high = upper < notNumbers ? Double.NaN : sorted[upper - notNumbers];
    return low * (1 - weight) + high * weight;
  }
}
