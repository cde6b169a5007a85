package dev.annulus.service.http;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A lane's share of the server's threads. While some are free a request runs on the thread it came
 * on, without a change of threads. Thread-safe.
 */
final class LaneThreads {
  private static final int IN_A_ROW = 16;

  private final Executor threads;
  private final int most;
  private final int mostQueued;
  private final Queue<Runnable> queued = new ArrayDeque<>(); // guarded by this
  private int running; // guarded by this

  /**
   * @param threads run what had to wait
   * @param most requests handled at a time
   * @param mostQueued requests that wait for that
   */
  LaneThreads(Lane lane, Executor threads, int most, int mostQueued, MeterRegistry metrics) {
    this.threads = threads;
    this.most = most;
    this.mostQueued = mostQueued;
    String name = lane.name().toLowerCase(Locale.ROOT);
    Gauge.builder("annulus.http.lane.running", this, LaneThreads::running)
        .tag("lane", name)
        .description("Requests that are handled now, by their kind")
        .register(metrics);
    Gauge.builder("annulus.http.lane.queued", this, LaneThreads::queued)
        .tag("lane", name)
        .description("Requests that wait for a thread, by their kind")
        .register(metrics);
  }

  /**
   * Handles a request now or later.
   *
   * @param request must not throw
   * @return false if too many wait
   */
  boolean run(Runnable request) {
    synchronized (this) {
      if (running == most) {
        return queued.size() < mostQueued && queued.add(request);
      }
      running++;
    }
    work(request);
    return true;
  }

  /**
   * Goes on with what waits, since waking another thread costs as much as a small request; but not
   * for long, as the connection of the first one waits for this thread.
   */
  private void work(Runnable request) {
    Runnable now = request;
    for (int done = 0; now != null; done++) {
      if (done == IN_A_ROW) {
        handOver(now);
        return;
      }
      boolean ran = false;
      try {
        now.run();
        ran = true;
      } finally {
        now = next();
        if (!ran && now != null) {
          handOver(now);
        }
      }
    }
  }

  private void handOver(Runnable request) {
    try {
      threads.execute(() -> work(request));
    } catch (RejectedExecutionException stopping) {
      work(request);
    }
  }

  private synchronized @Nullable Runnable next() {
    Runnable next = queued.poll();
    if (next == null) {
      running--;
    }
    return next;
  }

  private synchronized int running() {
    return running;
  }

  private synchronized int queued() {
    return queued.size();
  }
}
