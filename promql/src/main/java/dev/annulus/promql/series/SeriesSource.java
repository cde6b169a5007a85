package dev.annulus.promql.series;

/**
 * Where the evaluator reads series: a store, or a map in a test. One query calls {@link #select}
 * once for each of its selectors, on its own thread.
 */
public interface SeriesSource {

  /**
   * The series that match, each label set once, in any order (instant vectors keep it).
   *
   * @return to be closed by the caller
   * @throws dev.annulus.promql.PromqlException if the query should end, with its reason
   */
  SeriesCursor select(Selection selection);
}
