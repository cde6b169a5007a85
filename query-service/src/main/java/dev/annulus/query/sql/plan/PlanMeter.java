package dev.annulus.query.sql.plan;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Counts what planning has cost since the start. Thread-safe. */
public final class PlanMeter {
  private final LongSupplier nanoTime;
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();
  private final Map<Phase, LongAdder> nanos = new EnumMap<>(Phase.class);

  /** What a plan goes through. */
  public enum Phase {
    /** From text to tree. */
    PARSE,
    /** From tree to operators. */
    PLAN,
    /** From operators to code. */
    COMPILE
  }

  public PlanMeter(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    for (Phase phase : Phase.values()) {
      nanos.put(phase, new LongAdder());
    }
  }

  /** Queries that found their plan ready. */
  public long hits() {
    return hits.sum();
  }

  /** Queries that were planned. */
  public long misses() {
    return misses.sum();
  }

  /** Seconds spent in a phase, all queries together. */
  public double seconds(Phase phase) {
    return adder(phase).sum() / (double) TimeUnit.SECONDS.toNanos(1);
  }

  void count(boolean hit) {
    (hit ? hits : misses).increment();
  }

  private LongAdder adder(Phase phase) {
    return Objects.requireNonNull(nanos.get(phase));
  }

  <T> T time(Phase phase, Supplier<T> work) {
    long start = nanoTime.getAsLong();
    try {
      return work.get();
    } finally {
      adder(phase).add(nanoTime.getAsLong() - start);
    }
  }
}
