package dev.annulus.query.exec;

import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import dev.annulus.service.DaemonThreads;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs all reads on its own threads, and knows all that wait or run. Thread-safe. */
public final class QueryRunner implements AutoCloseable {
  private static final Duration LOOK = Duration.ofMillis(50);

  /** A request that takes such a part of the memory of all is large. */
  private static final int LARGE_PART = 64;

  /** Of the memory of all, what is for small requests only. */
  private static final int SMALL_SHARE = 8;

  private final ReadLimits limits;
  private final InstantSource clock;
  private final Places places;
  // As many as have places, wait for a long one, or are paused: the places bound them.
  private final ExecutorService threads = Executors.newCachedThreadPool(new QueryThreads());
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("annulus-query-queue"));
  private final Map<String, Admitted> reads = new ConcurrentHashMap<>();
  private final AtomicLong requestBytes = new AtomicLong();
  private final SlowQueries slow = new SlowQueries();
  private final LongTexts longTexts = new LongTexts();
  private final ClientWatch watch;
  private final Counter refused;

  public QueryRunner(ReadLimits limits, InstantSource clock, MeterRegistry metrics) {
    this.limits = limits;
    this.clock = clock;
    this.places = new Places(limits, this::start);
    this.watch = new ClientWatch(this::queries, TcpTable::read, clock);
    timer.scheduleWithFixedDelay(
        this::endWaiting, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    Gauge.builder("annulus.queries.running", places, Places::running)
        .description("Reads that run now")
        .register(metrics);
    Gauge.builder("annulus.queries.queued", places, Places::queued)
        .description("Reads that wait for their turn")
        .register(metrics);
    Gauge.builder("annulus.queries.request.bytes", requestBytes, AtomicLong::get)
        .baseUnit("bytes")
        .description("Memory that the requests of reads take until they are answered, estimated")
        .register(metrics);
    Gauge.builder("annulus.queries.paused", places, Places::paused)
        .description("Reads that wait for their clients to take what they have written")
        .register(metrics);
    this.refused =
        Counter.builder("annulus.queries.refused")
            .description("Reads rejected because their queue was full")
            .register(metrics);
  }

  private record Admitted(
      RunningQuery query, Consumer<RunningQuery> work, CompletableFuture<Void> done) {}

  private static final class QueryThreads implements ThreadFactory {
    private final AtomicInteger number = new AtomicInteger();

    @Override
    public Thread newThread(Runnable task) {
      Thread thread = new Thread(task, "annulus-query-" + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    }
  }

  /**
   * Runs a read once there is a place for it.
   *
   * @param work runs on a query thread; it must heed {@link RunningQuery#check} or {@link
   *     RunningQuery#cancel}
   * @return done when the work is, failed as it failed; with a {@link RejectedExecutionException}
   *     if too many wait already, or it has waited until its deadline
   */
  public CompletableFuture<Void> run(ReadRequest request, Consumer<RunningQuery> work) {
    RunningQuery query =
        new RunningQuery(
            UUID.randomUUID().toString(),
            request,
            clock.instant(),
            places,
            limits.shortTime(),
            longTexts);
    Admitted read = new Admitted(query, work, new CompletableFuture<>());
    reads.put(query.id(), read);
    if (!places.enter(query)) {
      reads.remove(query.id());
      refuse(read);
    }
    return read.done();
  }

  /**
   * Takes memory for what a client sends, before anything is made of it.
   *
   * @return false if the requests that are there leave no room, which counts as a refusal
   */
  public boolean hold(long bytes) {
    long all = limits.requestBytes();
    long most = bytes < all / LARGE_PART ? all : all - all / SMALL_SHARE;
    long before = requestBytes.getAndUpdate(now -> now + bytes <= most ? now + bytes : now);
    if (before + bytes <= most) {
      return true;
    }
    refused.increment();
    return false;
  }

  /** Gives back what {@link #hold} took. */
  public void free(long bytes) {
    requestBytes.addAndGet(-bytes);
  }

  private void refuse(Admitted read) {
    refused.increment();
    read.done().completeExceptionally(new RejectedExecutionException("too many wait"));
  }

  /** All queries that wait or run, the oldest first. */
  public List<RunningQuery> queries() {
    return reads.values().stream()
        .map(Admitted::query)
        .sorted(Comparator.comparing(RunningQuery::since))
        .toList();
  }

  /** The last queries that took half a second or more, the newest first. */
  public List<EndedQuery> slowQueries() {
    return slow.newestFirst();
  }

  /**
   * Cancels a query.
   *
   * @return whether there was one with this id
   */
  public boolean cancel(String id) {
    Admitted read = reads.get(id);
    if (read == null) {
      return false;
    }
    read.query().cancel().cancel();
    return true;
  }

  /** Cancels everything and stops. */
  @Override
  public void close() {
    watch.close();
    timer.shutdown();
    reads.values().forEach(read -> read.query().cancel().cancel());
    threads.shutdown();
  }

  /** Called with a place for it. */
  private void start(RunningQuery query) {
    try {
      threads.execute(() -> run(query));
    } catch (RejectedExecutionException stopping) {
      Admitted read = reads.remove(query.id());
      if (read != null) {
        refuse(read);
      }
    }
  }

  private void run(RunningQuery query) {
    Admitted read = Objects.requireNonNull(reads.get(query.id()));
    query.start();
    Throwable failure = null;
    try {
      query.check();
      read.work().accept(query);
    } catch (RuntimeException | Error e) {
      failure = e;
    } finally {
      // Before the answer ends, so that a client never finds its own finished read here.
      reads.remove(query.id());
      query.end();
      slow.add(query, clock.instant(), outcome(query, failure));
    }
    if (failure == null) {
      read.done().complete(null);
    } else {
      read.done().completeExceptionally(failure);
    }
  }

  /** Ends those that have not begun and are not to any more. */
  private void endWaiting() {
    for (RunningQuery query : places.waiting()) {
      if ((query.isLate() || query.cancel().isCancelled()) && places.withdraw(query)) {
        Admitted read = reads.remove(query.id());
        if (read != null && query.cancel().isCancelled()) {
          read.done()
              .completeExceptionally(
                  new SqlException(SqlErrorCode.CANCELLED, "the query was cancelled"));
        } else if (read != null) {
          refuse(read);
        }
      }
    }
  }

  private static EndedQuery.Outcome outcome(RunningQuery query, @Nullable Throwable failure) {
    if (query.cancel().isCancelled()) {
      return EndedQuery.Outcome.CANCELLED;
    }
    return failure == null && !query.hasFailed()
        ? EndedQuery.Outcome.ANSWERED
        : EndedQuery.Outcome.FAILED;
  }
}
