package dev.annulus.promql.eval;

import dev.annulus.promql.series.Labels;
import dev.annulus.promql.series.Selection;
import dev.annulus.promql.series.SeriesCursor;
import dev.annulus.promql.series.Staleness;
import dev.annulus.promql.window.Window;

/** What the source has for a matrix selector. */
final class StoredInput implements RangeInput {
  private final QueryContext context;
  private final SeriesCursor cursor;
  private Window kept = new Window();
  private int count;

  StoredInput(QueryContext context, Selection selection) {
    this.context = context;
    this.cursor = context.source.select(selection);
  }

  @Override
  public boolean next(Window window) {
    if (!cursor.next()) {
      return false;
    }
    context.checkSeries(++count);
    int size = cursor.size();
    window.times = cursor.times();
    window.values = cursor.values();
    window.size = size;
    context.read(size);
    int stale = 0;
    for (int i = 0; i < size; i++) {
      if (Staleness.isStale(window.values[i])) {
        stale++;
      }
    }
    if (stale > 0) {
      withoutMarkers(window, size - stale);
    }
    return true;
  }

  /** Copies, because the arrays are the source's. */
  private void withoutMarkers(Window window, int left) {
    if (kept.times.length < left) {
      context.hold(16L * left);
      kept.times = new long[left];
      kept.values = new double[left];
    }
    int n = 0;
    for (int i = 0; n < left; i++) {
      if (!Staleness.isStale(window.values[i])) {
        kept.times[n] = window.times[i];
        kept.values[n++] = window.values[i];
      }
    }
    window.times = kept.times;
    window.values = kept.values;
    window.size = left;
  }

  @Override
  public Labels labels() {
    return cursor.labels();
  }

  @Override
  public boolean dropName() {
    return false;
  }

  @Override
  public void close() {
    cursor.close();
  }
}
