package dev.annulus.query.sql.run;

import dev.annulus.model.MetricIds;
import dev.annulus.query.sql.function.ValueSet;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Metric ids in ascending order, each once. Immutable. */
final class MetricIdSet {
  private final long[] ids;

  private MetricIdSet(long[] sortedDistinct) {
    this.ids = sortedDistinct;
  }

  static MetricIdSet of(LongStream ids) {
    return new MetricIdSet(ids.filter(MetricIds::isValid).sorted().distinct().toArray());
  }

  static MetricIdSet of(List<Long> ids) {
    return of(ids.stream().mapToLong(id -> id));
  }

  /** The values that can be ids: whole numbers in range, single ones and those in sets. */
  static MetricIdSet of(@Nullable Object[] values, int from, int to) {
    return of(
        Arrays.stream(values, from, to)
            .flatMapToLong(
                value ->
                    value instanceof ValueSet set ? set.wholes() : LongStream.of(idOf(value))));
  }

  /** An id; -1 for what cannot be one. */
  static long idOf(@Nullable Object value) {
    if (!(value instanceof Number number)) {
      return -1;
    }
    long id = number.longValue();
    return number instanceof Double && number.doubleValue() != id ? -1 : id;
  }

  int size() {
    return ids.length;
  }

  long get(int i) {
    return ids[i];
  }

  boolean contains(long id) {
    return Arrays.binarySearch(ids, id) >= 0;
  }

  MetricIdSet intersect(MetricIdSet other) {
    return size() > other.size()
        ? other.intersect(this)
        : new MetricIdSet(Arrays.stream(ids).filter(other::contains).toArray());
  }

  List<Long> range(int from, int to) {
    return Arrays.stream(ids, from, to).boxed().toList();
  }
}
