package dev.annulus.promql.window;

import dev.annulus.promql.PromqlException;
import java.util.Locale;

/**
 * Holt's linear smoothing. The only function that reads the whole window at each step: its start
 * values are those of the window's first samples.
 */
final class DoubleExponentialSmoothing implements WindowFunction {

  @Override
  public double apply(Window window) {
    double smoothing = checked("smoothing", "sf", window.first);
    double trend = checked("trend", "tf", window.second);
    if (window.count() < 2) {
      return NONE;
    }
    double[] values = window.values;
    double previous;
    double smoothed = values[window.lo];
    double slope = values[window.lo + 1] - smoothed;
    for (int i = window.lo + 1; i < window.hi; i++) {
      previous = smoothed;
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
