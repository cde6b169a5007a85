package dev.annulus.store;

import dev.annulus.kv.KeyRange;
import dev.annulus.kv.ReadTransaction;
import dev.annulus.kv.Transaction;
import dev.annulus.model.Metric.Ring;
import dev.annulus.model.RingGeometry;
import dev.annulus.model.Times;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * How a database keeps the samples of its rings and the states of its counters. All other keys are
 * the business of others, in the same transactions. Thread-safe.
 */
interface Rings extends AutoCloseable {

  /** What a transaction sees of rings. Valid only in the body that received it. */
  interface View {

    /**
     * The samples of some slots.
     *
     * @param limit target number of samples of a page, at least 1
     */
    CompletableFuture<SlotPage> slots(ReadTransaction tx, long ringId, SlotRange range, int limit);

    /** The state of a counter; null if it has none. */
    CompletableFuture<@Nullable CounterState> counter(ReadTransaction tx, long metricId);
  }

  /** A transaction's body that reads rings; may run several times. */
  interface ReadBody<T> {
    CompletableFuture<T> apply(ReadTransaction tx, View view);
  }

  /** A transaction's body that reads and writes rings; may run several times. */
  interface WriteBody<T> {
    CompletableFuture<T> apply(Transaction tx, View view);
  }

  /**
   * Runs a read-only body. It sees every commit that had completed before this call; of later ones,
   * it may see some slots and not others.
   */
  <T> CompletableFuture<T> read(ReadBody<T> body);

  /** The moment of this call. */
  CompletableFuture<Moment> now();

  /**
   * Runs a read-only body as {@link #read(ReadBody)}, but it need not see commits after {@code
   * moment}. So a query asks once what is in the journal, and not for each ring.
   */
  <T> CompletableFuture<T> read(Moment moment, ReadBody<T> body);

  /** Runs a read-only body on a single snapshot. */
  <T> CompletableFuture<T> readSnapshot(ReadBody<T> body);

  /** Runs a body and commits. It sees rings as in {@link #read}. */
  <T> CompletableFuture<T> write(WriteBody<T> body);

  /** A sample for a slot. */
  record Slot(int slot, long tsMillis, long sequence, double value) {}

  /** Merges samples into a ring: each slot keeps the later sample. */
  CompletableFuture<Void> merge(Transaction tx, Ring ring, List<Slot> slots);

  /** Merges a counter's state: the later one stays. */
  void merge(Transaction tx, long metricId, CounterState state);

  /**
   * Clears a ring for good. The same transaction must touch the metadata version, so that writers
   * which would add to the ring conflict.
   */
  void clear(Transaction tx, long ringId);

  /** Clears the state of a deleted counter; the same condition. */
  void clearCounter(Transaction tx, long metricId);

  /** Resets the state of a counter that may be written again at once; the same condition. */
  CompletableFuture<Void> resetCounter(Transaction tx, long metricId);

  /** Prepares an id for a new metric and its first ring, as a deleted metric may have had it. */
  CompletableFuture<Void> reuse(Transaction tx, long id);

  /**
   * Removes the samples of a ring that were logged before an offset. The metric's log floor must
   * have been raised to it before this call.
   */
  CompletableFuture<Void> purge(long ringId, long beforeOffset);

  /** The keys that hold a ring's samples, for estimates. */
  KeyRange keysOf(long ringId);

  /** One transaction's share of a batch. */
  interface Part {
    /** Writes nothing. */
    Part NONE = tx -> CompletableFuture.completedFuture(Put.DONE);

    /** Adds the writes to a transaction; may run several times. */
    CompletableFuture<Put> put(Transaction tx);

    /** Called once after the commit in which {@link #put} returned {@link Put#DONE}. */
    default void committed() {}
  }

  /** What became of a {@link Part}. */
  enum Put {
    DONE,
    /** Nothing was written; the part has to be put again after {@link #catchUp}. */
    BEHIND,
    /** Nothing was written; the metadata have changed, and the batch must be prepared again. */
    CHANGED
  }

  /**
   * Divides a batch into parts.
   *
   * @param version the metadata version under which the parts are committed
   * @param transactionBytes target size of a part
   * @return at least one part, possibly empty
   */
  List<Part> parts(RingBatch batch, byte @Nullable [] version, int transactionBytes);

  /** A part that settles counters, whose states are read in the transaction that writes them. */
  Part settling(List<CounterSamples> counters, byte @Nullable [] version);

  /**
   * What this layout keeps of times and values. It is applied before samples compete for slots, so
   * that the result does not depend on how batches are cut.
   */
  Precision precision();

  /** What a layout keeps of times and values. */
  enum Precision {
    /** Whole seconds, rounded down, and finite values. */
    SECONDS,
    /** Milliseconds, and any double bit for bit. */
    MILLIS;

    /** The time that is kept; epoch milliseconds. */
    long kept(long tsMillis) {
      return this == MILLIS ? tsMillis : tsMillis - Math.floorMod(tsMillis, Times.PER_SECOND);
    }

    /** Whether a value is kept. */
    boolean keeps(double value) {
      return this == MILLIS || Double.isFinite(value);
    }

    /** The geometry of a new ring. */
    RingGeometry kept(RingGeometry geometry) {
      return this == MILLIS ? geometry : geometry.inWholeSeconds();
    }
  }

  /** Whether the parts of a batch may be in flight together. */
  boolean partsAreIndependent();

  /** Completes when writers may add to rings; fails as {@code UNAVAILABLE} after a while. */
  CompletableFuture<Void> room();

  /** Completes when parts that were {@link Put#BEHIND} can be put again. */
  CompletableFuture<Void> catchUp();

  /** Completes when whatever is in a journal at the time of this call is where it stays. */
  default CompletableFuture<Void> flush() {
    return CompletableFuture.completedFuture(null);
  }

  /** Starts background work. */
  default void start() {}

  /** Ends background work; does not close the engine. */
  @Override
  void close();
}
