package dev.annulus.query.sql.run;

import java.util.List;

/**
 * The rows of a grouping scan: its keys, then its aggregates.
 *
 * @param keys a key may come more than once; without any, all samples are one group, even if there
 *     are none
 * @param functions what is computed
 */
public record GroupSpec(List<GroupKey> keys, List<GroupFunction> functions) {
  public GroupSpec {
    keys = List.copyOf(keys);
    functions = List.copyOf(functions);
  }

  /** How many columns a row has. */
  public int columns() {
    return keys.size() + functions.size();
  }

  /** Whether samples of different metrics are in different groups. */
  public boolean isByMetric() {
    return keys.contains(GroupKey.METRIC_ID);
  }

  /** Whether samples of different times may be in different groups. */
  public boolean isByBucket() {
    return keys.contains(GroupKey.BUCKET);
  }
}
