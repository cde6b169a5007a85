package dev.annulus.query.jdbc;

import java.util.concurrent.atomic.AtomicLong;

/** Counts the values of results that wait to be fetched. Thread-safe. */
final class HeldValues {
  private final long most;
  private final AtomicLong held = new AtomicLong();

  /**
   * @param most values of all results together
   */
  HeldValues(long most) {
    this.most = most;
  }

  void take(int values) {
    if (held.addAndGet(values) > most) {
      held.addAndGet(-values);
      throw new JdbcException(
          "53200",
          "The results that JDBC clients have not fetched yet hold more than %d values: close"
                  .formatted(most)
              + " result sets, or ask for fewer rows.");
    }
  }

  void release(int values) {
    held.addAndGet(-values);
  }

  long count() {
    return held.get();
  }
}
