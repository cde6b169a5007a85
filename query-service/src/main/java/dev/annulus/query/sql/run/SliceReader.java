package dev.annulus.query.sql.run;

import dev.annulus.store.RingReader;
import dev.annulus.store.RingSlice;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rings of a set of metrics one after the other, a few ahead of the one that is looked
 * at: a store behind a network answers them together. A store that answers at once is never asked
 * ahead, so that only one ring is in memory.
 */
final class SliceReader {
  private static final int AHEAD = 32;

  private final RingReader rings;
  private final QueryBudget budget;
  private final MetricIdSet ids;
  private final ScanBounds bounds;
  private final Deque<CompletableFuture<RingSlice>> reads = new ArrayDeque<>();
  private int next;
  private int current = -1;

  SliceReader(ExecutionContext context, MetricIdSet ids, ScanBounds bounds) {
    this.rings = context.store().rings();
    this.budget = context.budget();
    this.ids = ids;
    this.bounds = bounds;
  }

  /** The samples of the next metric; null after the last. */
  @Nullable RingSlice next() {
    budget.check();
    while (next < ids.size() && reads.size() < AHEAD && !isAnswered()) {
      budget.takeSeries();
      reads.add(rings.scan(ids.get(next++), bounds.from(), bounds.to(), budget::takeSamples));
    }
    CompletableFuture<RingSlice> read = reads.poll();
    if (read == null) {
      return null;
    }
    current++;
    return bounds.values().filter(budget.await(read));
  }

  /** Whose samples {@link #next} gave last. */
  long metricId() {
    return ids.get(current);
  }

  private boolean isAnswered() {
    CompletableFuture<RingSlice> first = reads.peek();
    return first != null && first.isDone();
  }
}
