package dev.annulus.query.exec;

import dev.annulus.kv.StoreException;
import dev.annulus.query.sql.CancelSignal;
import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A read that waits or runs. Thread-safe, but for what only its own thread may call. */
public final class RunningQuery {
  private static final long POLL_MILLIS = 20;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** Waiting for the store, or for a processor that others use, counts a tenth. */
  private static final int WAITING = 10;

  /** After such a part of the time for short reads one lets those begin that wait for that. */
  private static final int FIRST_PART = 20;

  /** Of a text that is shown. */
  private static final int SHOWN_CHARS = 4_000;

  /** While others wait, such a part of that time is all there is. */
  private static final int PART_IN_CROWD = 4;

  /** Waiting for the store while others wait to begin: it may work as much as this thread would. */
  private static final int WAITING_IN_CROWD = 2;

  private final String id;
  private final ReadRequest request;
  private final Instant since;
  private final Places places;
  private final long shortNanos;
  private final LongTexts longTexts;

  /** {@link LongTexts#hash} of the text, which queues ask for often. */
  private final int textHash;

  private final CancelSignal cancel = new CancelSignal(this::awaitTurn, this::standAside);
  private volatile String sql;
  private volatile State state = State.QUEUED;
  private volatile boolean failed;
  private volatile @Nullable Thread thread;
  private Place place = Place.SHORT; // of its own thread alone, as all below
  private long started;
  private long startedProcessing;
  private long awaitedNanos;
  private boolean hasSteppedBack;
  private boolean hasPaused;
  private long nextLook;

  /**
   * @param longTexts of reads that took long
   */
  RunningQuery(
      String id,
      ReadRequest request,
      Instant since,
      Places places,
      Duration shortTime,
      LongTexts longTexts) {
    this.id = id;
    this.request = request;
    this.sql = shown(request.sql());
    this.since = since;
    this.places = places;
    this.shortNanos = shortTime.toNanos();
    this.longTexts = longTexts;
    this.textHash = LongTexts.hash(request.sql());
  }

  /** What it is doing. */
  public enum State {
    QUEUED,
    RUNNING
  }

  private enum Place {
    NONE,
    SHORT,
    LONG
  }

  /** Its id, unique among all reads of all services. */
  public String id() {
    return id;
  }

  /** The beginning of its text as sent; of reads without SQL the request's first line. */
  public String sql() {
    return sql;
  }

  /** Says what it is, once that is known. */
  public void describe(String text) {
    sql = shown(text);
  }

  /** The client's address. */
  public String client() {
    return request.client();
  }

  /** The connection its answer goes to; empty if it is not known. */
  Optional<ClientConnection> connection() {
    return Optional.ofNullable(request.connection());
  }

  /** When it was accepted. */
  public Instant since() {
    return since;
  }

  /** Whether it waits or runs. */
  public State state() {
    return state;
  }

  /** Ends it, or keeps it from starting. */
  public CancelSignal cancel() {
    return cancel;
  }

  /** Notes that its answer is an error. */
  public void fail() {
    failed = true;
  }

  /** What is left of its time, at least a millisecond. */
  public Duration timeLeft() {
    return Duration.ofNanos(Math.max(1_000_000, request.deadline() - System.nanoTime()));
  }

  /**
   * Ends it if it must end, and lets it wait while others have their turn. To be called often, on
   * its own thread.
   *
   * @throws SqlException if it was cancelled, its time is over, or too many others wait
   */
  public void check() {
    cancel.awaitTurn();
    if (cancel.isCancelled()) {
      throw new SqlException(SqlErrorCode.CANCELLED, "the query was cancelled");
    }
    if (isLate()) {
      throw new SqlException(
          SqlErrorCode.TIMEOUT,
          "the query took longer than %s s".formatted(request.timeout().toMillis() / 1000.0));
    }
  }

  /**
   * Waits for the store on its own thread.
   *
   * @throws SqlException as {@link #check}
   * @throws StoreException what the store says
   */
  public <T extends @Nullable Object> T await(CompletableFuture<T> future) {
    while (true) {
      check();
      long begun = System.nanoTime();
      try {
        return future.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException notYet) {
        // Asks whether it may go on, then waits again.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new SqlException(SqlErrorCode.CANCELLED, "the query was cancelled", null, null, e);
      } catch (ExecutionException e) {
        Throwable cause = StoreException.unwrap(e);
        if (cause instanceof RuntimeException failure) {
          throw failure;
        }
        throw new IllegalStateException("reading failed", cause);
      } finally {
        awaitedNanos += System.nanoTime() - begun;
      }
    }
  }

