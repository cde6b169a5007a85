package dev.annulus.promql.window;

/** {@code sum_over_time} and {@code avg_over_time}. */
final class SumOverTime implements WindowFunction {
  private final boolean mean;
  private final boolean overlapping;
  private final SlidingSum sliding;
  private final CompensatedSum sum = new CompensatedSum();

  SumOverTime(boolean mean, boolean overlapping, Scratch scratch) {
    this.mean = mean;
    this.overlapping = overlapping;
    this.sliding = new SlidingSum(scratch);
  }

  @Override
  public void begin(Window series) {
    sliding.begin(series.values);
  }

  @Override
  public double apply(Window window) {
    if (!overlapping) {
      return inOrder(window);
    }
    double[] aggregate = sliding.over(window.lo, window.hi);
    if (SlidingSum.mayOverflow(aggregate)) {
      return inOrder(window);
    }
    return mean ? SlidingSum.mean(aggregate, window.count()) : SlidingSum.sum(aggregate);
  }

  private double inOrder(Window window) {
    if (mean) {
      return Means.of(window.values, window.lo, window.hi);
    }
    sum.reset(0);
    for (int i = window.lo; i < window.hi; i++) {
      sum.add(window.values[i]);
    }
    return sum.value();
  }
}
