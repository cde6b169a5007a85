package dev.annulus.promql.window;

/** {@code resets} and {@code changes}: counts pairs of neighbours, by counts from the start. */
final class CountedPairs implements WindowFunction {
  private final boolean resets;
  private final Scratch scratch;
  private int[] before = new int[0];

  CountedPairs(boolean resets, Scratch scratch) {
    this.resets = resets;
    this.scratch = scratch;
  }

  @Override
  public void begin(Window series) {
    before = scratch.ints(before, series.size);
    int count = 0;
    for (int i = 0; i < series.size; i++) {
      if (i > 0 && counts(series.values[i - 1], series.values[i])) {
        count++;
      }
      before[i] = count;
    }
  }

  private boolean counts(double previous, double value) {
    if (resets) {
      return value < previous;
    }
    return value != previous && !(Double.isNaN(value) && Double.isNaN(previous));
  }

  @Override
  public double apply(Window window) {
    return before[window.hi - 1] - before[window.lo];
  }
}
