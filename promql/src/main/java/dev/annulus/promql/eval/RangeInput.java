package dev.annulus.promql.eval;

import dev.annulus.promql.series.Labels;
import dev.annulus.promql.window.Window;

/** Series with samples, one after the other, without staleness markers. */
interface RangeInput extends AutoCloseable {

  /** Goes to the next series and puts its samples into {@code window}; false if there is none. */
  boolean next(Window window);

  Labels labels();

  boolean dropName();

  @Override
  default void close() {}
}
