package dev.annulus.promql.eval;

/** {@code stddev} and {@code stdvar}, by Welford's algorithm. */
final class VarianceFold extends GroupFold {
  private final boolean deviation;
  private final double[] means;
  private final double[] counts;

  VarianceFold(QueryContext context, StepGrid grid, boolean deviation) {
    super(context, grid);
    this.deviation = deviation;
    means = context.row(grid);
    counts = context.row(grid);
  }

  @Override
  void first(int step, double value) {
    counts[step] = 1;
    means[step] = value;
    folded[step] = Double.isFinite(value) ? 0 : Double.NaN;
  }

  @Override
  void next(int step, double value) {
    double count = ++counts[step];
    double delta = value - means[step];
    means[step] += delta / count;
    folded[step] += delta * (value - means[step]);
  }

  @Override
  double result(int step) {
    double variance = folded[step] / counts[step];
    return deviation ? Math.sqrt(variance) : variance;
  }
}
