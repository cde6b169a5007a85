package dev.annulus.collector;

import java.time.Duration;

/** What came of posting a batch. */
sealed interface Answer {

  /** The gateway keeps the samples. */
  record Accepted() implements Answer {}

  /** The gateway will never take this batch. */
  record Refused(String detail) implements Answer {}

  /**
   * Not taken, or not known to be taken: to be sent again.
   *
   * @param pause asked for by the gateway; zero if it named none
   */
  record Later(String reason, Duration pause) implements Answer {}
}
