package dev.annulus.query.sql.run;

import dev.annulus.store.RingReader;
import dev.annulus.store.RingSlice;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rings of a set of metrics one after the other, a few ahead of the one that is looked
 * at: a store behind a network answers them together, and one in this process is read by several
 * threads. The larger the rings, the fewer of them. A few rings are read by the thread that wants
 * them, which costs no change of threads.
 */
final class SliceReader {
  private static final int MOST_AHEAD = 32;
  private static final int SLOTS_AHEAD = 500_000;
  private static final int FEW = 3;

  /** Bytes of a slot's two numbers in arrays that double when they are full. */
  private static final long SLOT = 40;

  private record Read(CompletableFuture<RingSlice> slice, AtomicLong held) {}

  private final RingReader rings;
  private final Executor readers;
  private final QueryBudget budget;
  private final MetricIdSet ids;
  private final ScanBounds bounds;
  private final Deque<Read> reads = new ArrayDeque<>();
  private @Nullable Read looked;
  private int next;
  private int current = -1;
  private int largest = 1;
  private int ahead = FEW;

  SliceReader(ExecutionContext context, MetricIdSet ids, ScanBounds bounds) {
    this.rings = context.store().rings();
    this.readers = ids.size() > FEW ? context.readers() : Runnable::run;
    this.budget = context.budget();
    this.ids = ids;
    this.bounds = bounds;
  }

  /** The samples of the next metric; null after the last. */
  @Nullable RingSlice next() {
    budget.check();
    while (next < ids.size() && reads.size() < ahead && !isAnswered()) {
      budget.takeSeries();
      reads.add(read(ids.get(next++)));
    }
    forget(looked);
    Read read = reads.poll();
    looked = read;
    if (read == null) {
      return null;
    }
    current++;
    RingSlice slice = budget.await(read.slice());
    largest = Math.max(largest, slice.size());
    ahead = Math.max(1, Math.min(MOST_AHEAD, SLOTS_AHEAD / largest));
    return bounds.values().filter(slice);
  }

  private Read read(long id) {
    AtomicLong held = new AtomicLong();
    return new Read(
        CompletableFuture.supplyAsync(
                () ->
                    rings.scan(
                        id,
                        bounds.from(),
                        bounds.to(),
                        (count, size) -> {
                          budget.takeSamples(count, size);
                          held.addAndGet(count * SLOT);
                          budget.hold(count * SLOT);
                        }),
                readers)
            .thenCompose(Function.identity()),
        held);
  }

  /** Gives back what is read but not looked at; what is still being read, the query's end does. */
  void close() {
    forget(looked);
    looked = null;
    reads.forEach(this::forget);
    reads.clear();
  }

  private void forget(@Nullable Read read) {
    if (read != null && read.slice().isDone()) {
      budget.release(read.held().get());
    }
  }

  /** Whose samples {@link #next} gave last. */
  long metricId() {
    return ids.get(current);
  }

  private boolean isAnswered() {
    Read first = reads.peek();
    return first != null && first.slice().isDone();
  }
}
