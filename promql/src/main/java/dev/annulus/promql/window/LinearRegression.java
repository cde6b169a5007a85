package dev.annulus.promql.window;

/** {@code deriv} and {@code predict_linear}. */
final class LinearRegression implements WindowFunction {
  private final boolean predict;
  private final SlidingRegression sliding;

  LinearRegression(boolean predict, Scratch scratch) {
    this.predict = predict;
    this.sliding = new SlidingRegression(scratch);
  }

  @Override
  public void begin(Window series) {
    sliding.begin(series);
  }

  @Override
  public double apply(Window window) {
    if (window.count() < 2) {
      return NONE;
    }
    double[] line = sliding.over(window.lo, window.hi);
    double slope = SlidingRegression.slope(line);
    if (!predict) {
      return slope;
    }
    return slope * window.first + sliding.at(line, window.evaluation);
  }
}
