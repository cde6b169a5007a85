package dev.annulus.query.prometheus;

import dev.annulus.promql.series.Labels;
import dev.annulus.promql.series.SeriesCursor;
import dev.annulus.query.sql.run.RingReadAhead;
import dev.annulus.store.RingSlice;
import java.util.List;

/** The series of one selector. */
final class StoredSeries implements SeriesCursor {
  private final List<FoundSeries> series;
  private final RingReadAhead reads;
  private RingSlice samples = RingSlice.EMPTY;

  /**
   * @param reads the rings of {@code series}, in that order
   */
  StoredSeries(List<FoundSeries> series, RingReadAhead reads) {
    this.series = series;
    this.reads = reads;
  }

  @Override
  public boolean next() {
    RingSlice next = reads.next();
    samples = next == null ? RingSlice.EMPTY : next;
    return next != null;
  }

  @Override
  public Labels labels() {
    return series.get(reads.current()).labels();
  }

  @Override
  public int size() {
    return samples.size();
  }

  @Override
  public long[] times() {
    return samples.tsMillis();
  }

  @Override
  public double[] values() {
    return samples.values();
  }

  @Override
  public void close() {
    reads.close();
  }
}
