package dev.annulus.kv.embedded;

import dev.annulus.kv.StoreException;
import dev.annulus.kv.StoreException.Kind;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * Tells a failure that lasts from one that passes. RocksDB refuses everything after some failures
 * of its files, until it is opened anew. Thread-safe.
 */
final class LastingFailure {
  private final long nanos;
  private final CompletableFuture<Throwable> reached;
  private @Nullable Long since;

  /**
   * @param seconds without a success after which a failure counts as lasting
   * @param reached told of it
   */
  LastingFailure(int seconds, CompletableFuture<Throwable> reached) {
    this.nanos = TimeUnit.SECONDS.toNanos(seconds);
    this.reached = reached;
  }

  synchronized void succeeded() {
    since = null;
  }

  /** Notes a failure, unless the disk is full, which passes once there is space. */
  synchronized void failed(RocksDBException e) {
    StoreException cause = RocksFiles.failure(e);
    if (cause.kind() == Kind.FULL) {
      return;
    }
    long now = System.nanoTime();
    if (since == null) {
      since = now;
    } else if (now - since >= nanos) {
      reached.complete(cause);
    }
  }
}
