package dev.annulus.promql.window;

import dev.annulus.promql.series.Staleness;

/** A function of a window; keeps what it needs from step to step, for one series at a time. */
public interface WindowFunction {
  /** No result at this step. */
  double NONE = Staleness.MARKER;

  /** Called once for each series, before its first window. */
  default void begin(Window series) {}

  /** The function's value for a window that is not empty; {@link #NONE} if it has none. */
  double apply(Window window);
}
