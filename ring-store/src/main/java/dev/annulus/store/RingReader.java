package dev.annulus.store;

import dev.annulus.kv.Entries;
import dev.annulus.kv.KeyRange;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.ReadTransaction;
import dev.annulus.model.Metric.Ring;
import dev.annulus.model.RingGeometry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads rings. A ring of usual size is read in one transaction with its metadata. A larger one
 * takes several, and starts over if a retention change moves it in between. Thread-safe.
 */
public final class RingReader {
  private static final int CHUNK = 20_000;

  private final KeyValueEngine engine;
  private final Keys keys;
  private final Registry registry;

  RingReader(KeyValueEngine engine, Keys keys, Registry registry) {
    this.engine = engine;
    this.keys = keys;
    this.registry = registry;
  }

  /**
   * The samples of a metric in a time range.
   *
   * @param metricId an unknown metric has no samples
   * @param from epoch seconds, inclusive
   * @param to epoch seconds, inclusive
   * @param progress called on the completing thread after each step; an exception ends the scan and
   *     fails the future
   */
  public CompletableFuture<RingSlice> scan(long metricId, long from, long to, Progress progress) {
    if (from > to) {
      return CompletableFuture.completedFuture(RingSlice.EMPTY);
    }
    RingSlice.Builder[] slice = new RingSlice.Builder[1];
    Scan scan =
        new Scan(
            metricId,
            from,
            to,
            progress,
            entries -> slice[0].add(entries),
            () -> slice[0] = new RingSlice.Builder(from, to));
    return next(scan).thenApply(done -> slice[0].build());
  }

  /**
   * Receives the samples of a ring. Called by one thread at a time, an engine thread or the
   * caller's.
   */
  public interface Visitor {
    /** The scan starts, or starts over because the ring has moved: discard all samples so far. */
    void begin();

    /** A sample in the requested range. Samples come in slot order, not by time. */
    void sample(long ts, double value);
  }

  /**
   * Visits the samples of a metric in a time range without collecting them.
   *
   * @param metricId an unknown metric has no samples
   * @param from epoch seconds, inclusive
   * @param to epoch seconds, inclusive, not before {@code from}
   * @param progress as for {@link #scan}
   */
  public CompletableFuture<Void> visit(
      long metricId, long from, long to, Progress progress, Visitor visitor) {
    return next(
        new Scan(
            metricId,
            from,
            to,
            progress,
            entries -> {
              for (int i = 0; i < entries.size(); i++) {
                long ts = SampleRecord.ts(entries, i);
                if (ts >= from && ts <= to) {
                  visitor.sample(ts, SampleRecord.value(entries, i));
                }
              }
            },
            visitor::begin));
  }

  /** Receives the progress of a scan. */
  @FunctionalInterface
  public interface Progress {
    /**
     * A step has read some slots.
     *
     * @param bytes of their records
     */
    void read(int slots, long bytes);
  }

  private CompletableFuture<Void> next(Scan scan) {
    return engine
        .read(tx -> step(tx, scan))
        .thenCompose(
            step -> {
              scan.take(step);
              return scan.isDone() ? CompletableFuture.completedFuture(null) : next(scan);
            });
  }

  private CompletableFuture<Step> step(ReadTransaction tx, Scan scan) {
    return registry
        .read(tx, scan.metricId)
        .thenCompose(
            metric -> {
              if (metric == null) {
                return CompletableFuture.completedFuture(new Step(null, List.of(), List.of()));
              }
              List<KeyRange> ranges = scan.rangesLeft(metric.ring(), keys);
              List<CompletableFuture<Entries>> reads = new ArrayList<>(ranges.size());
              for (KeyRange range : ranges) {
                reads.add(tx.getValues(range, CHUNK));
              }
              return Futures.all(reads)
                  .thenApply(entries -> new Step(metric.ring(), ranges, entries));
            });
  }

  /**
   * The slots of a ring that can hold samples of a time range: one range, or two if it wraps
   * around.
   *
   * @return key ranges in time order, as far as slots have one
   */
  static List<KeyRange> slotsOf(RingGeometry geometry, long from, long to, RingKeys ring) {
    long first = geometry.window(from);
    long last = geometry.window(to);
    // Avoids last - first, which can overflow.
    if (last >= first + geometry.slots() - 1 || first + geometry.slots() < first) {
      return List.of(ring.all());
    }
    int firstSlot = geometry.slotOfWindow(first);
    int lastSlot = geometry.slotOfWindow(last);
    return firstSlot <= lastSlot
        ? List.of(ring.slots(firstSlot, lastSlot))
        : List.of(ring.slots(firstSlot, geometry.slots() - 1), ring.slots(0, lastSlot));
  }

  /** The result of one transaction: the first chunk of each remaining range. */
  private record Step(@Nullable Ring ring, List<KeyRange> ranges, List<Entries> entries) {}

  /** The state of a scan between its transactions. */
  private static final class Scan {
    private final long metricId;
    private final long from;
    private final long to;
    private final Progress progress;
    private final Consumer<Entries> samples;
    private final Runnable begin;
    private @Nullable Ring ring;
    private @Nullable List<KeyRange> left;

    Scan(
        long metricId,
        long from,
        long to,
        Progress progress,
        Consumer<Entries> samples,
        Runnable begin) {
      this.metricId = metricId;
      this.from = from;
      this.to = to;
      this.progress = progress;
      this.samples = samples;
      this.begin = begin;
    }

    List<KeyRange> rangesLeft(Ring current, Keys keys) {
      return left != null && current.equals(ring)
          ? left
          : slotsOf(current.geometry(), from, to, keys.ring(current.id()));
    }

    void take(Step step) {
      if (left == null || step.ring() == null || !step.ring().equals(ring)) {
        ring = step.ring();
        begin.run();
      }
      List<KeyRange> rest = new ArrayList<>();
      for (int i = 0; i < step.entries().size(); i++) {
        Entries entries = step.entries().get(i);
        progress.read(entries.size(), entries.bytes());
        samples.accept(entries);
        if (entries.size() == CHUNK) {
          rest.add(step.ranges().get(i).beyond(entries.key(CHUNK - 1)));
        }
      }
      left = rest;
    }

    boolean isDone() {
      return left != null && left.isEmpty();
    }
  }
}
