package dev.annulus.collector;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Time that moves by hand. Any thread may add tasks; they run on the thread that advances. */
final class FakeScheduler extends AbstractExecutorService
    implements ScheduledExecutorService, InstantSource {

  private final PriorityQueue<Task<?>> tasks = new PriorityQueue<>();
  private Instant now;
  private long sequence;
  private boolean shutdown;
  private Throwable escaped;

  FakeScheduler(Instant now) {
    this.now = now;
  }

  /** Runs everything that falls due until the time given has passed, each at its own instant. */
  void advance(Duration time) {
    Instant end = instant().plus(time);
    for (Task<?> due = poll(end); due != null; due = poll(end)) {
      due.run();
      if (escaped != null) {
        throw new AssertionError("a task failed", escaped);
      }
    }
    setNow(end);
  }

  /** Runs what is due now. */
  void runDue() {
    advance(Duration.ZERO);
  }

  @Override
  public synchronized Instant instant() {
    return now;
  }

  @Override
  public void execute(Runnable command) {
    schedule(command, 0, TimeUnit.NANOSECONDS);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
    return schedule(Executors.callable(command), delay, unit);
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
    return add(new Task<>(callable, Duration.of(delay, unit.toChronoUnit()), Duration.ZERO));
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable command, long initialDelay, long period, TimeUnit unit) {
    Duration rate = Duration.of(period, unit.toChronoUnit());
    Duration first = Duration.of(initialDelay, unit.toChronoUnit());
    return add(new Task<>(Executors.callable(command), first, rate));
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable command, long initialDelay, long delay, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public synchronized void shutdown() {
    shutdown = true;
    tasks.clear();
  }

  @Override
  public List<Runnable> shutdownNow() {
    shutdown();
    return List.of();
  }

  @Override
  public synchronized boolean isShutdown() {
    return shutdown;
  }

  @Override
  public boolean isTerminated() {
    return isShutdown();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return isShutdown();
  }

  private synchronized <V> Task<V> add(Task<V> task) {
    if (shutdown) {
      throw new RejectedExecutionException("shut down");
    }
    tasks.add(task);
    return task;
  }

  private synchronized Task<?> poll(Instant end) {
    if (tasks.isEmpty() || tasks.peek().at.isAfter(end)) {
      return null;
    }
    Task<?> due = tasks.poll();
    now = due.at;
    return due;
  }

  private synchronized void setNow(Instant instant) {
    now = instant;
  }

  private synchronized long nextSequence() {
    return sequence++;
  }

  private final class Task<V> extends FutureTask<V> implements ScheduledFuture<V> {
    private final Duration period;
    private final long order = nextSequence();
    private Instant at;

    Task(Callable<V> callable, Duration delay, Duration period) {
      super(callable);
      this.period = period;
      this.at = instant().plus(delay);
    }

    @Override
    public void run() {
      if (period.isZero()) {
        super.run();
      } else if (runAndReset() && !isShutdown()) {
        at = at.plus(period);
        add(this);
      }
    }

    @Override
    protected void setException(Throwable failure) {
      super.setException(failure);
      escaped = failure;
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(Duration.between(instant(), at));
    }

    @Override
    public int compareTo(Delayed other) {
      Task<?> task = (Task<?>) other;
      int byTime = at.compareTo(task.at);
      return byTime != 0 ? byTime : Long.compare(order, task.order);
    }
  }
}
