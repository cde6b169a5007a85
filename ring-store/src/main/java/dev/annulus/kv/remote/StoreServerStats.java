package dev.annulus.kv.remote;

import java.util.concurrent.atomic.LongAdder;

/** What a store server counts since its start. Thread-safe. */
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

  /** Answered reads of keys, ranges and metadata versions. */
  public long reads() {
    return reads.sum();
  }

  /** Transactions committed. */
  public long commits() {
    return commits.sum();
  }

  /** Commits refused because something read was changed. */
  public long conflicts() {
    return conflicts.sum();
  }

  /** Requests refused because their snapshot was gone. */
  public long tooOld() {
    return tooOld.sum();
  }

  /** Requests that failed otherwise. */
  public long failures() {
    return failures.sum();
  }

  /** Bytes of requests. */
  public long bytesIn() {
    return bytesIn.sum();
  }

  /** Bytes of answers. */
  public long bytesOut() {
    return bytesOut.sum();
  }

  /** Clients that connected. */
  public long connections() {
    return connections.sum();
  }

  /** How often a client could not be taken, for want of file descriptors, say. */
  public long acceptFailures() {
    return acceptFailures.sum();
  }

  /** Clients connected now. */
  public long openConnections() {
    return openConnections.sum();
  }

  /** Snapshots held now. */
  public long openTransactions() {
    return openTransactions.sum();
  }
}
