package dev.annulus.query.sql.run;

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
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rings of metrics in order, ahead of the one that is looked at: a store behind a network
 * answers them together, and one in this process is read by several threads. They are read several
 * at a time, because a transaction costs as much as a small ring; the larger they are, the fewer of
 * them. A few rings are read by the thread that wants them, which costs no change of threads. All
 * are read as they are when the first is wanted, or later. Not thread-safe.
 */
public final class RingReadAhead implements AutoCloseable {
  private static final int MOST_AHEAD = 64;
  private static final int SAMPLES_AHEAD = 500_000;
  private static final int MOST_AT_ONCE = 8;
  private static final int SAMPLES_AT_ONCE = 20_000;
  private static final int FEW = 3;

  /** Bytes of a sample's two numbers in arrays that double when they are full. */
  private static final long SAMPLE = 40;

  /** Neighbouring rings that are read together. */
  private record Read(int count, CompletableFuture<List<RingSlice>> slices, AtomicLong held) {}

  /**
   * What is read of each ring.
   *
   * @param fromMillis inclusive, as {@code toMillis}
   * @param markers whether staleness markers are wanted
   */
  public record Wanted(long fromMillis, long toMillis, boolean markers) {}

  private final RingReader rings;
  private final Executor threads;
  private final boolean parallel;
  private final QueryBudget budget;
  private final int count;
  private final IntToLongFunction ids;
  private final Wanted wanted;
  private final Deque<Read> reads = new ArrayDeque<>();

  /** Rings in {@link #reads}. */
  private int reading;

  private @Nullable Read looked;
  private @Nullable Moment moment;
  private Iterator<RingSlice> slices = Collections.emptyIterator();
  private int next;
  private int current = -1;
  private int largest;

  /**
   * @param threads read ahead
   * @param count of metrics
   * @param ids by place, from 0 on
   */
  public RingReadAhead(
      RingReader rings,
      Executor threads,
      QueryBudget budget,
      int count,
      IntToLongFunction ids,
      Wanted wanted) {
    this.rings = rings;
    this.parallel = count > FEW;
    this.threads = parallel ? threads : Runnable::run;
    this.budget = budget;
    this.count = count;
    this.ids = ids;
    this.wanted = wanted;
  }

  /**
   * The samples of the next metric; null after the last.
   *
   * @throws dev.annulus.query.sql.SqlException if the query must end
   */
  public @Nullable RingSlice next() {
    budget.check();
    readAhead();
    if (!slices.hasNext() && !nextRead()) {
      return null;
    }
    current++;
    RingSlice samples = slices.next();
    largest = Math.max(largest, Math.max(1, samples.size()));
    return samples;
  }

  /** The place of the metric whose samples {@link #next} gave last. */
  public int current() {
    return current;
  }

  private void readAhead() {
    while (next < count && (parallel ? reading < ahead() : !isAnswered())) {
      int some = Math.min(atOnce(), count - next);
      reads.add(read(some));
      next += some;
      reading += some;
    }
  }

  /** How many rings may be being read. Few, until the size of one is known. */
  private int ahead() {
    return largest == 0 ? FEW : Math.max(1, Math.min(MOST_AHEAD, SAMPLES_AHEAD / largest));
  }

  private int atOnce() {
    return largest == 0 ? 1 : Math.max(1, Math.min(MOST_AT_ONCE, SAMPLES_AT_ONCE / largest));
  }

  private boolean isAnswered() {
    Read first = reads.peek();
    return first != null && first.slices().isDone();
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

  private Read read(int some) {
    Moment since = moment == null ? budget.await(rings.now()) : moment;
    moment = since;
    List<Long> metricIds = new ArrayList<>(some);
    for (int i = next; i < next + some; i++) {
      budget.takeSeries();
      metricIds.add(ids.applyAsLong(i));
    }
    AtomicLong held = new AtomicLong();
    return new Read(
        some,
        CompletableFuture.supplyAsync(
                () ->
                    rings.scan(
                        since,
                        metricIds,
                        wanted.fromMillis(),
                        wanted.toMillis(),
                        wanted.markers(),
                        (samples, size) -> {
                          budget.takeSamples(samples, size);
                          held.addAndGet(samples * SAMPLE);
                          budget.hold(samples * SAMPLE);
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

  /** Gives back what is read but not looked at; what is still being read, the query's end does. */
  @Override
  public void close() {
    forget(looked);
    looked = null;
    slices = Collections.emptyIterator();
    reads.forEach(this::forget);
    reads.clear();
    reading = 0;
  }
}
