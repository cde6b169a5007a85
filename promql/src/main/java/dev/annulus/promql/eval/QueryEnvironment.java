package dev.annulus.promql.eval;

import dev.annulus.promql.series.SeriesSource;

/**
 * What one query runs on.
 *
 * @param check called often, also within loops; throws if the query should end (deadline, cancel)
 */
public record QueryEnvironment(SeriesSource source, MemoryBudget budget, Runnable check) {

  /** Without a deadline and a shared budget; for tests. */
  public static QueryEnvironment of(SeriesSource source) {
    return new QueryEnvironment(source, MemoryBudget.UNLIMITED, () -> {});
  }
}
