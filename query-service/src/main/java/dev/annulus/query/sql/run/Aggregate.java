package dev.annulus.query.sql.run;

import dev.annulus.store.RingSlice;
import org.jspecify.annotations.Nullable;

/** One aggregate of many groups, which are numbered from 0. */
interface Aggregate {

  /** Makes a group that has no samples. Groups are begun in the order of their numbers. */
  void begin(int group);

  /**
   * Takes samples of one metric into a group, in the order of time for each metric.
   *
   * @param from index of the first sample
   * @param to index behind the last sample; greater than {@code from}
   */
  void add(int group, RingSlice samples, int from, int to);

  /** What the samples so far amount to; null if there are none, unless the count is asked for. */
  @Nullable Object result(int group);
}
