package dev.annulus.promql.eval;

import dev.annulus.promql.window.CompensatedSum;
import java.util.BitSet;

/** {@code avg}: by the sum, and step by step where the sum would overflow. */
final class MeanFold extends GroupFold {
  private final double[] compensation;
  private final double[] counts;

  /** Steps at which {@link #folded} is a mean, not a sum. */
  private final BitSet incremental = new BitSet();

  MeanFold(QueryContext context, StepGrid grid) {
    super(context, grid);
    compensation = context.row(grid);
    counts = context.row(grid);
  }

  @Override
  void first(int step, double value) {
    folded[step] = value;
    counts[step] = 1;
  }

  @Override
  void next(int step, double value) {
    double count = ++counts[step];
    if (!incremental.get(step)) {
      double sum = folded[step];
      double total = sum + value;
      if (!Double.isInfinite(total)) {
        compensation[step] = CompensatedSum.compensation(sum, compensation[step], value, total);
        folded[step] = total;
        return;
      }
      incremental.set(step);
      folded[step] = sum / (count - 1);
      compensation[step] /= count - 1;
    }
    double weight = (count - 1) / count;
    double old = weight * folded[step];
    double added = value / count;
    double total = old + added;
    compensation[step] =
        CompensatedSum.compensation(old, weight * compensation[step], added, total);
    folded[step] = total;
  }

  @Override
  double result(int step) {
    if (incremental.get(step)) {
      return folded[step] + compensation[step];
    }
    return folded[step] / counts[step] + compensation[step] / counts[step];
  }
}
