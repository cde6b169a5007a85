package dev.annulus.query.exec;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The places of reads that run. Every read begins in a short one; those that go on step back once
 * for those that have not begun, and then need a long one. First come, first served, except that a
 * read that was interrupted by its client comes before those that have not begun, and that those
 * expected to take long begin after the others. Thread-safe.
 */
final class Places {
  private static final long POLL_MILLIS = 20;

  /** So often one that has stepped back, or is expected to take long, comes before the others. */
  private static final int AGAIN = 8;

  /** Those that wait to begin have no thread yet, and wait for moments only. */
  private static final int BEGINNING_PER_LONG = 4;

  private final ReadLimits limits;
  private final Consumer<RunningQuery> start;
  private final Deque<RunningQuery> beginning = new ArrayDeque<>(); // guarded by this, as all below
  private final Deque<RunningQuery> beginningLong = new ArrayDeque<>(); // that others precede
  private final Deque<Turn> forShort = new ArrayDeque<>();
  private final Deque<Turn> again = new ArrayDeque<>();
  private final Deque<Turn> forLong = new ArrayDeque<>();
  private final Deque<RunningQuery> paused = new ArrayDeque<>();
  private int freeShort;
  private int freeLong;
  private int aside; // that wait for another read
  private int released;
  private volatile boolean crowded;

  /**
   * @param start runs a read that has got a short place; called on any thread
   */
  Places(ReadLimits limits, Consumer<RunningQuery> start) {
    this.limits = limits;
    this.start = start;
    this.freeShort = limits.shortPlaces();
    this.freeLong = limits.longPlaces();
  }

  /** One that waits on its own thread. */
  private static final class Turn {
    private final CountDownLatch given = new CountDownLatch(1);
  }

  /** Starts a read now or later; false if too many wait to begin. */
  boolean enter(RunningQuery read) {
    synchronized (this) {
      if (freeShort == 0) {
        int most = BEGINNING_PER_LONG * limits.queue();
        if (beginning.size() + beginningLong.size() >= most
            || (read.isExpectedLong() && beginningLong.size() >= most / 2)) {
          return false;
        }
        crowded = true;
        return (read.isExpectedLong() ? beginningLong : beginning).add(read);
      }
      freeShort--;
    }
    start.accept(read);
    return true;
  }

  /** Takes back one that has not begun; false if it has. */
  synchronized boolean withdraw(RunningQuery read) {
    return beginning.remove(read) || beginningLong.remove(read);
  }

  /** Those that have not begun. */
  synchronized List<RunningQuery> waiting() {
    List<RunningQuery> all = new ArrayList<>(beginning);
    all.addAll(beginningLong);
    return all;
  }

  /** Whether some wait for short places, so that those with one are to hurry. */
  boolean isCrowded() {
    return crowded;
  }

  /** How many wait, to begin or to go on. */
  synchronized int queued() {
    return beginning.size()
        + beginningLong.size()
        + forShort.size()
        + again.size()
        + forLong.size()
        + aside;
  }

  /** How many have a place. */
  synchronized int running() {
    return limits.shortPlaces() - freeShort + limits.longPlaces() - freeLong;
  }

  /** How many wait for their clients. */
  synchronized int paused() {
    return paused.size();
  }

  /**
   * Gives a short place back and waits for one again, so that others begin first.
   *
   * @param mustEnd whether it is to wait no longer
   * @return whether it has a short place; otherwise it has none
   */
  boolean stepBack(BooleanSupplier mustEnd) {
    Turn turn = new Turn();
    RunningQuery next;
    synchronized (this) {
      if (again.size() >= limits.queue()) {
        return true; // each has a thread
      }
      again.add(turn);
      next = releaseShort();
    }
    startNext(next);
    return await(turn, again, false, mustEnd);
  }

  /**
   * Gives a short place back and waits for a long one.
   *
   * @param mustEnd whether it is to wait no longer
   * @return whether it has a long place; otherwise it has none
   */
  boolean becomeLong(BooleanSupplier mustEnd) {
    Turn turn = new Turn();
    RunningQuery next;
    synchronized (this) {
      if (freeLong > 0) {
        freeLong--;
        turn.given.countDown();
      } else if (forLong.size() < limits.queue()) {
        forLong.add(turn);
      } else {
        turn = null;
      }
      next = releaseShort();
    }
    startNext(next);
    return turn != null && await(turn, forLong, true, mustEnd);
  }

