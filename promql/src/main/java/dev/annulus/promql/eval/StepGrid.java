package dev.annulus.promql.eval;

/**
 * The times at which an expression is evaluated.
 *
 * @param start milliseconds, the first of them
 * @param interval milliseconds, positive
 * @param steps how many; may be 0 within a sub-query
 */
record StepGrid(long start, long interval, int steps) {

  long time(int step) {
    return start + step * interval;
  }

  long end() {
    return time(steps - 1);
  }

  /** The first step alone. */
  StepGrid first() {
    return new StepGrid(start, interval, 1);
  }
}
