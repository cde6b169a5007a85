package dev.annulus.query.prometheus;

import dev.annulus.promql.series.Labels;
import dev.annulus.promql.series.SeriesCursor;
import dev.annulus.query.sql.run.QueryBudget;
import dev.annulus.store.Moment;
import dev.annulus.store.RingReader;
import dev.annulus.store.RingSlice;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The series of one selector, read ahead of the one that is looked at: a store behind a network
 * answers them together, and one in this process is read by several threads. They are read several
 * at a time, because a transaction costs as much as a small ring; the larger they are, the fewer of
 * them. A few series are read by the thread that wants them.
 */
final class StoredSeries implements SeriesCursor {
  private static final int MOST_AHEAD = 64;
  private static final int SAMPLES_AHEAD = 500_000;
  private static final int MOST_AT_ONCE = 8;
  private static final int SAMPLES_AT_ONCE = 20_000;
  private static final int FEW = 3;

  /** Bytes of a sample's two numbers in arrays that double when they are full. */
  private static final long SAMPLE = 40;

  /** Neighbouring series that are read together. */
  private record Read(int count, CompletableFuture<List<RingSlice>> slices, AtomicLong held) {}

  private final RingReader rings;
  private final Executor threads;
  private final boolean parallel;
  private final QueryBudget budget;
  private final List<FoundSeries> series;
  private final long fromMillis;
  private final long toMillis;
  private final Deque<Read> reads = new ArrayDeque<>();

  /** Series in {@link #reads}. */
  private int reading;

  private @Nullable Read looked;
  private @Nullable Moment moment;
  private Iterator<RingSlice> slices = Collections.emptyIterator();
  private RingSlice samples = RingSlice.EMPTY;
  private int next;
  private int current = -1;
  private int largest;

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
    this.parallel = series.size() > FEW;
    this.threads = parallel ? threads : Runnable::run;
    this.budget = budget;
    this.series = series;
    this.fromMillis = fromMillis;
    this.toMillis = toMillis;
  }

  @Override
  public boolean next() {
    budget.check();
    readAhead();
    samples = RingSlice.EMPTY;
    if (!slices.hasNext() && !nextRead()) {
      return false;
    }
    current++;
    samples = slices.next();
    largest = Math.max(largest, Math.max(1, samples.size()));
    return true;
  }

  private void readAhead() {
    while (next < series.size() && (parallel ? reading < ahead() : reads.isEmpty())) {
      int count = Math.min(atOnce(), series.size() - next);
      reads.add(read(series.subList(next, next + count)));
      next += count;
      reading += count;
    }
  }

  /** How many series may be being read. Few, until the size of one is known. */
  private int ahead() {
    return largest == 0 ? FEW : Math.max(1, Math.min(MOST_AHEAD, SAMPLES_AHEAD / largest));
  }

  private int atOnce() {
    return largest == 0 ? 1 : Math.max(1, Math.min(MOST_AT_ONCE, SAMPLES_AT_ONCE / largest));
  }

  private boolean nextRead() {
    forget(looked);
    Read read = reads.poll();
    looked = read;
    if (read == null) {
      return false;
    }
    reading -= read.count();
    slices = budget.await(read.slices()).iterator();
    return true;
  }

  private Read read(List<FoundSeries> some) {
    Moment since = moment == null ? budget.await(rings.now()) : moment;
    moment = since;
    List<Long> ids = new ArrayList<>(some.size());
    for (FoundSeries one : some) {
      budget.takeSeries();
      ids.add(one.metricId());
    }
    AtomicLong held = new AtomicLong();
    return new Read(
        ids.size(),
        CompletableFuture.supplyAsync(
                () ->
                    rings.scanWithMarkers(
                        since,
                        ids,
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

  private void forget(@Nullable Read read) {
    if (read != null && read.slices().isDone()) {
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
    reading = 0;
  }
}
