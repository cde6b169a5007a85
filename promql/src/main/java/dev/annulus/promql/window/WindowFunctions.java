package dev.annulus.promql.window;

import dev.annulus.promql.parser.PromqlFunction;

/** Makes window functions. */
public final class WindowFunctions {
  private WindowFunctions() {}

  /**
   * A function for one selector.
   *
   * @param overlapping whether samples are in several windows; if not, those that can read each
   *     window from its start do, which is exact in the order of Prometheus' own additions
   * @param zeroFirst whether counters are extrapolated as in Prometheus 2
   */
  public static WindowFunction create(
      PromqlFunction function, boolean overlapping, boolean zeroFirst, Scratch scratch) {
    return switch (function) {
      case RATE -> new Extrapolation(true, true, zeroFirst, scratch);
      case INCREASE -> new Extrapolation(true, false, zeroFirst, scratch);
      case DELTA -> new Extrapolation(false, false, zeroFirst, scratch);
      case IRATE -> new LastTwo(true);
      case IDELTA -> new LastTwo(false);
      case RESETS -> new CountedPairs(true, scratch);
      case CHANGES -> new CountedPairs(false, scratch);
      case DERIV -> new LinearRegression(false, scratch);
      case PREDICT_LINEAR -> new LinearRegression(true, scratch);
      case SUM_OVER_TIME -> new SumOverTime(false, overlapping, scratch);
      case AVG_OVER_TIME -> new SumOverTime(true, overlapping, scratch);
      case MIN_OVER_TIME -> new ExtremeOverTime(false, scratch);
      case MAX_OVER_TIME -> new ExtremeOverTime(true, scratch);
      case COUNT_OVER_TIME -> Window::count;
      case PRESENT_OVER_TIME, ABSENT_OVER_TIME -> window -> 1;
      case LAST_OVER_TIME -> Window::lastValue;
      case FIRST_OVER_TIME -> window -> window.values[window.lo];
      case QUANTILE_OVER_TIME -> new QuantileOverTime(scratch);
      case STDDEV_OVER_TIME -> new VarianceOverTime(true, overlapping, scratch);
      case STDVAR_OVER_TIME -> new VarianceOverTime(false, overlapping, scratch);
      case DOUBLE_EXPONENTIAL_SMOOTHING -> new DoubleExponentialSmoothing(overlapping, scratch);
      default ->
          throw new IllegalArgumentException(function.functionName() + " takes no range vector");
    };
  }
}
