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

/** What a sink task counts, in Flink's own metric system. Used by the task's thread. */
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

  SinkStats(MetricGroup group) {
    this.group = group;
    this.samples = group.counter("annulus_samples_written");
    this.dropped = group.counter("annulus_samples_dropped");
    this.batches = group.counter("annulus_batches");
    this.retries = group.counter("annulus_batch_retries");
    this.writeMillis = group.counter("annulus_batch_write_millis");
    // From the start, at 0: a rate over a counter that appears with its first value misses that
    // one.
    for (RejectReason reason : RejectReason.values()) {
      rejectedFor(reason.label());
    }
    SourceHeader.all().forEach(this::tooOldFrom);
    Gauge<Long> newest = () -> writtenUpTo;
    Gauge<Double> lastDelay = () -> delay;
    group.gauge("annulus_written_up_to_seconds", newest);
    group.gauge("annulus_delay_seconds", lastDelay);
  }

  /** Shows what a connection to the store has done, under the names every service has for it. */
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
   * A batch is in the store, and visible.
   *
   * @param newest epoch seconds at which the newest record of the batch was appended to the log
   * @param now epoch seconds with a fraction
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

  /** Samples were older than their ring is long. */
  void tooOld(String source, int samples) {
    tooOldFrom(source).inc(samples);
  }

  void rejected(RejectedRecord record) {
    rejectedFor(record.reason()).inc(Math.max(1, record.samples()));
  }

  private Counter tooOldFrom(String source) {
    return tooOld.computeIfAbsent(
        source, label -> group.addGroup("source", label).counter("annulus_samples_too_old"));
  }

  private Counter rejectedFor(String reason) {
    return rejected.computeIfAbsent(
        reason, label -> group.addGroup("reason", label).counter("annulus_samples_rejected"));
  }
}
