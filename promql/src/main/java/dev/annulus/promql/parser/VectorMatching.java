package dev.annulus.promql.parser;

import java.util.List;

/**
 * How a binary operator between two instant vectors finds the series that belong together.
 *
 * @param cardinality how many series of each side may have the same matching labels
 * @param on whether {@code labels} are those that have to be equal, not those that are ignored
 * @param labels of {@code on} or {@code ignoring}
 * @param include labels of {@code group_left} or {@code group_right}, taken from the "one" side
 */
public record VectorMatching(
    Cardinality cardinality, boolean on, List<String> labels, List<String> include) {

  /** Series on the left, series on the right. */
  public enum Cardinality {
    ONE_TO_ONE,
    MANY_TO_ONE,
    ONE_TO_MANY,
    /** Set operators. */
    MANY_TO_MANY
  }

  static final VectorMatching DEFAULT =
      new VectorMatching(Cardinality.ONE_TO_ONE, false, List.of(), List.of());

  public VectorMatching {
    labels = List.copyOf(labels);
    include = List.copyOf(include);
  }

  VectorMatching with(Cardinality changed) {
    return new VectorMatching(changed, on, labels, include);
  }

  boolean isGrouping() {
    return cardinality == Cardinality.MANY_TO_ONE || cardinality == Cardinality.ONE_TO_MANY;
  }
}
