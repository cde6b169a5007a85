package dev.annulus.service.http;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Jetty's threads, woken one at a time. Jetty wakes a thread for every task, and thousands of small
 * requests a second are several times as many tasks; here a thread that was woken takes tasks until
 * there are none, and wakes another if some are left when it takes one. So a task waits only for a
 * thread to wake up, whatever the tasks before it do, and a burst of hundreds is done by the few
 * threads the processors have time for. Thread-safe.
 */
final class HttpThreads extends QueuedThreadPool {
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

  /** A thread is on its way and has not looked for tasks yet. */
  private final AtomicBoolean waking = new AtomicBoolean();

  /**
   * @param max threads, at least 8; further tasks wait, about one for each connection
   */
  HttpThreads(int max) {
    super(max, 8);
    setName("annulus-http");
    // They would be handed tasks past the queue, each woken for one.
    setReservedThreads(0);
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    if (!wake() && tasks.remove(task)) {
      throw new RejectedExecutionException("the HTTP server stops");
    }
  }

  /** Sees to it that a thread will look for tasks; false if the pool takes no more. */
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
