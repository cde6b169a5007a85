package dev.annulus.query.sql.run;

import dev.annulus.store.RingSlice;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** The groups of samples by bucket. Not thread-safe. */
final class SampleGroups {
  private static final int STRIDE = 256;

  private final GroupSpec spec;
  private final IntConsumer onGrowth;
  private final @Nullable Grid grid;
  private final List<Aggregate> aggregates;
  private final Map<Long, Integer> groupOf = new HashMap<>();
  private long[] buckets = new long[64];
  private int size;
  private int announced;

  /**
   * No groups yet.
   *
   * @param grid the buckets; null if all samples are in one, whose start is null
   * @param onGrowth told of some further groups before there are more at a time than ever before;
   *     may throw
   */
  SampleGroups(GroupSpec spec, @Nullable Grid grid, IntConsumer onGrowth) {
    this.spec = spec;
    this.onGrowth = onGrowth;
    this.grid = spec.isByBucket() ? grid : null;
    this.aggregates = spec.functions().stream().map(GroupFunction::newAggregate).toList();
  }

  /** How many groups there are; they are numbered from 0. */
  int size() {
    return size;
  }

  /** Forgets all groups. */
  void clear() {
    size = 0;
    groupOf.clear();
  }

  /** Makes the group of all samples, so that there is one even without samples. */
  void beginOnly() {
    begin(0);
  }

  /** Takes the samples of one metric. */
  void add(RingSlice samples) {
    int count = samples.size();
    if (count > 0 && grid == null) {
      add(size == 0 ? begin(0) : 0, samples, 0, count);
      return;
    }
    long[] timestamps = samples.tsMillis();
    int group = -1;
    int from = 0;
    while (grid != null && from < count) {
      long bucket = grid.bucket(timestamps[from]);
      long end = grid.endOfRun(timestamps[from], bucket);
      int to = from + 1;
      while (to < count && timestamps[to] < end) {
        to++;
      }
      group = groupOf(bucket, group + 1);
      add(group, samples, from, to);
      from = to;
    }
  }

  /** A group as a row, or as a bare value if the spec has one column. */
  @Nullable Object row(int group, long metricId) {
    if (spec.columns() == 1) {
      return value(0, group, metricId);
    }
    @Nullable Object[] row = new @Nullable Object[spec.columns()];
    for (int i = 0; i < row.length; i++) {
      row[i] = value(i, group, metricId);
    }
    return row;
  }

  private @Nullable Object value(int column, int group, long metricId) {
    int keys = spec.keys().size();
    if (column >= keys) {
      return aggregates.get(column - keys).result(group);
    }
    return switch (spec.keys().get(column)) {
      case METRIC_ID -> (Object) metricId;
      case BUCKET -> grid == null ? null : buckets[group];
    };
  }

  /** The group of a bucket. Metrics of like times have like groups, so the guess is often right. */
  private int groupOf(long bucket, int guess) {
    if (guess < size && buckets[guess] == bucket) {
      return guess;
    }
    Integer known = groupOf.get(bucket);
    return known == null ? begin(bucket) : known;
  }

  private int begin(long bucket) {
    if (size == announced) {
      onGrowth.accept(STRIDE);
      announced += STRIDE;
    }
    int group = size++;
    if (group == buckets.length) {
      buckets = Arrays.copyOf(buckets, 2 * group);
    }
    buckets[group] = bucket;
    groupOf.put(bucket, group);
    for (Aggregate aggregate : aggregates) {
      aggregate.begin(group);
    }
    return group;
  }

  private void add(int group, RingSlice samples, int from, int to) {
    for (Aggregate aggregate : aggregates) {
      aggregate.add(group, samples, from, to);
    }
  }
}
