package dev.annulus.query.sql.run;

import dev.annulus.store.RingSlice;
import org.jspecify.annotations.Nullable;

/** Reads the samples of a scan, metric by metric. */
final class SliceReader {
  private final RingReadAhead reads;
  private final MetricIdSet ids;
  private final ScanBounds bounds;

  SliceReader(ExecutionContext context, MetricIdSet ids, ScanBounds bounds) {
    this.reads =
        new RingReadAhead(
            context.store().rings(),
            context.readers(),
            context.budget(),
            ids.size(),
            ids::get,
            new RingReadAhead.Wanted(bounds.from(), bounds.to(), false));
    this.ids = ids;
    this.bounds = bounds;
  }

  /** The samples of the next metric; null after the last. */
  @Nullable RingSlice next() {
    RingSlice slice = reads.next();
    return slice == null ? null : bounds.values().filter(slice);
  }

  /** Whose samples {@link #next} gave last. */
  long metricId() {
    return ids.get(reads.current());
  }

  void close() {
    reads.close();
  }
}
