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
 * A lane's share of the server's threads. While it has free threads, a request runs on the thread
 * it arrived on, without a thread switch. Thread-safe.
 */
final class LaneThreads {
  private static final int IN_A_ROW = 16;

  private final Executor threads;
  private final int most;
  private final int mostQueued;
  private final Queue<Runnable> queued = new ArrayDeque<>(); // guarded by this
  private int running; // guarded by this

  /**
   * @param threads run queued requests
   * @param most maximum number of running requests
   * @param mostQueued maximum number of queued requests
   */
  LaneThreads(Lane lane, Executor threads, int most, int mostQueued, MeterRegistry metrics) {
    this.threads = threads;
    this.most = most;
    this.mostQueued = mostQueued;
    String name = lane.name().toLowerCase(Locale.ROOT);
    Gauge.builder("annulus.http.lane.running", this, LaneThreads::running)
        .tag("lane", name)
        .description("Running requests by lane")
        .register(metrics);
    Gauge.builder("annulus.http.lane.queued", this, LaneThreads::queued)
        .tag("lane", name)
        .description("Queued requests by lane")
        .register(metrics);
  }

  /**
   * Runs a request now or later.
   *
   * @param request must not throw
   * @return false if the queue is full
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
   * Continues with queued requests, because waking another thread costs as much as a small request.
   * Only for a limited number, as the connection of the first one waits for this thread.
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
