package dev.annulus.promql.series;

import java.util.List;

/**
 * What one selector of a query needs.
 *
 * @param matchers all have to match; at least one does not match the empty value
 * @param fromMillis first time that can matter, inclusive
 * @param toMillis last time that can matter, inclusive
 * @param hints what becomes of the samples; a source may ignore them
 */
public record Selection(List<LabelMatcher> matchers, long fromMillis, long toMillis, Hints hints) {

  public Selection {
    matchers = List.copyOf(matchers);
  }

  /**
   * Prometheus' select hints. A source that has coarser data may use them to choose; it must not
   * thin out samples within a range.
   *
   * @param stepMillis distance of the evaluations
   * @param rangeMillis the range of a matrix selector; 0 for an instant vector selector
   * @param function the function or aggregation around the selector; empty if there is none
   * @param by whether {@code grouping} are the labels that an aggregation keeps, not those it drops
   * @param grouping labels of the aggregation directly around the selector
   */
  public record Hints(
      long stepMillis, long rangeMillis, String function, boolean by, List<String> grouping) {

    public Hints {
      grouping = List.copyOf(grouping);
    }
  }
}
