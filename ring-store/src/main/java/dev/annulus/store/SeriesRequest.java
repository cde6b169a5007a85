package dev.annulus.store;

import dev.annulus.model.Metric.LogOffsets;
import dev.annulus.model.SeriesSpec;

/**
 * A series that a writer needs.
 *
 * @param spec the spec of its samples
 * @param newest by partition, the offset of its newest sample plus one; 0 where there is none.
 *     Decides whether the samples are newer than a deletion of the series
 * @param owner name of the token that its first samples were sent with; empty if unknown
 */
public record SeriesRequest(SeriesSpec spec, LogOffsets newest, String owner) {

  /** Merges with a request for later samples. */
  SeriesRequest and(SeriesRequest later) {
    return new SeriesRequest(spec, newest.max(later.newest), owner);
  }

  /** Whether some sample was logged at or after these offsets. */
  boolean isAfter(LogOffsets mark) {
    long[] offsets = newest.byPartition();
    for (int partition = 0; partition < offsets.length; partition++) {
      if (offsets[partition] > mark.of(partition)) {
        return true;
      }
    }
    return false;
  }
}
