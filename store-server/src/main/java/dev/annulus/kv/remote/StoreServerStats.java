package dev.annulus.kv.remote;

import java.util.concurrent.atomic.LongAdder;

/** The counters of a store server since its start. Thread-safe. */
public final class StoreServerStats {
  final LongAdder reads = new LongAdder();
  final LongAdder commits = new LongAdder();
  final LongAdder conflicts = new LongAdder();
  final LongAdder tooOld = new LongAdder();
  final LongAdder failures = new LongAdder();
  final LongAdder bytesIn = new LongAdder();
  final LongAdder bytesOut = new LongAdder();
  final LongAdder connections = new LongAdder();
  final LongAdder acceptFailures = new LongAdder();
  final LongAdder openConnections = new LongAdder();
  final LongAdder openTransactions = new LongAdder();

  StoreServerStats() {}

  /** Successful reads of keys, ranges and metadata versions. */
  public long reads() {
    return reads.sum();
  }

  /** Committed transactions. */
  public long commits() {
    return commits.sum();
  }

  /** Commits that conflicted. */
  public long conflicts() {
    return conflicts.sum();
  }

  /** Requests that failed because their snapshot was gone. */
  public long tooOld() {
    return tooOld.sum();
  }

  /** Requests that failed for another reason. */
  public long failures() {
    return failures.sum();
  }

  /** Bytes received. */
  public long bytesIn() {
    return bytesIn.sum();
  }

  /** Bytes sent. */
  public long bytesOut() {
    return bytesOut.sum();
  }

  /** Accepted connections. */
  public long connections() {
    return connections.sum();
  }

  /** Failed accepts, such as for lack of file descriptors. */
  public long acceptFailures() {
    return acceptFailures.sum();
  }

  /** Open connections. */
  public long openConnections() {
    return openConnections.sum();
  }

  /** Open transactions. */
  public long openTransactions() {
    return openTransactions.sum();
  }
}
