package dev.annulus.promql.window;

/**
 * {@code rate}, {@code increase} and {@code delta}: the change in a window, to the window's edges.
 */
final class Extrapolation implements WindowFunction {
  /** Samples nearer to an edge than this many mean gaps are taken to reach it. */
  private static final double NEAR = 1.1;

  private final boolean counter;
  private final boolean perSecond;

  /** Whether a start at zero is near or not, as in Prometheus 2, instead of always a limit. */
  private final boolean zeroFirst;

  private final CounterResets resets;

  Extrapolation(boolean counter, boolean perSecond, boolean zeroFirst, Scratch scratch) {
    this.counter = counter;
    this.zeroFirst = zeroFirst;
    this.perSecond = perSecond;
    this.resets = new CounterResets(scratch);
  }

  @Override
  public void begin(Window series) {
    if (counter) {
      resets.begin(series);
    }
  }

  @Override
  public double apply(Window window) {
    int last = window.hi - 1;
    int gaps = last - window.lo;
    if (gaps < 1) {
      return NONE;
    }
    double firstValue = window.values[window.lo];
    double change = window.values[last] - firstValue;
    if (counter) {
      change += resets.lost(window.lo, window.hi);
    }
    long firstTime = window.times[window.lo];
    long lastTime = window.times[last];
    double sampled = (lastTime - firstTime) / 1000.0;
    double meanGap = sampled / gaps;
    double toStart = (firstTime - window.start) / 1000.0;
    double toEnd = (window.end - lastTime) / 1000.0;
    // A counter was never below zero.
    boolean fromZero = counter && change > 0 && firstValue >= 0;
    double toZero = fromZero ? sampled * (firstValue / change) : toStart;
    if (zeroFirst) {
      toStart = Math.min(toStart, toZero);
    }
    if (toStart >= meanGap * NEAR) {
      toStart = meanGap / 2;
    }
    if (!zeroFirst) {
      toStart = Math.min(toStart, toZero);
    }
    if (toEnd >= meanGap * NEAR) {
      toEnd = meanGap / 2;
    }
    double factor = (sampled + toStart + toEnd) / sampled;
    if (perSecond) {
      factor /= (window.end - window.start) / 1000.0;
    }
    return change * factor;
  }
}
