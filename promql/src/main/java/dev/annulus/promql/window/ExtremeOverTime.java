package dev.annulus.promql.window;

/**
 * {@code min_over_time} and {@code max_over_time}. Keeps the indices of samples that no later
 * sample beats, ascending; the first of them is the window's extreme. NaN only if there is nothing
 * else.
 */
final class ExtremeOverTime implements WindowFunction {
  private final boolean max;
  private final Scratch scratch;
  private int[] candidates = new int[0];
  private int first;
  private int last;
  private int end;

  ExtremeOverTime(boolean max, Scratch scratch) {
    this.max = max;
    this.scratch = scratch;
  }

  @Override
  public void begin(Window series) {
    candidates = scratch.ints(candidates, series.size);
    first = 0;
    last = 0;
    end = 0;
  }

  @Override
  public double apply(Window window) {
    double[] values = window.values;
    for (int i = Math.max(end, window.lo); i < window.hi; i++) {
      double value = values[i];
      if (Double.isNaN(value)) {
        continue;
      }
      while (last > first && beats(value, values[candidates[last - 1]])) {
        last--;
      }
      candidates[last++] = i;
    }
    end = window.hi;
    while (first < last && candidates[first] < window.lo) {
      first++;
    }
    return first < last ? values[candidates[first]] : Double.NaN;
  }

  private boolean beats(double value, double other) {
    return max ? value > other : value < other;
  }
}