  /**
   * Lets others run while a read waits for its client.
   *
   * @return the one that has to go because too many wait; null if none has
   */
  @Nullable RunningQuery pause(RunningQuery read, boolean isLong) {
    RunningQuery evicted;
    synchronized (this) {
      evicted = paused.size() >= limits.paused() ? paused.poll() : null;
      paused.add(read);
    }
    leave(isLong);
    return evicted;
  }

  /** Takes a place again after a pause; false if it must end before it has got one. */
  boolean resume(RunningQuery read, boolean isLong, BooleanSupplier mustEnd) {
    Turn turn = new Turn();
    Deque<Turn> queue = isLong ? forLong : forShort;
    synchronized (this) {
      paused.remove(read);
      if (isLong ? freeLong > 0 : freeShort > 0) {
        freeLong -= isLong ? 1 : 0;
        freeShort -= isLong ? 0 : 1;
        return true;
      }
      queue.add(turn);
    }
    return await(turn, queue, isLong, mustEnd);
  }

  /**
   * Gives a place back while a read waits for another one.
   *
   * @return false if too many wait like this, as each has a thread; it then keeps its place
   */
  boolean standAside(boolean isLong) {
    synchronized (this) {
      if (aside >= limits.queue()) {
        return false;
      }
      aside++;
    }
    leave(isLong);
    return true;
  }

  /**
   * Waits for a place after {@link #standAside}; those that have not begun come first.
   *
   * @param mustEnd whether it is to wait no longer
   * @return whether it has a place; otherwise it has none
   */
  boolean comeBack(boolean isLong, BooleanSupplier mustEnd) {
    Turn turn = new Turn();
    Deque<Turn> queue = isLong ? forLong : again;
    synchronized (this) {
      aside--;
      if (isLong ? freeLong > 0 : freeShort > 0) {
        freeLong -= isLong ? 1 : 0;
        freeShort -= isLong ? 0 : 1;
        return true;
      }
      queue.add(turn);
      crowded |= !isLong;
    }
    return await(turn, queue, isLong, mustEnd);
  }

  /** Gives a place back. */
  void leave(boolean isLong) {
    RunningQuery next = null;
    synchronized (this) {
      if (isLong) {
        releaseLong();
      } else {
        next = releaseShort();
      }
    }
    startNext(next);
  }

  private void startNext(@Nullable RunningQuery next) {
    if (next != null) {
      start.accept(next);
    }
  }

  private void releaseLong() {
    Turn turn = forLong.poll();
    if (turn == null) {
      freeLong++;
    } else {
      turn.given.countDown();
    }
  }

  private @Nullable RunningQuery releaseShort() {
    Turn turn = forShort.poll();
    RunningQuery next = null;
    if (turn == null) {
      released++;
      if (released % (2 * AGAIN) == 0) {
        next = beginningLong.poll();
      } else if (released % AGAIN != 0) {
        next = firstShort();
      }
      turn = next == null ? again.poll() : null;
      if (next == null && turn == null) {
        next = beginning.isEmpty() ? beginningLong.poll() : beginning.poll();
      }
    }
    crowded = !beginning.isEmpty() || !beginningLong.isEmpty() || !again.isEmpty();
    if (turn != null) {
      turn.given.countDown();
    } else if (next == null) {
      freeShort++;
    }
    return next;
  }

  /** The first that is still expected to be short: what ran since may have told otherwise. */
  private @Nullable RunningQuery firstShort() {
    RunningQuery first = beginning.poll();
    while (first != null && first.isExpectedLong()) {
      beginningLong.add(first);
      first = beginning.poll();
    }
    return first;
  }

  private boolean await(Turn turn, Deque<Turn> queue, boolean isLong, BooleanSupplier mustEnd) {
    try {
      while (!turn.given.await(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        if (mustEnd.getAsBoolean() && giveUp(turn, queue)) {
          return false;
        }
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      if (!giveUp(turn, queue)) {
        leave(isLong);
      }
      return false;
    }
  }

  /** False if it has got its place meanwhile. */
  private synchronized boolean giveUp(Turn turn, Deque<Turn> queue) {
    return queue.remove(turn);
  }
}
