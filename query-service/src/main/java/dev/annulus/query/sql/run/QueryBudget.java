package dev.annulus.query.sql.run;

import dev.annulus.kv.StoreException;
import dev.annulus.query.sql.CancelSignal;
import dev.annulus.query.sql.MemoryLimits;
import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import dev.annulus.query.sql.SqlLimits;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a query may still use: time, samples, rows, bytes. Everything that loops asks it often.
 * Thread-safe: reads report their progress on the store's threads. Whoever opened it closes it,
 * which gives back what the query holds.
 */
public final class QueryBudget implements AutoCloseable {
  private static final long POLL_MILLIS = 20;

  /** Taken of the memory of all queries at a time. */
  private static final long GRANT = 256 << 10;

  /** A text can be there twice: where it is made, and where it is looked at again. */
  private static final int COPIES = 2;

  private final SqlLimits limits;
  private final QueryMemory all;
  private final LongSupplier nanoTime;
  private final CancelSignal cancel;
  private final Duration timeout;
  private final long start;
  private final AtomicLong samples = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong series = new AtomicLong();
  private final AtomicLong joined = new AtomicLong();
  private final AtomicLong held = new AtomicLong();
  private final AtomicLong frames = new AtomicLong();
  private final AtomicLong memory = new AtomicLong();
  private final QueryMemory.Share share = new QueryMemory.Share();
  private volatile long granted; // changed under this
  private boolean closed; // guarded by this
  private int textPlaces = 1;
  private volatile int longestText; // changed under this

  /** A budget whose time starts now. */
  public QueryBudget(
      SqlLimits limits,
      QueryMemory all,
      Duration timeout,
      CancelSignal cancel,
      LongSupplier nanoTime) {
    this.limits = limits;
    this.all = all;
    this.timeout = timeout.compareTo(limits.timeout()) < 0 ? timeout : limits.timeout();
    this.cancel = cancel;
    this.nanoTime = nanoTime;
    this.start = nanoTime.getAsLong();
  }

  /**
   * Ends the query if it must end.
   *
   * @throws SqlException if it was cancelled or its time is over
   */
  public void check() {
    cancel.awaitTurn();
    if (cancel.isCancelled()) {
      throw new SqlException(SqlErrorCode.CANCELLED, "the query was cancelled");
    }
    if (isOver()) {
      throw new SqlException(
          SqlErrorCode.TIMEOUT,
          "the query took longer than %s s".formatted(timeout.toMillis() / 1000.0));
    }
  }

  /**
   * Takes slots read from a ring.
   *
   * @param size bytes of their records
   */
  public void takeSamples(int count, long size) {
    check();
    bytes.addAndGet(size);
    if (samples.addAndGet(count) > limits.samples()) {
      throw new SqlException(
          SqlErrorCode.TOO_MANY_SAMPLES,
          "the query reads more than %d samples (query.max-samples)".formatted(limits.samples()),
          null,
          "name fewer metrics or a shorter range of time",
          null);
    }
  }

  public void takeSeries() {
    series.incrementAndGet();
  }

  /** Takes rows that a join has produced. */
  void takeJoined(int count) {
    if (joined.addAndGet(count) > limits.joinedRows()) {
      throw new SqlException(
          SqlErrorCode.TOO_MANY_ROWS,
          "the joins of the query produce more than %d rows".formatted(limits.joinedRows()),
          null,
          "join on more columns, or aggregate before joining",
          null);
    }
  }

  /** Takes rows that an operator keeps in memory. */
  void takeHeld(int count) {
    if (held.addAndGet(count) > limits.heldRows()) {
      throw new SqlException(
          SqlErrorCode.TOO_MANY_ROWS,
          "the query sorts or joins more than %d rows in memory".formatted(limits.heldRows()),
          null,
          "aggregate first, or name fewer metrics or a shorter range of time",
          null);
    }
  }

  /**
   * Takes memory until the query ends, on its own thread after other queries have ended if need be.
   *
   * @throws SqlException if the query, or all queries together, would hold more than they may
   */
  public void hold(long size) {
    long now = memory.addAndGet(size);
    if (now > limits.memory().query()) {
      throw tooMuch("the query would hold more than");
    }
    if (now > granted) {
      grant(now);
    }
  }

  /** Gives memory back before the query ends. */
  public void release(long size) {
    memory.addAndGet(-size);
  }

