package dev.annulus.query.sql.run;

import java.util.concurrent.atomic.AtomicLong;

/** The bytes that all queries together may hold. Thread-safe. */
public final class QueryMemory {
  private final long most;
  private final AtomicLong used = new AtomicLong();

  /**
   * @param most bytes
   */
  public QueryMemory(long most) {
    this.most = most;
  }

  /** Takes bytes, all or none; false if there are not so many. */
  boolean take(long bytes) {
    long now = used.get();
    while (now + bytes <= most) {
      if (used.compareAndSet(now, now + bytes)) {
        return true;
      }
      now = used.get();
    }
    return false;
  }

  void release(long bytes) {
    used.addAndGet(-bytes);
  }

  /** Bytes of all there may be. */
  public long most() {
    return most;
  }

  /** Bytes taken now. */
  public long used() {
    return used.get();
  }
}
