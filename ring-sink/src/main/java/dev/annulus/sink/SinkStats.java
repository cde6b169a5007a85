package dev.annulus.sink;

import dev.annulus.kv.EngineStats;
import dev.annulus.wire.RejectReason;
import dev.annulus.wire.RejectedRecord;
import dev.annulus.wire.SourceHeader;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;

/** Counters of a sink task in Flink's metric system. Used by the task thread. */
final class SinkStats {
  private final MetricGroup group;
  private final Counter samples;
  private final Counter dropped;
  private final Counter batches;
  private final Counter retries;
  private final Counter writeMillis;
  private volatile long writtenUpTo;
  private volatile double delay;
  private final Map<String, Counter> rejected = new HashMap<>();
  private final Map<String, Counter> tooOld = new HashMap<>();
  private final Map<String, Counter> overtaken = new HashMap<>();

  SinkStats(MetricGroup group) {
    this.group = group;
    this.samples = group.counter("annulus_samples_written");
    this.dropped = group.counter("annulus_samples_dropped");
    this.batches = group.counter("annulus_batches");
    this.retries = group.counter("annulus_batch_retries");
    this.writeMillis = group.counter("annulus_batch_write_millis");
    // Registered at 0 from the start: a rate over a counter that first appears with a value misses
    // that value.
    for (RejectReason reason : RejectReason.values()) {
      rejectedFor(reason.label());
    }
    SourceHeader.all().forEach(this::tooOldFrom);
    SourceHeader.all().forEach(this::overtakenFrom);
    Gauge<Long> newest = () -> writtenUpTo;
    Gauge<Double> lastDelay = () -> delay;
    group.gauge("annulus_written_up_to_seconds", newest);
    group.gauge("annulus_delay_seconds", lastDelay);
  }

  /** Exposes the counters of a store connection, under the same names as in every service. */
  void show(EngineStats store) {
    store.forEachCount(
        (name, count) ->
            group.counter(
                meter(name),
                new SimpleCounter() {
                  @Override
                  public long getCount() {
                    return count.getAsLong();
                  }
                }));
    Gauge<Long> largest = store::largestBytes;
    group.gauge(meter(EngineStats.LARGEST), largest);
  }

  private static String meter(String name) {
    return (EngineStats.METERS + name).replace('.', '_');
  }

  /**
   * Records a batch that is stored and visible.
   *
   * @param newest append time of the newest record of the batch, epoch seconds
   * @param now epoch seconds, with fraction
   */
  void written(int written, int droppedSamples, long nanos, long newest, double now) {
    writtenUpTo = Math.max(writtenUpTo, newest);
    delay = Math.max(0, now - newest);
    samples.inc(written);
    dropped.inc(droppedSamples);
    batches.inc();
    writeMillis.inc(nanos / 1_000_000);
  }

  void retried() {
    retries.inc();
  }

  /** Records samples that were older than a lap of their ring. */
  void tooOld(String source, int samples) {
    tooOldFrom(source).inc(samples);
  }

  /** Records samples that were more than a lap older than future ones of their series. */
  void overtaken(String source, int samples) {
    overtakenFrom(source).inc(samples);
  }

  void rejected(RejectedRecord record) {
    rejectedFor(record.reason()).inc(Math.max(1, record.samples()));
  }

  private Counter tooOldFrom(String source) {
    return tooOld.computeIfAbsent(
        source, label -> group.addGroup("source", label).counter("annulus_samples_too_old"));
  }

  private Counter overtakenFrom(String source) {
    return overtaken.computeIfAbsent(
        source, label -> group.addGroup("source", label).counter("annulus_samples_overtaken"));
  }

  private Counter rejectedFor(String reason) {
    return rejected.computeIfAbsent(
        reason, label -> group.addGroup("reason", label).counter("annulus_samples_rejected"));
  }
}
