package dev.annulus.query.http;

import dev.annulus.service.DaemonThreads;
import dev.annulus.service.http.Problem;
import dev.annulus.store.Positions;
import dev.annulus.wire.LogPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes readers wait until the writes before a token are visible. All who wait share one reading of
 * the store's positions per look; the looks become rarer the longer nothing happens. Thread-safe.
 */
public final class Freshness implements AutoCloseable {
  private static final long FIRST_LOOK_MICROS = 500;
  private static final long LAST_LOOK_MICROS = 20_000;

  private final Positions positions;
  private final Duration timeout;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("annulus-freshness"));
  private final List<Waiting> waiting = new ArrayList<>(); // guarded by this
  private boolean looking; // guarded by this

  /**
   * @param timeout how long one reader waits at most
   */
  public Freshness(Positions positions, Duration timeout) {
    this.positions = positions;
    this.timeout = timeout;
  }

  private record Waiting(LogPosition position, CompletableFuture<Void> visible, long deadline) {}

  /**
   * Waits for a token.
   *
   * @param token of an ingest answer; null does not wait
   * @return done once visible, on the timer's thread or a thread of the store; or a 400 or 504
   *     problem
   */
  public CompletableFuture<Void> after(@Nullable String token) {
    if (token == null) {
      return CompletableFuture.completedFuture(null);
    }
    LogPosition position;
    try {
      position = LogPosition.parse(token);
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedFuture(
          Problem.badRequest("after: is not the token of an ingest answer").toException());
    }
    CompletableFuture<Void> visible = new CompletableFuture<>();
    long deadline = System.nanoTime() + timeout.toNanos();
    synchronized (this) {
      waiting.add(new Waiting(position, visible, deadline));
      if (!looking) {
        looking = true;
        schedule(0);
      }
    }
    return visible;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  private void schedule(long delayMicros) {
    long next =
        delayMicros == 0
            ? FIRST_LOOK_MICROS
            : Math.min(LAST_LOOK_MICROS, delayMicros + delayMicros / 2);
    timer.schedule(() -> look(next), delayMicros, TimeUnit.MICROSECONDS);
  }

  private void look(long nextDelayMicros) {
    positions
        .read()
        .whenComplete(
            (reached, failure) -> {
              List<Waiting> done = take(reached == null ? Map.of() : reached, nextDelayMicros);
              for (Waiting reader : done) {
                if (isReached(reader, reached == null ? Map.of() : reached)) {
                  reader.visible().complete(null);
                } else {
                  reader.visible().completeExceptionally(late());
                }
              }
            });
  }

  /** Removes those who need not wait any longer and looks again if others remain. */
  private synchronized List<Waiting> take(Map<Integer, Long> reached, long nextDelayMicros) {
    long now = System.nanoTime();
    List<Waiting> done =
        waiting.stream().filter(w -> isReached(w, reached) || w.deadline() - now <= 0).toList();
    waiting.removeAll(done);
    looking = !waiting.isEmpty();
    if (looking) {
      schedule(done.isEmpty() ? nextDelayMicros : FIRST_LOOK_MICROS);
    }
    return done;
  }

  private static boolean isReached(Waiting reader, Map<Integer, Long> reached) {
    return reader.position().nextOffsets().entrySet().stream()
        .allMatch(wanted -> reached.getOrDefault(wanted.getKey(), 0L) >= wanted.getValue());
  }

  private RuntimeException late() {
    return Problem.of(
            504,
            "not_visible_yet",
            "The write that after names was not visible within %d s; it is safe in the log."
                .formatted(timeout.toSeconds()))
        .toException();
  }
}
