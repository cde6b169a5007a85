package dev.annulus.query.jdbc;

import java.util.concurrent.atomic.AtomicLong;

/** Counts the bytes of results that wait to be fetched. Thread-safe. */
final class HeldRows {
  private final long most;
  private final AtomicLong held = new AtomicLong();

  /**
   * @param most bytes of all results together
   */
  HeldRows(long most) {
    this.most = most;
  }

  void take(long bytes) {
    if (held.addAndGet(bytes) > most) {
      held.addAndGet(-bytes);
      throw new JdbcException(
          "53200",
          "The results that JDBC clients have not fetched yet hold more than %d bytes (%s): close"
                  .formatted(most, JdbcLimits.HELD)
              + " result sets, or ask for fewer rows.");
    }
  }

  void release(long bytes) {
    held.addAndGet(-bytes);
  }

  long bytes() {
    return held.get();
  }
}