  private void grant(long wanted) {
    while (true) {
      CompletableFuture<Void> released = all.released();
      if (tryGrant(wanted)) {
        return;
      }
      if (isOver() || !cancel.standAside(released)) {
        throw new SqlException(
            SqlErrorCode.TOO_MANY_QUERIES,
            "the queries that run hold all of their %d bytes of memory (%s); try again in a moment"
                .formatted(all.most(), MemoryLimits.ALL));
      }
      if (!isOver()) {
        check();
      }
    }
  }

  private synchronized boolean tryGrant(long wanted) {
    if (closed) {
      throw new SqlException(SqlErrorCode.CANCELLED, "the query has ended");
    }
    long more = Math.max(GRANT, wanted - granted);
    if (wanted > granted && !all.take(share, more)) {
      return false;
    }
    granted += wanted > granted ? more : 0;
    return true;
  }

  private boolean isOver() {
    return elapsedNanos() > timeout.toNanos();
  }

  /** How many places of the plan make texts: each has one at a time. Said before the query runs. */
  public void expectTexts(int places) {
    textPlaces = Math.max(1, places);
  }

  /**
   * Takes the memory of a text that is about to be made. Texts that are not kept are soon
   * forgotten, so only the longest counts, once for each place that makes texts.
   *
   * @param length characters
   * @throws SqlException as {@link #hold}
   */
  public void expectText(long length) {
    if (length > longestText) {
      expectLongerText(length);
    }
  }

  private synchronized void expectLongerText(long length) {
    if (RowBytes.ofText(length) > limits.memory().text()) {
      throw tooMuch(
          "a text would have %d characters: a text may take a sixteenth of".formatted(length));
    }
    if (length > longestText) {
      hold((length - longestText) * 2 * COPIES * textPlaces);
      longestText = (int) length;
    }
  }

  private SqlException tooMuch(String what) {
    return new SqlException(
        SqlErrorCode.TOO_MUCH_MEMORY,
        "%s the %d bytes of memory a query may have (%s)"
            .formatted(what, limits.memory().query(), MemoryLimits.QUERY),
        null,
        "aggregate first, use shorter texts, or name fewer metrics or a shorter range of time",
        null);
  }

  @Override
  public synchronized void close() {
    closed = true;
    all.release(share);
    granted = 0;
    memory.set(0);
  }

  /** Takes rows that the frame of a window adds up for one row. */
  public void takeFrameRows(long count) {
    if (frames.addAndGet(count) > limits.frameRows()) {
      throw new SqlException(
          SqlErrorCode.TOO_MANY_ROWS,
          "the moving windows of the query add up more than %d rows".formatted(limits.frameRows()),
          null,
          "use shorter frames, ROWS instead of RANGE, or aggregate first",
          null);
    }
  }

  /** How many metrics a scan may name. */
  public int maxMetrics() {
    return limits.metrics();
  }

  /** How many bytes of values a result may have. */
  public long resultBytes() {
    return limits.resultBytes();
  }

  /** Slots read so far. */
  public long samples() {
    return samples.get();
  }

  /** Bytes of the slots read so far, without their keys. */
  public long bytes() {
    return bytes.get();
  }

  /** Rings read so far. */
  public long series() {
    return series.get();
  }

  /** Since the query arrived. */
  public long elapsedNanos() {
    return nanoTime.getAsLong() - start;
  }

  /**
   * Waits for another query, as long as this one may run, and lets others run meanwhile.
   *
   * @throws SqlException if this query must end
   */
  public <T extends @Nullable Object> T awaitOther(CompletableFuture<T> future) {
    cancel.standAside(future);
    return await(future);
  }

  /**
   * Waits for the store, as long as this query may run.
   *
   * @throws StoreException what the store says
   */
  public <T extends @Nullable Object> T await(CompletableFuture<T> future) {
    while (true) {
      check();
      try {
        return future.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException stillReading) {
        // Asks whether the query may go on, then waits again.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new SqlException(SqlErrorCode.CANCELLED, "the query was cancelled", null, null, e);
      } catch (ExecutionException e) {
        Throwable cause = StoreException.unwrap(e);
        if (cause instanceof RuntimeException failure) {
          throw failure;
        }
        throw new IllegalStateException("reading failed", cause);
      }
    }
  }
}
