package dev.annulus.promql.window;

/**
 * Aggregates a sliding window without taking anything away again, which floating-point sums do not
 * survive. As a queue made of two stacks: the window is cut at {@code middle}; left of it, each
 * position has the aggregate from there to the cut, right of it there is one that grows. When the
 * left part is used up, the cut moves to the window's end. Each sample is merged at most twice.
 *
 * <p>An aggregate is {@code width} numbers in an array. (Tangwongsan et al., "General incremental
 * sliding-window aggregation", 2015.)
 */
abstract class SlidingAggregate {
  private final int width;
  private final Scratch scratch;
  private final double[] right;
  private final double[] lifted;
  private final double[] result;
  private double[] left = new double[0];
  private int leftStart;
  private int middle;
  private int end;

  SlidingAggregate(int width, Scratch scratch) {
    this.width = width;
    this.scratch = scratch;
    this.right = new double[width];
    this.lifted = new double[width];
    this.result = new double[width];
  }

  /** The aggregate of sample {@code i} alone. */
  abstract void lift(int i, double[] out, int at);

  /** Of two neighbours one; {@code out} may be either of them. */
  abstract void merge(
      double[] earlier, int earlierAt, double[] later, int laterAt, double[] out, int at);

  void begin() {
    leftStart = 0;
    middle = 0;
    end = 0;
  }

  /**
   * The aggregate from {@code lo} to before {@code hi}, of which neither has ever been greater.
   * Valid until the next call.
   */
  double[] over(int lo, int hi) {
    if (lo >= middle) {
      cut(lo, hi);
    }
    for (; end < hi; end++) {
      if (end == middle) {
        lift(end, right, 0);
      } else {
        lift(end, lifted, 0);
        merge(right, 0, lifted, 0, right, 0);
      }
    }
    int at = (lo - leftStart) * width;
    if (end == middle) {
      System.arraycopy(left, at, result, 0, width);
    } else {
      merge(left, at, right, 0, result, 0);
    }
    return result;
  }

  private void cut(int lo, int hi) {
    left = scratch.doubles(left, Math.multiplyExact(hi - lo, width));
    leftStart = lo;
    for (int i = hi - 1; i >= lo; i--) {
      int at = (i - lo) * width;
      lift(i, left, at);
      if (i < hi - 1) {
        merge(left, at, left, at + width, left, at);
      }
    }
    middle = hi;
    end = hi;
  }
}
