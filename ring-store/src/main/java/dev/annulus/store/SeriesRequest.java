package dev.annulus.store;

import dev.annulus.model.Metric.LogOffsets;
import dev.annulus.model.SeriesSpec;

/**
 * A series a writer needs.
 *
 * @param spec what its samples say about it
 * @param newest by partition, one more than the offset of the newest of its samples; 0 where there
 *     is none. Decides whether the samples are younger than a deletion of the series
 * @param owner name of the token the first of them were sent with; empty if none is known
 */
public record SeriesRequest(SeriesSpec spec, LogOffsets newest, String owner) {

  /** The same with later samples. */
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
