package dev.annulus.query.exec;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/** The last queries that took long, kept in memory only. Thread-safe. */
final class SlowQueries {
  private static final int KEPT = 50;
  private static final Duration SLOW = Duration.ofMillis(500);

  private final Deque<EndedQuery> kept = new ArrayDeque<>();

  /** Takes note of a query that has ended, if it was slow. */
  synchronized void add(RunningQuery query, Instant ended, EndedQuery.Outcome outcome) {
    Duration elapsed = Duration.between(query.since(), ended);
    if (elapsed.compareTo(SLOW) >= 0) {
      if (kept.size() == KEPT) {
        kept.removeFirst();
      }
      kept.addLast(
          new EndedQuery(query.id(), query.sql(), query.client(), ended, elapsed, outcome));
    }
  }

  /** The newest first. */
  synchronized List<EndedQuery> newestFirst() {
    List<EndedQuery> all = new ArrayList<>(kept);
    Collections.reverse(all);
    return all;
  }
}
