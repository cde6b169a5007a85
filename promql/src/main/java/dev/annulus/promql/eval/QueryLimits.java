package dev.annulus.promql.eval;

import dev.annulus.promql.PromqlException;

/**
 * What one query may take. Beyond it, the query ends with a {@link PromqlException} of type {@code
 * TOO_MUCH}.
 *
 * @param maxDepth how deep its expressions may be nested
 * @param maxSteps how many evaluations a range query or a sub-query may have
 * @param maxSeries how many series a selector or an intermediate result may have
 * @param maxBytes how much memory its intermediate and final results may take at once
 */
public record QueryLimits(int maxDepth, int maxSteps, int maxSeries, long maxBytes) {
  /** For tests; a service takes the memory from its heap. */
  public static final QueryLimits DEFAULT = new QueryLimits(300, 1_000_000, 1_000_000, 1L << 30);

  public QueryLimits {
    if (maxDepth < 1 || maxSteps < 1 || maxSeries < 1 || maxBytes < 1) {
      throw new IllegalArgumentException("limits have to be positive");
    }
  }
}
