package dev.annulus.promql.window;

/**
 * The samples of one series and those of them that are in the current window: the indices from
 * {@link #lo} (inclusive) to {@link #hi} (exclusive). One object serves all steps and all series of
 * a selector; a step's {@code lo} and {@code hi} are never less than those of the step before.
 */
public final class Window {
  /** Milliseconds, ascending; at least {@code hi} of them. */
  public long[] times = new long[0];

  public double[] values = new double[0];

  /** How many samples the series has in all windows. */
  public int size;

  public int lo;
  public int hi;

  /** Milliseconds; the window is what is after {@code start} and not after {@code end}. */
  public long start;

  public long end;

  /** The step's own time, which differs from {@code end} by the offset. */
  public long evaluation;

  /** The function's scalar arguments at this step. */
  public double first;

  public double second;

  public int count() {
    return hi - lo;
  }

  double lastValue() {
    return values[hi - 1];
  }
}
