package dev.annulus.kv;

import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/** What a {@link CountingEngine} has counted since it was made. Thread-safe. */
public final class EngineStats {
  /** What the meters of these counts are called in every service: this and the count's name. */
  public static final String METERS = "annulus.store.client.";

  /** {@link #largestBytes()} as a meter, behind {@link #METERS}. */
  public static final String LARGEST = "largest.commit.bytes";

  final LongAdder reads = new LongAdder();
  final LongAdder commits = new LongAdder();
  final LongAdder writtenKeys = new LongAdder();
  final LongAdder writtenBytes = new LongAdder();
  final LongAccumulator largestBytes = new LongAccumulator(Math::max, 0);
  final LongAdder conflicts = new LongAdder();
  final LongAdder retries = new LongAdder();
  final LongAdder failures = new LongAdder();

  /** Transactions that read and ended well. */
  public long reads() {
    return reads.sum();
  }

  /** Transactions that wrote and were committed. */
  public long commits() {
    return commits.sum();
  }

  /** Writes and clears in committed transactions. */
  public long writtenKeys() {
    return writtenKeys.sum();
  }

  /** Bytes of keys and values in committed transactions. */
  public long writtenBytes() {
    return writtenBytes.sum();
  }

  /** Bytes of keys and values in the largest committed transaction so far. */
  public long largestBytes() {
    return largestBytes.get();
  }

  /** Commits refused because something read had been changed, or whose outcome was unknown. */
  public long conflicts() {
    return conflicts.sum();
  }

  /** Attempts made again, for whatever reason: conflicts among them. */
  public long retries() {
    return retries.sum();
  }

  /** Transactions given up, of either sort. */
  public long failures() {
    return failures.sum();
  }

  /** Hands out each count that only grows, with its name in lower case and dots. */
  public void forEachCount(BiConsumer<String, LongSupplier> consumer) {
    consumer.accept("reads", this::reads);
    consumer.accept("commits", this::commits);
    consumer.accept("written.keys", this::writtenKeys);
    consumer.accept("written.bytes", this::writtenBytes);
    consumer.accept("conflicts", this::conflicts);
    consumer.accept("retries", this::retries);
    consumer.accept("failures", this::failures);
  }
}
