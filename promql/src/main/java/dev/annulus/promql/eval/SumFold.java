package dev.annulus.promql.eval;

import dev.annulus.promql.window.CompensatedSum;

/** {@code sum}, compensated. */
final class SumFold extends GroupFold {
  private final double[] compensation;

  SumFold(QueryContext context, StepGrid grid) {
    super(context, grid);
    compensation = context.row(grid);
  }

  @Override
  void first(int step, double value) {
    folded[step] = value;
  }

  @Override
  void next(int step, double value) {
    double sum = folded[step];
    double total = sum + value;
    compensation[step] = CompensatedSum.compensation(sum, compensation[step], value, total);
    folded[step] = total;
  }

  @Override
  double result(int step) {
    return folded[step] + compensation[step];
  }
}
