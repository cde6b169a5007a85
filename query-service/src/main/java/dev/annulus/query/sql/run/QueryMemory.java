package dev.annulus.query.sql.run;

import dev.annulus.query.sql.MemoryLimits;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The bytes that all queries together may hold. The query that holds some for the longest time
 * always gets what a query may have: the others leave as much, and wait for it to end. So queries
 * that wait for memory never wait for each other. Thread-safe.
 */
public final class QueryMemory {
  /** A query that holds so little does not wait for large ones. */
  static final long SMALL = 1 << 20;

  /** Of all bytes, what is for small queries only. */
  private static final int SMALL_PART = 16;

  private final long most;
  private final long forLarge;
  private final long forOthers;
  private final Set<Share> shares = new LinkedHashSet<>(); // in the order of their first bytes
  private long used;
  private CompletableFuture<Void> released = new CompletableFuture<>();

  /**
   * @param limits of one query, and of all
   */
  public QueryMemory(MemoryLimits limits) {
    this.most = limits.all();
    this.forOthers = most - Math.min(most, limits.query());
    this.forLarge = forOthers - Math.min(forOthers, most / SMALL_PART);
  }

  /** What one query holds; of its {@link QueryMemory}, whose lock guards it. */
  static final class Share {
    private long bytes;
  }

  /** Takes bytes, all or none; false if the query has to wait, or to end, without them. */
  synchronized boolean take(Share share, long bytes) {
    if (isEldest(share) ? used + bytes > most : !isRoomForOther(share, bytes)) {
      return false;
    }
    shares.add(share);
    share.bytes += bytes;
    used += bytes;
    return true;
  }

  private boolean isEldest(Share share) {
    return shares.isEmpty() || shares.iterator().next() == share;
  }

  private boolean isRoomForOther(Share share, long bytes) {
    long others = used - shares.iterator().next().bytes;
    boolean small = share.bytes + bytes <= SMALL;
    return others + bytes <= (small ? forOthers : forLarge);
  }

  /** Gives back all that a query holds. */
  void release(Share share) {
    CompletableFuture<Void> done;
    synchronized (this) {
      if (!shares.remove(share)) {
        return;
      }
      used -= share.bytes;
      share.bytes = 0;
      done = released;
      released = new CompletableFuture<>();
    }
    done.complete(null);
  }

  /** Done when a query has given back what it held, from now on. */
  synchronized CompletableFuture<Void> released() {
    return released;
  }

  /** Bytes of all there may be. */
  public long most() {
    return most;
  }

  /** Bytes taken now. */
  public synchronized long used() {
    return used;
  }
}
