package dev.annulus.promql.window;

/** {@code irate} and {@code idelta}. */
final class LastTwo implements WindowFunction {
  private final boolean rate;

  LastTwo(boolean rate) {
    this.rate = rate;
  }

  @Override
  public double apply(Window window) {
    if (window.count() < 2) {
      return NONE;
    }
    int last = window.hi - 1;
    double before = window.values[last - 1];
    double value = window.values[last];
    if (!rate) {
      return value - before;
    }
    double increase = value < before ? value : value - before;
    return increase / ((window.times[last] - window.times[last - 1]) / 1000.0);
  }
}
