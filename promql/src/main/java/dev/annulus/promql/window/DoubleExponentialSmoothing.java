package dev.annulus.promql.window;

import dev.annulus.promql.PromqlException;
import java.util.Locale;

/** Holt's linear smoothing, starting anew with each window's first samples. */
final class DoubleExponentialSmoothing implements WindowFunction {
  private final boolean overlapping;
  private final SlidingSmoothing sliding;

  DoubleExponentialSmoothing(boolean overlapping, Scratch scratch) {
    this.overlapping = overlapping;
    this.sliding = new SlidingSmoothing(scratch);
  }

  @Override
  public void begin(Window series) {
    sliding.begin(series.values);
  }

  @Override
  public double apply(Window window) {
    double smoothing = checked("smoothing", "sf", window.first);
    double trend = checked("trend", "tf", window.second);
    if (window.count() < 2) {
      return NONE;
    }
    if (overlapping) {
      if (!sliding.hasFactors(smoothing, trend)) {
        sliding.setFactors(smoothing, trend);
      }
      double level = sliding.level(window.lo, window.hi);
      if (Double.isFinite(level)) {
        return level;
      }
    }
    return inOrder(window, smoothing, trend);
  }

  private static double inOrder(Window window, double smoothing, double trend) {
    double[] values = window.values;
    double smoothed = values[window.lo];
    double slope = values[window.lo + 1] - smoothed;
    for (int i = window.lo + 1; i < window.hi; i++) {
      double previous = smoothed;
      smoothed = smoothing * values[i] + (1 - smoothing) * (smoothed + slope);
      slope = trend * (smoothed - previous) + (1 - trend) * slope;
    }
    return smoothed;
  }

  private static double checked(String name, String symbol, double factor) {
    if (factor <= 0 || factor >= 1) {
      throw PromqlException.execution(
          String.format(
              Locale.ROOT,
              "invalid %s factor. Expected: 0 < %s < 1, got: %f",
              name,
              symbol,
              factor));
    }
    return factor;
  }
}
