package dev.annulus.promql.window;

/** What a counter lost by resets, in a sliding window. */
final class CounterResets {
  private final Scratch scratch;
  private final SlidingSum sliding;

  /** Index of the sample after each reset. */
  private int[] positions = new int[0];

  /** The counter's value before each reset. */
  private double[] values = new double[0];

  private int count;
  private int lo;
  private int hi;

  CounterResets(Scratch scratch) {
    this.scratch = scratch;
    this.sliding = new SlidingSum(scratch);
  }

  void begin(Window series) {
    count = 0;
    for (int i = 1; i < series.size; i++) {
      if (series.values[i] < series.values[i - 1]) {
        count++;
      }
    }
    positions = scratch.ints(positions, count);
    values = scratch.doubles(values, count);
    int n = 0;
    for (int i = 1; n < count; i++) {
      if (series.values[i] < series.values[i - 1]) {
        positions[n] = i;
        values[n++] = series.values[i - 1];
      }
    }
    lo = 0;
    hi = 0;
    sliding.begin(values);
  }

  /**
   * The sum of the values before the resets between the samples {@code from} and {@code to - 1}.
   */
  double lost(int from, int to) {
    while (lo < count && positions[lo] <= from) {
      lo++;
    }
    hi = Math.max(hi, lo);
    while (hi < count && positions[hi] < to) {
      hi++;
    }
    return lo == hi ? 0 : SlidingSum.sum(sliding.over(lo, hi));
  }
}
