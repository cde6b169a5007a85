package dev.annulus.query.sql.run;

import dev.annulus.query.sql.SqlLimits;
import dev.annulus.service.DaemonThreads;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * What all queries share, in whatever language. Thread-safe.
 *
 * @param limits of every query
 * @param memory what all of them hold
 * @param readers the threads that read ahead
 */
public record QueryResources(SqlLimits limits, QueryMemory memory, Executor readers) {
  /** Resources with as many threads as there are processors. */
  public static QueryResources of(SqlLimits limits) {
    return new QueryResources(
        limits,
        new QueryMemory(limits.memory()),
        readers(Runtime.getRuntime().availableProcessors()));
  }

  private static Executor readers(int processors) {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            processors,
            processors,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), // bounded by what each query reads ahead
            DaemonThreads.named("annulus-query-reader"));
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }
}
