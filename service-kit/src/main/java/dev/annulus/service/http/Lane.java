package dev.annulus.service.http;

import io.javalin.security.RouteRole;

/**
 * The class of a request. Each lane has its share of the server's threads, so that none can starve
 * the others. Besides its {@link dev.annulus.service.access.Scope} a route may declare {@link
 * #AT_ONCE} or {@link #OPERATIONS}; the other lanes follow from the scope.
 */
public enum Lane implements RouteRole {
  /** Answered from memory within microseconds, on the current thread. */
  AT_ONCE,
  /** Health and metrics of the process. */
  OPERATIONS,
  /** Writing samples. */
  INGEST,
  /** Writing samples with bodies that may be large once decoded; follows from their length. */
  BULK,
  /** All others; handlers move long work elsewhere. */
  READS,
  /** Such with bodies that take milliseconds to parse; follows from their length. */
  LARGE_READS
}
