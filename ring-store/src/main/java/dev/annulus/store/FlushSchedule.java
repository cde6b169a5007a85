package dev.annulus.store;

import dev.annulus.kv.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides when which lane is flushed, and removes marks that have served. Its thread is the only
 * one of the process that flushes.
 *
 * <p>A process flushes the lanes that its writers append to. Lanes that nobody else flushes fall to
 * everybody after a random delay; if two take the same one, they only repeat work.
 */
final class FlushSchedule implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FlushSchedule.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration CLOSE = Duration.ofSeconds(10);

  /** Marks at which everything is flushed, since every refresh after a change reads all marks. */
  private static final int MANY_MARKS = 1_000;

  private final Tail tail;
  private final Flusher flusher;
  private final BlockConfig config;
  private final Set<Integer> ownLanes = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean asked = new AtomicBoolean();
  private final long adoptAfter;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread worker = new Thread(task, "annulus-flush");
            worker.setDaemon(true);
            return worker;
          });
  // Used by the thread only.
  private final List<Served> marked = new ArrayList<>();
  private GoneMarks knownMarks = GoneMarks.NONE;
  private boolean failing;

  FlushSchedule(Tail tail, Flusher flusher, BlockConfig config) {
    this.tail = tail;
    this.flusher = flusher;
    this.config = config;
    long age = config.flushAfter().toNanos();
    this.adoptAfter = 2 * age + ThreadLocalRandom.current().nextLong(age + 1);
  }

  /** Begins to work. */
  void start() {
    thread.scheduleWithFixedDelay(
        this::workOrLog, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Called after a writer of this process has appended to a lane. */
  void appended(int lane) {
    ownLanes.add(lane);
    if (tail.view().memoryBytes() >= config.tailBytes()) {
      soon();
    }
  }

  /** Looks at once whether a flush is due. */
  void soon() {
    if (!thread.isShutdown() && asked.compareAndSet(false, true)) {
      try {
        thread.execute(this::workOrLog);
      } catch (RejectedExecutionException e) {
        LOG.atDebug().log("the store is closed; what is in the journal stays there");
      }
    }
  }

  /** Flushes everything that is in the journal at the time of this call. */
  CompletableFuture<Void> flushAll() {
    return tail.refresh()
        .thenCompose(
            view -> {
              CompletableFuture<Void> done = new CompletableFuture<>();
              try {
                thread.execute(() -> flushTo(view.heads(), done));
              } catch (RejectedExecutionException e) {
                done.completeExceptionally(
                    new StoreException(StoreException.Kind.UNAVAILABLE, "the store is closed", e));
              }
              return done;
            });
  }

  private void flushTo(Map<Integer, Long> heads, CompletableFuture<Void> done) {
    try {
      while (!tail.view().isFlushedTo(heads)) {
        for (Map.Entry<Integer, Long> head : heads.entrySet()) {
          if (tail.view().lane(head.getKey()).flushed() < head.getValue()) {
            flusher.flush(head.getKey());
          }
        }
      }
      done.complete(null);
    } catch (RuntimeException e) {
      done.completeExceptionally(e);
    }
  }

  private void workOrLog() {
    asked.set(false);
    try {
      work();
      failing = false;
    } catch (RuntimeException e) {
      if (!failing && !thread.isShutdown()) {
        LOG.atWarn()
            .setCause(e)
            .log("flushing the journal failed; its entries stay there and are tried again");
      }
      failing = true;
    }
  }

  private void work() {
    TailView view = flusher.refreshed();
    long now = System.nanoTime();
    boolean manyMarks = view.marks().size() >= MANY_MARKS;
    for (int lane : bySize(view)) {
      TailView current = tail.view();
      LaneTail lanes = current.lane(lane);
      if (!lanes.isEmpty() && (manyMarks || isDue(lane, lanes, current.memoryBytes(), now))) {
        flusher.flush(lane);
      }
    }
    sweepMarks(tail.view());
  }

  private boolean isDue(int lane, LaneTail tailOfLane, long allBytes, long now) {
    long age = now - tailOfLane.since();
    return ownLanes.contains(lane)
        ? allBytes >= config.tailBytes() || age >= config.flushAfter().toNanos()
        : allBytes >= config.tailBytes() + config.tailBytes() / 2 || age >= adoptAfter;
  }

  private static List<Integer> bySize(TailView view) {
    List<Integer> lanes = new ArrayList<>(view.lanes().keySet());
    lanes.sort(Comparator.comparingLong(lane -> -view.lane(lane).memoryBytes()));
    return lanes;
  }

  /** A mark has served once all that was in the journal when it was first seen is in blocks. */
  private void sweepMarks(TailView view) {
    GoneMarks fresh = view.marks().without(knownMarks);
    if (!fresh.isEmpty()) {
      marked.add(new Served(fresh, view.heads()));
    }
    knownMarks = view.marks();
    for (Iterator<Served> each = marked.iterator(); each.hasNext(); ) {
      Served served = each.next();
      if (view.isFlushedTo(served.heads())) {
        flusher.removeMarks(served.marks());
        each.remove();
      }
    }
  }

  /** Marks that have served once everything before these heads is in blocks. */
  private record Served(GoneMarks marks, Map<Integer, Long> heads) {}

  @Override
  public void close() {
    thread.shutdownNow();
    try {
      if (!thread.awaitTermination(CLOSE.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.atWarn().log("a flush of the journal does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
