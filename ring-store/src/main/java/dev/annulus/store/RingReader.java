package dev.annulus.store;

import dev.annulus.kv.ReadTransaction;
import dev.annulus.model.Metric.Ring;
import dev.annulus.model.RingGeometry;
import dev.annulus.model.StaleMarker;
import java.util.ArrayList;
import java.util.Collections;
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

  /** The chunk of each ring where several are read together. */
  private static final int OF_SEVERAL = 8_000;

  private final Rings rings;
  private final Registry registry;

  RingReader(Rings rings, Registry registry) {
    this.rings = rings;
    this.registry = registry;
  }

  /** The moment of this call, for reads that belong together. */
  public CompletableFuture<Moment> now() {
    return rings.now();
  }

  /**
   * The samples of a metric in a time range, without staleness markers.
   *
   * @param metricId an unknown metric has no samples
   * @param from epoch milliseconds, inclusive
   * @param to epoch milliseconds, inclusive
   * @param progress called on the completing thread after each step; an exception ends the scan and
   *     fails the future
   */
  public CompletableFuture<RingSlice> scan(long metricId, long from, long to, Progress progress) {
    if (from > to) {
      return CompletableFuture.completedFuture(RingSlice.EMPTY);
    }
    Collected one = new Collected(metricId, from, to, progress, false);
    return scan(one.scan).thenApply(done -> one.slice());
  }

  /**
   * Like {@link #scan} of several metrics. Small rings are read in one transaction, which costs
   * much less than one for each.
   *
   * @param moment commits after it need not be seen
   * @param metricIds a few
   * @param markers whether staleness markers ({@link StaleMarker}) are wanted, which say that the
   *     series ended at their times; they have the bits they were written with
   * @return the samples of each, in the order of the ids
   */
  public CompletableFuture<List<RingSlice>> scan(
      Moment moment, List<Long> metricIds, long from, long to, boolean markers, Progress progress) {
    if (from > to) {
      return CompletableFuture.completedFuture(
          Collections.nCopies(metricIds.size(), RingSlice.EMPTY));
    }
    int limit = metricIds.size() == 1 ? CHUNK : OF_SEVERAL;
    List<Collected> all =
        metricIds.stream().map(id -> new Collected(id, from, to, progress, markers)).toList();
    return rings
        .read(
            moment,
            (tx, view) ->
                Futures.all(all.stream().map(one -> step(tx, view, one.scan, limit)).toList()))
        .thenCompose(
            steps -> {
              List<CompletableFuture<RingSlice>> slices = new ArrayList<>(steps.size());
              for (int i = 0; i < steps.size(); i++) {
                Collected one = all.get(i);
                slices.add(after(moment, one.scan, steps.get(i)).thenApply(done -> one.slice()));
              }
              return Futures.all(slices);
            });
  }

  /**
   * Receives the samples of a ring. Called by one thread at a time, an engine thread or the
   * caller's.
   */
  public interface Visitor {
    /** The scan starts, or starts over because the ring has moved: discard all samples so far. */
    void begin();

    /**
     * A sample in the requested range, no staleness marker. Samples come in slot order, not by
     * time.
     *
     * @param tsMillis epoch milliseconds
     */
    void sample(long tsMillis, double value);
  }

  /**
   * Visits the samples of a metric in a time range without collecting them.
   *
   * @param metricId an unknown metric has no samples
   * @param from epoch milliseconds, inclusive
   * @param to epoch milliseconds, inclusive, not before {@code from}
   * @param progress as for {@link #scan}
   */
  public CompletableFuture<Void> visit(
      long metricId, long from, long to, Progress progress, Visitor visitor) {
    return scan(
        new Scan(
            metricId,
            from,
            to,
            progress,
            page -> {
              for (int i = 0; i < page.size(); i++) {
                long ts = page.tsMillis(i);
                double value = page.value(i);
                if (ts >= from && ts <= to && !StaleMarker.is(value)) {
                  visitor.sample(ts, value);
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

  private CompletableFuture<Void> scan(Scan scan) {
    return rings.now().thenCompose(moment -> next(moment, scan));
  }

  private CompletableFuture<Void> next(Moment moment, Scan scan) {
    return rings
        .read(moment, (tx, view) -> step(tx, view, scan, CHUNK))
        .thenCompose(step -> after(moment, scan, step));
  }

  private CompletableFuture<Void> after(Moment moment, Scan scan, Step step) {
    scan.take(step);
    return scan.isDone() ? CompletableFuture.completedFuture(null) : next(moment, scan);
  }

  private CompletableFuture<Step> step(ReadTransaction tx, Rings.View view, Scan scan, int limit) {
    return registry
        .read(tx, scan.metricId)
        .thenCompose(
            metric -> {
              if (metric == null) {
                return CompletableFuture.completedFuture(new Step(null, List.of(), List.of()));
              }
              List<SlotRange> ranges = scan.rangesLeft(metric.ring());
              List<CompletableFuture<SlotPage>> reads = new ArrayList<>(ranges.size());
              for (SlotRange range : ranges) {
                reads.add(view.slots(tx, metric.ring().id(), range, limit));
              }
              return Futures.all(reads).thenApply(pages -> new Step(metric.ring(), ranges, pages));
            });
  }

  /**
   * The slots of a ring that can hold samples of a time range: one range, or two if it wraps
   * around.
   *
   * @return ranges in time order, as far as slots have one
   */
  static List<SlotRange> slotsOf(RingGeometry geometry, long from, long to) {
    long first = geometry.window(from);
    long last = geometry.window(to);
    int end = geometry.slots() - 1;
    // Avoids last - first, which can overflow.
    if (last >= first + end || first + geometry.slots() < first) {
      return List.of(new SlotRange(0, end));
    }
    int firstSlot = geometry.slotOfWindow(first);
    int lastSlot = geometry.slotOfWindow(last);
    return firstSlot <= lastSlot
        ? List.of(new SlotRange(firstSlot, lastSlot))
        : List.of(new SlotRange(firstSlot, end), new SlotRange(0, lastSlot));
  }

  /** The result of one transaction: the first page of each remaining range. */
  private record Step(@Nullable Ring ring, List<SlotRange> ranges, List<SlotPage> pages) {}

  /** A scan that collects the samples. */
  private static final class Collected {
    final Scan scan;
    private RingSlice.Builder slice;

    Collected(long metricId, long from, long to, Progress progress, boolean markers) {
      slice = new RingSlice.Builder(from, to, markers);
      scan =
          new Scan(
              metricId,
              from,
              to,
              progress,
              page -> slice.add(page),
              () -> slice = new RingSlice.Builder(from, to, markers));
    }

    RingSlice slice() {
      return slice.build();
    }
  }

  /** The state of a scan between its transactions. */
  private static final class Scan {
    private final long metricId;
    private final long from;
    private final long to;
    private final Progress progress;
    private final Consumer<SlotPage> samples;
    private final Runnable begin;
    private @Nullable Ring ring;
    private @Nullable List<SlotRange> left;

    Scan(
        long metricId,
        long from,
        long to,
        Progress progress,
        Consumer<SlotPage> samples,
        Runnable begin) {
      this.metricId = metricId;
      this.from = from;
      this.to = to;
      this.progress = progress;
      this.samples = samples;
      this.begin = begin;
    }

    List<SlotRange> rangesLeft(Ring current) {
      return left != null && current.equals(ring) ? left : slotsOf(current.geometry(), from, to);
    }

    void take(Step step) {
      if (left == null || step.ring() == null || !step.ring().equals(ring)) {
        ring = step.ring();
        begin.run();
      }
      List<SlotRange> rest = new ArrayList<>();
      for (int i = 0; i < step.pages().size(); i++) {
        SlotPage page = step.pages().get(i);
        progress.read(page.size(), page.bytes());
        samples.accept(page);
        if (page.next() != SlotPage.END) {
          rest.add(step.ranges().get(i).from(page.next()));
        }
      }
      left = rest;
    }

    boolean isDone() {
      return left != null && left.isEmpty();
    }
  }
}