  /**
   * Waits on its own thread for the client to take what was written, and lets others run meanwhile.
   *
   * @param taken done once there is room for more
   * @throws SqlException as {@link #check}, or if too many wait like this
   */
  public void awaitClient(CompletableFuture<?> taken) {
    boolean isLong = place == Place.LONG;
    place = Place.NONE;
    hasPaused = true;
    longTexts.remember(textHash, true);
    RunningQuery evicted = places.pause(this, isLong);
    if (evicted != null) {
      evicted.cancel().cancel();
    }
    long paused = System.nanoTime();
    while (!taken.isDone() && !mustEnd()) {
      await(taken, POLL_MILLIS);
    }
    if (places.resume(this, isLong, this::mustEnd)) {
      place = isLong ? Place.LONG : Place.SHORT;
    }
    started += System.nanoTime() - paused;
    check();
  }

  private void await(CompletableFuture<?> taken, long millis) {
    try {
      taken.get(millis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // Whether it is done, the caller asks; what went wrong, the next write tells.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      cancel.cancel();
    }
  }

  ReadRequest request() {
    return request;
  }

  /**
   * Whether it is to let others begin first: the same read took long the last time, or does now.
   */
  boolean isExpectedLong() {
    return longTexts.contains(textHash);
  }

  /** Whether it took more than a short read may while others wait. */
  private boolean hasTakenLong() {
    return hasPaused
        || place != Place.SHORT
        || processing() - startedProcessing > shortNanos / PART_IN_CROWD;
  }

  boolean hasFailed() {
    return failed;
  }

  boolean isLate() {
    return System.nanoTime() - request.deadline() > 0;
  }

  /** Called on its own thread, which has got a short place for it. */
  void start() {
    state = State.RUNNING;
    started = System.nanoTime();
    startedProcessing = processing();
    nextLook = started;
    thread = Thread.currentThread();
  }

  /** Called on its own thread: gives back what it has. */
  void end() {
    thread = null;
    longTexts.remember(textHash, hasTakenLong());
    if (place != Place.NONE) {
      places.leave(place == Place.LONG);
    }
  }

  private boolean mustEnd() {
    return cancel.isCancelled() || isLate();
  }

  /** Others that work for it come here too, and need no place of their own. */
  private void awaitTurn() {
    if (Thread.currentThread() != thread
        || place != Place.SHORT
        || System.nanoTime() - nextLook < 0) {
      return;
    }
    nextLook = System.nanoTime() + shortNanos / FIRST_PART / WAITING;
    boolean crowded = places.isCrowded();
    long waiting = awaitedNanos / (crowded ? WAITING_IN_CROWD : WAITING);
    long used = processing() - startedProcessing + waiting;
    if (isLong(used, crowded ? shortNanos / PART_IN_CROWD : shortNanos)) {
      becomeLong();
    } else if (crowded && !hasSteppedBack && used > shortNanos / FIRST_PART) {
      stepBack();
    }
  }

  private boolean isLong(long used, long most) {
    long taken = System.nanoTime() - started;
    return taken > most && (used > most || taken > WAITING * most);
  }

  private void stepBack() {
    hasSteppedBack = true;
    longTexts.remember(textHash, true); // until its end tells better
    place = Place.NONE;
    long begun = System.nanoTime();
    if (places.stepBack(this::mustEnd)) {
      place = Place.SHORT;
    }
    started += System.nanoTime() - begun;
    mustHavePlace();
  }

  /** Those who wait for another read leave it the places it needs to get there. */
  private boolean standAside(CompletableFuture<?> until) {
    if (until.isDone()) {
      return true;
    }
    if (Thread.currentThread() != thread || place == Place.NONE) {
      return false;
    }
    boolean isLong = place == Place.LONG;
    if (!places.standAside(isLong)) {
      failed = true;
      throw tooMany();
    }
    place = Place.NONE;
    long begun = System.nanoTime();
    while (!until.isDone() && !mustEnd()) {
      await(until, POLL_MILLIS);
    }
    if (places.comeBack(isLong, this::mustEnd)) {
      place = isLong ? Place.LONG : Place.SHORT;
    }
    started += System.nanoTime() - begun;
    mustHavePlace();
    return true;
  }

  private void becomeLong() {
    place = Place.NONE;
    if (places.becomeLong(this::mustEnd)) {
      place = Place.LONG;
    }
    mustHavePlace();
  }

  /** Whoever has waited for a place in vain is told so, unless its client has ended it. */
  private void mustHavePlace() {
    if (place == Place.NONE && !cancel.isCancelled()) {
      failed = true;
      throw tooMany();
    }
  }

  private static String shown(String text) {
    return text.length() <= SHOWN_CHARS ? text : text.substring(0, SHOWN_CHARS) + "…";
  }

  private static SqlException tooMany() {
    return new SqlException(
        SqlErrorCode.TOO_MANY_QUERIES,
        "too many queries wait for their turn; try again in a moment");
  }

  private static long processing() {
    return THREADS.isCurrentThreadCpuTimeSupported() ? THREADS.getCurrentThreadCpuTime() : 0;
  }
}
