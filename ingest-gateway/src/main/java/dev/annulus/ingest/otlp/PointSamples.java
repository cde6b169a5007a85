package dev.annulus.ingest.otlp;

import dev.annulus.ingest.SampleBatch;
import dev.annulus.ingest.SeriesIntake;
import dev.annulus.model.InvalidSampleException;
import dev.annulus.model.MetricType;
import dev.annulus.model.StaleMarker;
import dev.annulus.model.Tag;
import dev.annulus.wire.EncodedSeries;
import java.util.ArrayList;
import java.util.List;

/** Adds the samples of one data point to a batch. Not thread-safe. */
final class PointSamples {
  private static final long NANOS_PER_MILLI = 1_000_000L;

  /** What the values of a series are. */
  enum Kind {
    GAUGE,
    COUNTER,
    INCREMENTS
  }

  /** What all points of a request share. */
  record Destination(SeriesIntake intake, SampleBatch batch, long nowMillis) {}

  private final Destination to;
  private final String name;
  private final long nanos;
  private final long tsMillis;
  private final List<Tag> tags;
  private final boolean ended;
  private int ignored;

  /**
   * @param nanos since the epoch, unsigned
   * @param ended whether the point has no recorded value; its samples become staleness markers
   * @throws InvalidSampleException if the time or the number of tags breaks a rule
   */
  PointSamples(Destination to, String name, long nanos, OtlpAttributes attributes, boolean ended) {
    if (nanos == 0) {
      throw new InvalidSampleException("timeUnixNano", "is missing");
    }
    this.to = to;
    this.name = name;
    this.nanos = nanos;
    this.tsMillis = Long.divideUnsigned(nanos, NANOS_PER_MILLI);
    to.intake().rules().checkTimestamp(tsMillis, to.nowMillis());
    this.tags = attributes.tags();
    this.ended = ended;
  }

  /** Increments that are NaN or infinite, which cannot be summed. */
  int ignored() {
    return ignored;
  }

  /** Adds a sample of the series with this suffix. */
  void add(String suffix, Kind kind, double value) {
    add(suffix, tags, kind, value);
  }

  /** Adds a bucket: the number of values up to its bound. */
  void addBucket(Kind kind, double bound, double cumulative) {
    add("_bucket", with("le", FloatText.prometheus(bound)), kind, cumulative);
  }

  /** Adds a quantile of a summary. */
  void addQuantile(double quantile, double value) {
    add("", with("quantile", FloatText.prometheus(quantile)), Kind.GAUGE, value);
  }

  private List<Tag> with(String key, String value) {
    List<Tag> more = new ArrayList<>(tags.size() + 1);
    boolean added = false;
    // Keys are sorted and stay so: a series key needs them sorted.
    for (Tag tag : tags) {
      int order = tag.key().compareTo(key);
      if (order >= 0 && !added) {
        more.add(new Tag(key, value));
        added = true;
      }
      if (order != 0) {
        more.add(tag);
      }
    }
    if (!added) {
      more.add(new Tag(key, value));
    }
    return more;
  }

  private void add(String suffix, List<Tag> all, Kind kind, double value) {
    if (kind == Kind.INCREMENTS && (ended || !Double.isFinite(value))) {
      ignored++;
      return;
    }
    if (kind == Kind.INCREMENTS && value < 0) {
      throw new InvalidSampleException(name + suffix, "must not be negative: a counter only grows");
    }
    EncodedSeries series = series(name.isEmpty() ? "" : name + suffix, all, kind);
    to.batch()
        .add(series, kind == Kind.INCREMENTS ? nanos : tsMillis, ended ? StaleMarker.VALUE : value);
  }

  private EncodedSeries series(String whole, List<Tag> all, Kind kind) {
    return switch (kind) {
      case GAUGE -> to.intake().series(whole, all, MetricType.GAUGE);
      case COUNTER -> to.intake().series(whole, all, MetricType.COUNTER);
      case INCREMENTS -> to.intake().deltas(whole, all);
    };
  }
}
