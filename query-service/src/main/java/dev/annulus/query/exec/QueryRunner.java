package dev.annulus.query.exec;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs queries on its own threads. Thread-safe. */
public final class QueryRunner implements AutoCloseable {
  private final ThreadPoolExecutor threads;
  private final InstantSource clock;
  private final Map<String, RunningQuery> queries = new ConcurrentHashMap<>();
  private final ClientWatch watch;

  /**
   * @param concurrency queries at a time
   * @param queue most queries waiting for their turn
   */
  public QueryRunner(int concurrency, int queue, InstantSource clock, MeterRegistry metrics) {
    this.clock = clock;
    this.watch = new ClientWatch(this::queries, clock);
    AtomicInteger number = new AtomicInteger();
    this.threads =
        new ThreadPoolExecutor(
            concurrency,
            concurrency,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(queue),
            task -> {
              Thread thread = new Thread(task, "annulus-query-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    Gauge.builder("annulus.queries.running", threads, ThreadPoolExecutor::getActiveCount)
        .description("Queries that run now")
        .register(metrics);
    Gauge.builder("annulus.queries.queued", threads, pool -> pool.getQueue().size())
        .description("Queries that wait for their turn")
        .register(metrics);
  }

  /**
   * Runs a query once a thread is free.
   *
   * @param client the client's address, for those who look at the list
   * @param connection where the answer goes: the query is cancelled when the client leaves it; null
   *     if that is not known
   * @param work runs on a query thread; it must heed {@link RunningQuery#cancel()}
   * @return done when the work is, failed as it failed
   * @throws RejectedExecutionException if too many wait already
   */
  public CompletableFuture<Void> run(
      String sql,
      String client,
      @Nullable ClientConnection connection,
      Consumer<RunningQuery> work) {
    RunningQuery query =
        new RunningQuery(UUID.randomUUID().toString(), sql, client, connection, clock.instant());
    CompletableFuture<Void> done = new CompletableFuture<>();
    queries.put(query.id(), query);
    try {
      threads.execute(() -> run(query, work, done));
    } catch (RejectedExecutionException e) {
      queries.remove(query.id());
      throw e;
    }
    return done;
  }

  /** All queries that wait or run, the oldest first. */
  public List<RunningQuery> queries() {
    return queries.values().stream().sorted(Comparator.comparing(RunningQuery::since)).toList();
  }

  /**
   * Cancels a query.
   *
   * @return whether there was one with this id
   */
  public boolean cancel(String id) {
    RunningQuery query = queries.get(id);
    if (query == null) {
      return false;
    }
    query.cancel().cancel();
    return true;
  }

  /** Cancels everything and stops. */
  @Override
  public void close() {
    watch.close();
    queries.values().forEach(query -> query.cancel().cancel());
    threads.shutdown();
  }

  private void run(RunningQuery query, Consumer<RunningQuery> work, CompletableFuture<Void> done) {
    query.started();
    Throwable failure = null;
    try {
      work.accept(query);
    } catch (RuntimeException | Error e) {
      failure = e;
    } finally {
      // Before the answer ends, so that a client never finds its own finished query here.
      queries.remove(query.id());
    }
    if (failure == null) {
      done.complete(null);
    } else {
      done.completeExceptionally(failure);
    }
  }
}
