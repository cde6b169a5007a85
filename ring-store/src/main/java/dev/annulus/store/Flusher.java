package dev.annulus.store;

import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.StoreException;
import dev.annulus.kv.StoreException.Kind;
import dev.annulus.kv.Transaction;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Flushes lanes of the journal: merges their entries into the blocks, then truncates the lane.
 * Blocking; for one thread at a time.
 *
 * <p>No lock and no lease protects a lane. A flush is an idempotent merge under serializable
 * validation: each of its transactions conflicts with one that clears a ring (through the metadata
 * version) and with the end of another flush of the lane (through its flushed mark), and reads
 * every block it writes. So two flushers of one lane repeat work, and one that was taken for dead
 * does no harm.
 */
final class Flusher {
  /** Blocks of one transaction. */
  private static final int PART = 400;

  /** Transactions at once: more make a storage server lag, fewer leave it idle. */
  private static final int IN_FLIGHT = 4;

  private final KeyValueEngine engine;
  private final Keys keys;
  private final Journal journal;
  private final Blocks blocks;
  private final Tail tail;
  private final Duration patience;

  /**
   * @param patience how long one transaction may take, retries included
   */
  Flusher(KeyValueEngine engine, Keys keys, Tail tail, Duration patience) {
    this.engine = engine;
    this.keys = keys;
    this.journal = new Journal(keys);
    this.blocks = new Blocks(keys);
    this.tail = tail;
    this.patience = patience;
  }

  private enum Result {
    DONE,
    /** Somebody else has flushed the lane. */
    OVERTAKEN,
    /** The metadata have changed: some of the entries may have become void. */
    CHANGED
  }

  /** A part of a flush: merged blocks, or counter states. */
  private interface Part {
    CompletableFuture<Void> put(Transaction tx);
  }

  /**
   * Flushes what a lane has now, unless somebody else does.
   *
   * @throws StoreException if the store does not take it; the entries stay in the journal
   */
  void flush(int lane) {
    LaneTail target = tail.startFlush(lane);
    if (target.isEmpty()) {
      return;
    }
    Flush flush = new Flush(lane, target.flushed(), target.next());
    if (flush.run()) {
      tail.flushed(lane, target.next());
    } else {
      await(tail.refresh());
    }
  }

  /** One flush of one lane. */
  private final class Flush {
    private final int lane;
    private final long first;
    private final long end;
    private final Deque<Pending> pending = new ArrayDeque<>();
    private TailView view = tail.view();

    Flush(int lane, long first, long end) {
      this.lane = lane;
      this.first = first;
      this.end = end;
    }

    /** A part under way, with where the flush starts again if it fails. */
    private record Pending(RingSlot from, CompletableFuture<Result> result) {}

    /** Returns false if somebody else has flushed the lane. */
    boolean run() {
      RingSlot from = RingSlot.FIRST;
      while (from != null) {
        List<TailRun> runs = runs();
        if (runs == null) {
          return false;
        }
        from = flushSlots(runs, from);
      }
      while (true) {
        List<TailRun> runs = runs();
        if (runs == null) {
          return false;
        }
        Result result = flushStates(runs);
        if (result == Result.OVERTAKEN) {
          return false;
        }
        if (result == Result.DONE) {
          return finish();
        }
        refresh();
      }
    }

    /** What is to be flushed, without what has become void; null if somebody else has done it. */
    private @Nullable List<TailRun> runs() {
      LaneTail now = view.lane(lane);
      return now.flushed() == first
          ? now.runs().stream().filter(run -> run.to() <= end).toList()
          : null;
    }

    private void refresh() {
      view = await(tail.refresh());
    }

