package dev.annulus.kv;

import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/** The counters of a {@link CountingEngine}, from its creation on. Thread-safe. */
public final class EngineStats {
  /** Prefix of the meter names in every service; the counter's name follows. */
  public static final String METERS = "annulus.store.client.";

  /** Meter name of {@link #largestBytes()}, after {@link #METERS}. */
  public static final String LARGEST = "largest.commit.bytes";

  final LongAdder reads = new LongAdder();
  final LongAdder commits = new LongAdder();
  final LongAdder writtenKeys = new LongAdder();
  final LongAdder writtenBytes = new LongAdder();
  final LongAccumulator largestBytes = new LongAccumulator(Math::max, 0);
  final LongAdder conflicts = new LongAdder();
  final LongAdder retries = new LongAdder();
  final LongAdder failures = new LongAdder();

  /** Read transactions that succeeded. */
  public long reads() {
    return reads.sum();
  }

  /** Write transactions that committed. */
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

  /** Commits that conflicted, or whose outcome was unknown. */
  public long conflicts() {
    return conflicts.sum();
  }

  /** Retried attempts, whatever the reason; includes conflicts. */
  public long retries() {
    return retries.sum();
  }

  /** Read and write transactions that failed for good. */
  public long failures() {
    return failures.sum();
  }

  /** Passes each monotonic counter with its name, in lower case with dots. */
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
