package dev.annulus.store;

import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.ReadTransaction;
import dev.annulus.kv.StoreException;
import dev.annulus.kv.StoreException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The end of the journal in memory: one for each process that has a database open, shared by its
 * writers, readers and flusher. Thread-safe.
 *
 * <p>The view grows by refreshes, which read what others have added, and by what this process's
 * writers commit. A refresh serves everybody who waited when it began; whoever comes later waits
 * for the next one, so that each sees every commit that completed before it asked.
 */
final class Tail {
  private final KeyValueEngine engine;
  private final Journal journal;
  private final long maxBytes;
  private final Duration patience;
  private volatile TailView view = TailView.UNKNOWN;
  // Guarded by this.
  private boolean refreshing;
  private @Nullable CompletableFuture<Refreshed> nextRefresh;
  private final List<CompletableFuture<Void>> awaitingRoom = new ArrayList<>();

  /**
   * @param maxBytes memory at which writers wait
   * @param patience how long they do
   */
  Tail(KeyValueEngine engine, Journal journal, long maxBytes, Duration patience) {
    this.engine = engine;
    this.journal = journal;
    this.maxBytes = maxBytes;
    this.patience = patience;
  }

  /** The view as it is now. */
  TailView view() {
    return view;
  }

  private record Refreshed(TailView view, Moment moment) {}

  /** The view with every commit that completed before this call. */
  CompletableFuture<TailView> refresh() {
    return refreshed().thenApply(Refreshed::view);
  }

  /** The moment of this call; {@link #view} then has what belongs to it. */
  CompletableFuture<Moment> now() {
    return refreshed().thenApply(Refreshed::moment);
  }

  private CompletableFuture<Refreshed> refreshed() {
    CompletableFuture<Refreshed> mine;
    synchronized (this) {
      if (nextRefresh == null) {
        nextRefresh = new CompletableFuture<>();
      }
      mine = nextRefresh;
      if (refreshing) {
        return mine.copy();
      }
      refreshing = true;
    }
    runRefreshes();
    return mine.copy();
  }

  private void runRefreshes() {
    CompletableFuture<Void> all =
        Futures.whileTrue(
            () -> {
              CompletableFuture<Refreshed> asked;
              synchronized (this) {
                asked = nextRefresh;
                nextRefresh = null;
                if (asked == null) {
                  refreshing = false;
                  return CompletableFuture.completedFuture(false);
                }
              }
              CompletableFuture<Refreshed> waiting = asked;
              return read()
                  .handle(
                      (now, failure) -> {
                        if (failure == null) {
                          waiting.complete(now);
                        } else {
                          waiting.completeExceptionally(StoreException.unwrap(failure));
                        }
                        return true;
                      });
            });
    all.exceptionally(
        failure -> {
          throw new IllegalStateException("a refresh cannot fail here", failure);
        });
  }

  private CompletableFuture<Refreshed> read() {
    CompletableFuture<Refreshed> result = new CompletableFuture<>();
    Futures.whileTrue(
            () -> {
              TailView known = view;
              return engine
                  .read(tx -> journal.news(tx, known))
                  .thenApply(
                      news -> {
                        TailView now = install(known, news);
                        if (!now.reaches(news.heads())) {
                          return true;
                        }
                        result.complete(
                            new Refreshed(
                                now, new Moment(now.heads(), news.flushed(), news.snapshot())));
                        return false;
                      });
            })
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                result.completeExceptionally(failure);
              }
            });
    return result;
  }

  private synchronized TailView install(TailView known, Journal.News news) {
    set(merged(view, known, news));
    return view;
  }

  /**
   * The view at a transaction's own snapshot.
   *
   * @param before a view from before the transaction began: a later one may lack what was flushed
   *     meanwhile, and the snapshot's blocks would lack it too
   */
  CompletableFuture<TailView> at(ReadTransaction tx, TailView before) {
    TailView[] now = {before};
    return Futures.whileTrue(
            () ->
                journal
                    .news(tx, now[0])
                    .thenApply(
                        news -> {
                          now[0] = merged(now[0], now[0], news);
                          return !now[0].reaches(news.heads());
                        }))
        .thenApply(done -> now[0]);
  }

  /** Merges news that a transaction has read, knowing {@code known}, into the view of now. */
  private static TailView merged(TailView current, TailView known, Journal.News news) {
    long now = System.nanoTime();
    TailView merged =
        news.marks() == null
            ? current
            : new TailView(true, news.version(), news.marks(), current.lanes());
    for (Map.Entry<Integer, Long> head : news.heads().entrySet()) {
      int number = head.getKey();
      long flushed = news.flushed().getOrDefault(number, 0L);
      boolean lost = known.lane(number).next() > head.getValue();
      LaneTail lane = lost ? LaneTail.from(flushed) : current.lane(number).flushedTo(flushed, now);
      if (news.marks() != null) {
        GoneMarks fresh = news.marks();
        lane = lane.withRuns(run -> fresh.applyNewTo(run, current.marks()));
      }
      for (Journal.Read entry : news.entries()) {
        if (entry.lane() == number && entry.number() == lane.next()) {
          TailRun run = TailRun.of(entry.number(), 1, entry.entry());
          lane = lane.and(merged.marks().applyTo(run, number, entry.number()), now);
        }
      }
      merged = merged.with(number, lane);
    }
    return merged;
  }

  /**
   * Adds what a writer of this process has committed, so that it need not be read back.
   *
   * @param version the metadata version under which it was committed
   */
  synchronized void committed(
      int lane, long from, JournalPart.Piece piece, byte @Nullable [] version) {
    TailView current = view;
    LaneTail tail = current.lane(lane);
    if (!current.fits(version) || tail.next() != from) {
      return; // a refresh reads it
    }
    TailRun run = TailRun.of(from, piece.encoded().size(), piece.contents());
    set(current.with(lane, tail.and(run, System.nanoTime())));
  }

  /** Begins a flush of what a lane has now. */
  synchronized LaneTail startFlush(int lane) {
    LaneTail tail = view.lane(lane).startFlush();
    set(view.with(lane, tail));
    return tail;
  }

  /** Drops entries that are in blocks. */
  synchronized void flushed(int lane, long number) {
    set(view.with(lane, view.lane(lane).flushedTo(number, System.nanoTime())));
  }

  /** Completes when the tail takes less than its limit; fails as unavailable after a while. */
  CompletableFuture<Void> room() {
    CompletableFuture<Void> room = new CompletableFuture<>();
    synchronized (this) {
      if (view.memoryBytes() < maxBytes) {
        return CompletableFuture.completedFuture(null);
      }
      awaitingRoom.removeIf(CompletableFuture::isDone); // those that gave up
      awaitingRoom.add(room);
    }
    return room.orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionallyCompose(
            failure ->
                CompletableFuture.failedFuture(
                    StoreException.unwrap(failure) instanceof TimeoutException
                        ? new StoreException(
                            Kind.UNAVAILABLE, "the journal is full and is not flushed in time")
                        : failure));
  }

  private void set(TailView changed) {
    view = changed;
    if (!awaitingRoom.isEmpty() && changed.memoryBytes() < maxBytes) {
      List<CompletableFuture<Void>> freed = List.copyOf(awaitingRoom);
      awaitingRoom.clear();
      freed.forEach(waiting -> waiting.completeAsync(() -> null));
    }
  }
}
