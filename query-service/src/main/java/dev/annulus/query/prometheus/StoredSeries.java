package dev.annulus.query.prometheus;

import dev.annulus.promql.series.Labels;
import dev.annulus.promql.series.SeriesCursor;
import dev.annulus.query.sql.run.QueryBudget;
import dev.annulus.store.RingReader;
import dev.annulus.store.RingSlice;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The series of one selector, read a few ahead of the one that is looked at: a store behind a
 * network answers them together, and one in this process is read by several threads. The larger
 * they are, the fewer of them. A few series are read by the thread that wants them.
 */
final class StoredSeries implements SeriesCursor {
  private static final int MOST_AHEAD = 32;
  private static final int SAMPLES_AHEAD = 500_000;
  private static final int FEW = 3;

  /** Bytes of a sample's two numbers in arrays that double when they are full. */
  private static final long SAMPLE = 40;

  private record Read(CompletableFuture<RingSlice> samples, AtomicLong held) {}

  private final RingReader rings;
  private final Executor threads;
  private final QueryBudget budget;
  private final List<FoundSeries> series;
  private final long fromMillis;
  private final long toMillis;
  private final Deque<Read> reads = new ArrayDeque<>();
  private @Nullable Read looked;
  private RingSlice samples = RingSlice.EMPTY;
  private int next;
  private int current = -1;
  private int largest = 1;
  private int ahead = FEW;

  /**
   * @param threads read ahead
   * @param fromMillis inclusive, as {@code toMillis}
   */
  StoredSeries(
      RingReader rings,
      Executor threads,
      QueryBudget budget,
      List<FoundSeries> series,
      long fromMillis,
      long toMillis) {
    this.rings = rings;
    this.threads = series.size() > FEW ? threads : Runnable::run;
    this.budget = budget;
    this.series = series;
    this.fromMillis = fromMillis;
    this.toMillis = toMillis;
  }

  @Override
  public boolean next() {
    budget.check();
    while (next < series.size() && reads.size() < ahead && !isAnswered()) {
      budget.takeSeries();
      reads.add(read(series.get(next++).metricId()));
    }
    forget(looked);
    samples = RingSlice.EMPTY;
    Read read = reads.poll();
    looked = read;
    if (read == null) {
      return false;
    }
    current++;
    samples = budget.await(read.samples());
    largest = Math.max(largest, samples.size());
    ahead = Math.max(1, Math.min(MOST_AHEAD, SAMPLES_AHEAD / largest));
    return true;
  }

  private Read read(long id) {
    AtomicLong held = new AtomicLong();
    return new Read(
        CompletableFuture.supplyAsync(
                () ->
                    rings.scanWithMarkers(
                        id,
                        fromMillis,
                        toMillis,
                        (count, size) -> {
                          budget.takeSamples(count, size);
                          held.addAndGet(count * SAMPLE);
                          budget.hold(count * SAMPLE);
                        }),
                threads)
            .thenCompose(Function.identity()),
        held);
  }

  private boolean isAnswered() {
    Read first = reads.peek();
    return first != null && first.samples().isDone();
  }

  private void forget(@Nullable Read read) {
    if (read != null && read.samples().isDone()) {
      budget.release(read.held().get());
    }
  }

  @Override
  public Labels labels() {
    return series.get(current).labels();
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

  /** Gives back what is read but not looked at; what is still being read, the query's end does. */
  @Override
  public void close() {
    forget(looked);
    looked = null;
    reads.forEach(this::forget);
    reads.clear();
  }
}
