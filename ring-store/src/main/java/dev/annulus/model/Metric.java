package dev.annulus.model;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A series in the store.
 *
 * @param id unsigned 32-bit; never reused
 * @param key name and tags
 * @param type the type of the first sample, or what an inferred gauge was promoted to
 * @param typeInferred whether no sample has declared the type yet: an inferred gauge becomes a
 *     counter with the first counter sample
 * @param ring the ring that holds its samples
 * @param nextRing during a retention change, the ring being filled beside {@code ring}: samples are
 *     written to both; null otherwise
 * @param createdAt epoch seconds
 * @param logFloor by Kafka partition, the offset before which records belong to a deleted metric
 *     with the same name or id and must be dropped; empty unless one was deleted
 * @param sharedCounter whether records of this counter arrive through several partitions, so its
 *     state must be read in the transaction that writes it
 * @param owner name of the token whose samples created it; empty if unknown
 */
public record Metric(
    long id,
    SeriesKey key,
    MetricType type,
    boolean typeInferred,
    Ring ring,
    @Nullable Ring nextRing,
    long createdAt,
    LogOffsets logFloor,
    boolean sharedCounter,
    String owner) {

  /** A metric with a declared type and no owner. */
  public Metric(
      long id,
      SeriesKey key,
      MetricType type,
      Ring ring,
      @Nullable Ring nextRing,
      long createdAt,
      LogOffsets logFloor,
      boolean sharedCounter) {
    this(id, key, type, false, ring, nextRing, createdAt, logFloor, sharedCounter, "");
  }

  /**
   * A ring of slots.
   *
   * @param id the ring's own id, part of its keys; equals the metric's id until a retention change
   * @param geometry step and slots
   */
  public record Ring(long id, RingGeometry geometry) {}

  /**
   * This metric with another object of its key, so that both are held once.
   *
   * @throws IllegalArgumentException if it is another key
   */
  public Metric sharing(SeriesKey same) {
    if (!same.equals(key)) {
      throw new IllegalArgumentException("the key of %s is not %s".formatted(key, same));
    }
    return new Metric(
        id, same, type, typeInferred, ring, nextRing, createdAt, logFloor, sharedCounter, owner);
  }

  /** A copy with other rings. */
  public Metric withRings(Ring current, @Nullable Ring next) {
    return new Metric(
        id, key, type, typeInferred, current, next, createdAt, logFloor, sharedCounter, owner);
  }

  /** A copy with a shared counter state. */
  public Metric withSharedCounter() {
    return new Metric(
        id, key, type, typeInferred, ring, nextRing, createdAt, logFloor, true, owner);
  }

  /** A copy with a higher log floor. */
  public Metric withLogFloor(LogOffsets floor) {
    return new Metric(
        id, key, type, typeInferred, ring, nextRing, createdAt, floor, sharedCounter, owner);
  }

  /**
   * The metric after a sample of a given type. An inferred type never conflicts: the sample is
   * stored under the metric's type, and an inferred gauge is promoted to a counter. A declared type
   * makes the metric's type declared. This is idempotent: only the first mention of each type
   * matters, so batch bounds and replays do not change the result.
   *
   * @return this metric if nothing changes; null on a type conflict
   */
  public @Nullable Metric after(MetricType said, boolean inferred) {
    boolean promotes = said == MetricType.COUNTER && type == MetricType.GAUGE && typeInferred;
    if (inferred) {
      return promotes ? withType(said, true) : this;
    }
    if (said == type) {
      return typeInferred ? withType(said, false) : this;
    }
    return promotes ? withType(said, false) : null;
  }

  private Metric withType(MetricType newType, boolean inferred) {
    return new Metric(
        id, key, newType, inferred, ring, nextRing, createdAt, logFloor, sharedCounter, owner);
  }

  /**
   * Whether a record at this log position is older than the deletion of the metric's predecessor.
   */
  public boolean isBeforeFloor(int partition, long offset) {
    return offset < logFloor.of(partition);
  }

  /**
   * Offsets by partition number; immutable. Missing partitions have offset 0.
   *
   * @param byPartition not changed after construction
   */
  @SuppressWarnings("ArrayRecordComponent") // equals and hashCode are overridden
  public record LogOffsets(long... byPartition) {
    /** No offsets: every partition has offset 0. */
    public static final LogOffsets NONE = new LogOffsets();

    /** The smaller offset of each partition. */
    public LogOffsets min(LogOffsets other) {
      long[] smaller = new long[Math.min(byPartition.length, other.byPartition.length)];
      int used = 0;
      for (int p = 0; p < smaller.length; p++) {
        smaller[p] = Math.min(byPartition[p], other.byPartition[p]);
        used = smaller[p] == 0 ? used : p + 1;
      }
      return new LogOffsets(Arrays.copyOf(smaller, used));
    }

    /** Whether some partition has a larger offset than in {@code other}. */
    public boolean exceeds(LogOffsets other) {
      for (int p = 0; p < byPartition.length; p++) {
        if (byPartition[p] > other.of(p)) {
          return true;
        }
      }
      return false;
    }

    /** The offset of one partition, 0 if unknown. */
    public long of(int partition) {
      return partition < byPartition.length ? byPartition[partition] : 0;
    }

    /** The larger offset of each partition. */
    public LogOffsets max(LogOffsets other) {
      long[] result =
          Arrays.copyOf(byPartition, Math.max(byPartition.length, other.byPartition.length));
      for (int i = 0; i < result.length; i++) {
        result[i] = Math.max(result[i], other.of(i));
      }
      return new LogOffsets(result);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof LogOffsets that && Arrays.equals(byPartition, that.byPartition);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(byPartition);
    }

    @Override
    public String toString() {
      return Arrays.toString(byPartition);
    }
  }
}
