package dev.annulus.service.http;

import io.javalin.security.RouteRole;

/**
 * What kind of request this is: each kind has its share of the server's threads, so that none can
 * keep the others from being answered. Beside a {@link dev.annulus.service.access.Scope}, a route
 * may name {@link #AT_ONCE} or {@link #OPERATIONS}; the others follow from the scope.
 */
public enum Lane implements RouteRole {
  /** Answered from memory within microseconds, on whatever thread is there. */
  AT_ONCE,
  /** Health and the process' own metrics. */
  OPERATIONS,
  /** Writing samples. */
  INGEST,
  /** The same with bodies that may be large once they are decoded; follows from their length. */
  BULK,
  /** All else; handlers pass on what takes long. */
  READS
}
