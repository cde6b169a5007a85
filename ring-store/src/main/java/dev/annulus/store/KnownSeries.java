package dev.annulus.store;

import dev.annulus.model.Metric;
import dev.annulus.model.SeriesSpec;
import dev.annulus.store.Resolution.Found;
import dev.annulus.store.Resolution.Refused;
import dev.annulus.wire.RejectReason;
import org.jspecify.annotations.Nullable;

/** The metrics stored under the id and under the key of a request. */
record KnownSeries(@Nullable Metric byId, @Nullable Metric byKey) {

  boolean isNew() {
    return byId == null && byKey == null;
  }

  @Nullable Metric metric() {
    return byId != null ? byId : byKey;
  }

  /** The resolution by a stored metric; null if the request changes the metric's type. */
  @Nullable Resolution settled(SeriesRequest request) {
    Resolution resolution = check(request);
    return resolution instanceof Found found && !found.metric().equals(metric())
        ? null
        : resolution;
  }

  /**
   * Checks a request against the stored metrics, of which at least one exists. Finds the metric
   * with its type after these samples.
   */
  Resolution check(SeriesRequest request) {
    SeriesSpec spec = request.spec();
    Metric metric = metric();
    if (metric == null) {
      throw new IllegalStateException("no stored metric to check against");
    }
    if (spec.metricId() != null && spec.metricId() != metric.id()) {
      return new Refused(
          RejectReason.ID_CONFLICT,
          "%s has metric_id %d, not %d".formatted(metric.key(), metric.id(), spec.metricId()));
    }
    if (spec.key() != null && !spec.key().equals(metric.key())) {
      return new Refused(
          RejectReason.ID_CONFLICT,
          "metric_id %d belongs to %s, not %s".formatted(metric.id(), metric.key(), spec.key()));
    }
    if (!request.isAfter(metric.logFloor())) {
      return new Found(metric); // all samples are older than the metric and are dropped
    }
    Metric after = metric.after(spec.type(), spec.inferred());
    if (after == null) {
      return new Refused(
          RejectReason.TYPE_CONFLICT,
          "%s is a %s, not a %s"
              .formatted(metric.key(), metric.type().label(), spec.type().label()));
    }
    return new Found(after);
  }
}
