package dev.annulus.collector;

import java.time.Duration;

/** The outcome of posting a batch. */
sealed interface PostOutcome {

  /** The gateway has accepted the samples. */
  record Accepted() implements PostOutcome {}

  /** The gateway has rejected the batch for good. */
  record Refused(String detail) implements PostOutcome {}

  /**
   * Not accepted, or unknown: retry.
   *
   * @param pause requested by the gateway; zero if none
   */
  record Later(String reason, Duration pause) implements PostOutcome {}
}