    /** Returns where to go on after a change of the metadata; null when all slots are flushed. */
    private @Nullable RingSlot flushSlots(List<TailRun> runs, RingSlot from) {
      List<SortedRun> slots = runs.stream().map(TailRun::slots).toList();
      RunIterator walk = RunIterator.up(slots, from);
      RingSlot again = null;
      while (again == null && walk.isValid()) {
        RingSlot start = new RingSlot(walk.ring(), SlotBlock.slotOf(walk.block(), 0));
        pending.add(new Pending(start, commit(nextBlocks(slots, start, walk))));
        if (pending.size() == IN_FLIGHT) {
          again = finishOne();
        }
      }
      while (!pending.isEmpty()) {
        RingSlot failed = finishOne();
        again = again == null ? failed : again;
      }
      if (again != null) {
        refresh();
      }
      return again;
    }

    /** Waits for the oldest part; returns its start if it must be repeated. */
    private @Nullable RingSlot finishOne() {
      Pending oldest = pending.remove();
      return await(oldest.result()) == Result.DONE ? null : oldest.from();
    }

    /** The next blocks of a walk, which are merged by walking over them again. */
    private Part nextBlocks(List<SortedRun> runs, RingSlot from, RunIterator walk) {
      List<byte[]> part = new ArrayList<>(PART);
      RingKeys ring = keys.blocks(walk.ring());
      long ringId = walk.ring();
      for (; walk.isValid() && part.size() < PART; walk.advance()) {
        if (walk.ring() != ringId) {
          ringId = walk.ring();
          ring = keys.blocks(ringId);
        }
        part.add(ring.slot(walk.block()));
      }
      return tx -> blocks.merge(tx, part, RunIterator.up(runs, from));
    }

    private Result flushStates(List<TailRun> runs) {
      CounterRun states = CounterRun.merged(runs.stream().map(TailRun::counters).toList());
      for (int from = 0; from < states.size(); from += PART) {
        int start = from;
        int stop = Math.min(states.size(), from + PART);
        Result result =
            await(
                commit(
                    tx -> {
                      for (int i = start; i < stop; i++) {
                        tx.byteMax(keys.counter(states.metric(i)), states.state(i));
                      }
                      return CompletableFuture.completedFuture(null);
                    }));
        if (result != Result.DONE) {
          return result;
        }
      }
      return Result.DONE;
    }

    private CompletableFuture<Result> commit(Part part) {
      TailView seen = view;
      return engine.write(
          tx ->
              tx.metadataVersion()
                  .thenCombine(
                      journal.flushed(tx, lane),
                      (version, flushed) -> {
                        if (flushed != first) {
                          return Result.OVERTAKEN;
                        }
                        return seen.fits(version) ? Result.DONE : Result.CHANGED;
                      })
                  .thenCompose(
                      result ->
                          result == Result.DONE
                              ? part.put(tx).thenApply(done -> result)
                              : CompletableFuture.completedFuture(result)));
    }

    private boolean finish() {
      return await(
          engine.write(
              tx ->
                  journal
                      .flushed(tx, lane)
                      .thenApply(
                          flushed -> {
                            if (flushed == first) {
                              journal.truncate(tx, lane, first, end);
                            }
                            // After an unknown outcome it may have been this flush.
                            return flushed == first || flushed == end;
                          })));
    }
  }

  /** The tail with everything that was committed before this call. */
  TailView refreshed() {
    return await(tail.refresh());
  }

  /** Removes marks that no entry in the journal can need. */
  void removeMarks(GoneMarks past) {
    await(engine.write(tx -> journal.removeMarks(tx, past)));
    await(tail.refresh());
  }

  private <T> T await(CompletableFuture<T> future) {
    try {
      return future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(Kind.UNAVAILABLE, "interrupted while flushing the journal", e);
    } catch (TimeoutException e) {
      throw new StoreException(Kind.UNAVAILABLE, "flushing the journal takes too long", e);
    } catch (ExecutionException e) {
      throw StoreException.unwrap(e) instanceof RuntimeException failure
          ? failure
          : new IllegalStateException(e.getCause());
    }
  }
}
