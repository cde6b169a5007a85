package dev.annulus.query.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.annulus.model.Metric;
import dev.annulus.model.RingGeometry;
import dev.annulus.model.Tag;
import dev.annulus.model.Times;
import dev.annulus.store.CounterState;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Metrics as the API shows them. */
final class MetricViews {
  private MetricViews() {}

  /**
   * A metric in a list.
   *
   * @param step seconds, rounded up
   */
  record Listed(
      long metricId,
      String name,
      Map<String, String> tags,
      int type,
      long step,
      int slots,
      long stepMs) {

    static Listed of(Metric metric) {
      RingGeometry geometry = metric.ring().geometry();
      return new Listed(
          metric.id(),
          metric.key().name(),
          MetricViews.tags(metric),
          metric.type().code(),
          geometry.stepSeconds(),
          geometry.slots(),
          geometry.stepMillis());
    }
  }

  /** A counter's whole life. */
  record Counter(long lastTs, long lastTsMs, double lastRawValue, long resets, double increase) {
    static Counter of(CounterState state) {
      return new Counter(
          Times.seconds(state.lastTsMillis()),
          state.lastTsMillis(),
          state.lastRaw(),
          state.resets(),
          state.increase());
    }
  }

  /**
   * One metric with what its ring holds.
   *
   * @param step seconds, rounded up
   * @param windowSeconds how far back a full ring reaches
   * @param samples slots that hold a sample of the newest lap
   * @param fill samples / slots
   * @param oldestTs of the newest lap; null for an empty ring
   * @param retentionPending whether a retention change is under way
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Detailed(
      long metricId,
      String name,
      Map<String, String> tags,
      int type,
      long step,
      int slots,
      long stepMs,
      long windowSeconds,
      long createdAt,
      int samples,
      double fill,
      @Nullable Long oldestTs,
      @Nullable Long oldestTsMs,
      @Nullable Long newestTs,
      @Nullable Long newestTsMs,
      @Nullable Double newestValue,
      @Nullable Counter counter,
      boolean retentionPending) {

    static Detailed of(Metric metric, RingFill ring, @Nullable CounterState counter) {
      RingGeometry geometry = metric.ring().geometry();
      return new Detailed(
          metric.id(),
          metric.key().name(),
          MetricViews.tags(metric),
          metric.type().code(),
          geometry.stepSeconds(),
          geometry.slots(),
          geometry.stepMillis(),
          geometry.lapSeconds(),
          metric.createdAt(),
          ring.samples(),
          (double) ring.samples() / geometry.slots(),
          seconds(ring.oldestMillis()),
          ring.oldestMillis(),
          seconds(ring.newestMillis()),
          ring.newestMillis(),
          ring.newestValue(),
          counter == null ? null : Counter.of(counter),
          metric.nextRing() != null);
    }
  }

  private static @Nullable Long seconds(@Nullable Long millis) {
    return millis == null ? null : Long.valueOf(Times.seconds(millis));
  }

  private static Map<String, String> tags(Metric metric) {
    Map<String, String> tags = new LinkedHashMap<>();
    for (Tag tag : metric.key().tags()) {
      tags.put(tag.key(), tag.value());
    }
    return tags;
  }
}
