package dev.annulus.promql.window;

/** {@code stdvar_over_time} and {@code stddev_over_time}. */
final class VarianceOverTime implements WindowFunction {
  private final boolean deviation;
  private final boolean overlapping;
  private final SlidingVariance sliding;

  VarianceOverTime(boolean deviation, boolean overlapping, Scratch scratch) {
    this.deviation = deviation;
    this.overlapping = overlapping;
    this.sliding = new SlidingVariance(scratch);
  }

  @Override
  public void begin(Window series) {
    sliding.begin(series.values);
  }

  @Override
  public double apply(Window window) {
    double variance =
        overlapping
            ? SlidingVariance.variance(sliding.over(window.lo, window.hi))
            : inOrder(window.values, window.lo, window.hi);
    return deviation ? Math.sqrt(variance) : variance;
  }

  /** Welford's algorithm on compensated sums. */
  private static double inOrder(double[] values, int lo, int hi) {
    double mean = 0;
    double meanRest = 0;
    double squares = 0;
    double squaresRest = 0;
    for (int i = lo; i < hi; i++) {
      double delta = values[i] - (mean + meanRest);
      double change = delta / (i - lo + 1);
      double newMean = mean + change;
      meanRest = CompensatedSum.compensation(mean, meanRest, change, newMean);
      mean = newMean;
      double square = delta * (values[i] - (mean + meanRest));
      double newSquares = squares + square;
      squaresRest = CompensatedSum.compensation(squares, squaresRest, square, newSquares);
      squares = newSquares;
    }
    return (squares + squaresRest) / (hi - lo);
  }
}
