package dev.annulus.query.exec;

import java.time.Duration;
import java.time.Instant;

/**
 * A query that has ended.
 *
 * @param id as {@link RunningQuery#id()}
 * @param sql its text as the client sent it
 * @param client the client's address
 * @param ended when
 * @param elapsed from its acceptance to its end, waiting included
 * @param outcome how
 */
public record EndedQuery(
    String id, String sql, String client, Instant ended, Duration elapsed, Outcome outcome) {

  /** How a query ended. */
  public enum Outcome {
    ANSWERED,
    CANCELLED,
    FAILED
  }
}
