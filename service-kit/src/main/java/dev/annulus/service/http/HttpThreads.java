package dev.annulus.service.http;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Jetty's thread pool, waking one thread at a time. Jetty wakes a thread for every task, and
 * thousands of small requests per second are several times as many tasks. Here a woken thread takes
 * tasks until there are none, and wakes another if tasks remain when it takes one. So a task waits
 * only for a thread to wake up, however long earlier tasks take, and a burst of hundreds is handled
 * by as few threads as the processors can run. Thread-safe.
 */
final class HttpThreads extends QueuedThreadPool {
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

  /** A woken thread has not looked for tasks yet. */
  private final AtomicBoolean waking = new AtomicBoolean();

  /**
   * @param max threads, at least 8; further tasks queue, about one per connection
   */
  HttpThreads(int max) {
    super(max, 8);
    setName("annulus-http");
    // Reserved threads would bypass the queue, each woken for a single task.
    setReservedThreads(0);
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    if (!wake() && tasks.remove(task)) {
      throw new RejectedExecutionException("the HTTP server stops");
    }
  }

  /** Ensures that a thread will look for tasks; false if the pool accepts no more. */
  private boolean wake() {
    if (waking.compareAndSet(false, true)) {
      try {
        super.execute(this::work);
      } catch (RejectedExecutionException e) {
        waking.set(false);
        return false;
      }
    }
    return true;
  }

  private void work() {
    waking.set(false);
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      if (!tasks.isEmpty()) {
        wake(); // in vain while the server stops: then this thread does them all
      }
      task.run();
    }
  }
}
