package dev.annulus.ingest.otlp;

import static dev.annulus.ingest.otlp.ClassicBuckets.unsigned;

import dev.annulus.ingest.IngestMemory;
import dev.annulus.ingest.Problems;
import dev.annulus.ingest.SampleBatch;
import dev.annulus.ingest.SeriesIntake;
import dev.annulus.ingest.otlp.PointSamples.Kind;
import dev.annulus.model.InvalidSampleException;
import dev.annulus.model.StaleMarker;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.DataPointFlags;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Turns the metrics of one request into samples. Not thread-safe; one object per body. */
final class OtlpRequest {
  private static final String NO_TEMPORALITY =
      "says neither delta nor cumulative in aggregationTemporality";

  private final PointSamples.Destination to;
  private final Problems problems = new Problems("data point");
  private Map<Integer, String> faults = Map.of();
  private int points;
  private int ignored;

  /**
   * @param allowance of the request; may be closed once the batch is published
   * @param nowMillis epoch milliseconds
   */
  OtlpRequest(SeriesIntake intake, IngestMemory.Allowance allowance, long nowMillis) {
    this.to = new PointSamples.Destination(intake, new SampleBatch(allowance), nowMillis);
  }

  /** The samples of the points without a fault. */
  SampleBatch batch() {
    return to.batch();
  }

  /** The points with a fault, numbered from 0. */
  Problems problems() {
    return problems;
  }

  /** The number of values that are not numbers. */
  int ignored() {
    return ignored;
  }

  /** Reads a request, once. */
  void read(OtlpBodies.Export export) {
    faults = export.faults();
    for (ResourceMetrics resource : export.request().getResourceMetricsList()) {
      OtlpAttributes ofResource =
          OtlpAttributes.ofResource(resource.getResource(), to.intake().rules());
      for (ScopeMetrics scope : resource.getScopeMetricsList()) {
        OtlpAttributes ofScope = ofResource.withScope(scope.getScope());
        for (Metric metric : scope.getMetricsList()) {
          read(metric, new Source(metric.getName(), ofScope));
        }
      }
    }
  }

  /** What the points of a metric share. */
  private record Source(String name, OtlpAttributes attributes) {}

  private void read(Metric metric, Source source) {
    switch (metric.getDataCase()) {
      case GAUGE -> {
        for (NumberDataPoint point : metric.getGauge().getDataPointsList()) {
          read(point, source, samples -> samples.add("", Kind.GAUGE, value(point)));
        }
      }
      case SUM -> {
        for (NumberDataPoint point : metric.getSum().getDataPointsList()) {
          read(point, source, samples -> addSum(samples, metric.getSum(), point, source.name()));
        }
      }
      case HISTOGRAM -> {
        AggregationTemporality temporality = metric.getHistogram().getAggregationTemporality();
        for (HistogramDataPoint point : metric.getHistogram().getDataPointsList()) {
          read(
              point.getFlags(),
              point.getTimeUnixNano(),
              point.getAttributesList(),
              source,
              samples -> addHistogram(samples, point, kind(temporality, source.name())));
        }
      }
      case EXPONENTIAL_HISTOGRAM -> {
        AggregationTemporality temporality =
            metric.getExponentialHistogram().getAggregationTemporality();
        for (ExponentialHistogramDataPoint point :
            metric.getExponentialHistogram().getDataPointsList()) {
          read(
              point.getFlags(),
              point.getTimeUnixNano(),
              point.getAttributesList(),
              source,
              samples -> addExponential(samples, point, temporality, source.name()));
        }
      }
      case SUMMARY -> {
        for (SummaryDataPoint point : metric.getSummary().getDataPointsList()) {
          read(
              point.getFlags(),
              point.getTimeUnixNano(),
              point.getAttributesList(),
              source,
              samples -> addSummary(samples, point));
        }
      }
      default -> {
        // A metric without data, or of an unknown kind, has no points.
      }
    }
  }

  private void read(NumberDataPoint point, Source source, Consumer<PointSamples> adder) {
    read(point.getFlags(), point.getTimeUnixNano(), point.getAttributesList(), source, adder);
  }

  private void read(
      int flags,
      long nanos,
      List<KeyValue> attributes,
      Source source,
      Consumer<PointSamples> adder) {
    int before = to.batch().size();
    try {
      String fault = faults.get(points);
      if (fault != null) {
        problems.add(points, fault);
      } else {
        PointSamples samples =
            new PointSamples(
                to,
                source.name(),
                nanos,
                source.attributes().withPoint(attributes),
                hasNoValue(flags));
        adder.accept(samples);
        ignored += samples.ignored();
      }
    } catch (InvalidSampleException e) {
      to.batch().truncate(before);
      problems.add(points, e.describe());
    }
    points++;
  }

  private static boolean hasNoValue(int flags) {
    return (flags & DataPointFlags.DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK_VALUE) != 0;
  }

  private static double value(NumberDataPoint point) {
    if (hasNoValue(point.getFlags())) {
      return StaleMarker.VALUE;
    }
    return switch (point.getValueCase()) {
      case AS_INT -> point.getAsInt();
      case AS_DOUBLE -> point.getAsDouble();
      default -> throw new InvalidSampleException("value", "is missing");
    };
  }

  private static void addSum(PointSamples samples, Sum sum, NumberDataPoint point, String name) {
    Kind kind = kind(sum.getAggregationTemporality(), name);
    if (kind == Kind.INCREMENTS && !sum.getIsMonotonic()) {
      // No exporter sends these: the preference for deltas leaves such sums cumulative.
      throw new InvalidSampleException(
          name, "has delta temporality and is not monotonic; send it as cumulative");
    }
    samples.add("", sum.getIsMonotonic() ? kind : Kind.GAUGE, value(point));
  }

  private static void addHistogram(PointSamples samples, HistogramDataPoint point, Kind kind) {
    int counts = point.getBucketCountsCount();
    int bounds = point.getExplicitBoundsCount();
    if (counts > 0 && counts != bounds + 1) {
      throw new InvalidSampleException("bucketCounts", "must be one more than explicitBounds");
    }
    double total = 0;
    for (int i = 0; i < counts; i++) {
      double bound = i < bounds ? point.getExplicitBounds(i) : Double.POSITIVE_INFINITY;
      boolean ascends = i == 0 || i == bounds || bound > point.getExplicitBounds(i - 1);
      if (Double.isNaN(bound) || !ascends) {
        throw new InvalidSampleException("explicitBounds", "must be increasing numbers");
      }
      total += unsigned(point.getBucketCounts(i));
      // Some senders list infinity as a bound; it is the same bucket.
      if (i == bounds || bound != Double.POSITIVE_INFINITY) {
        samples.addBucket(kind, bound, total);
      }
    }
    addSumAndCount(samples, kind, point.hasSum(), point.getSum(), point.getCount());
  }

  private static void addExponential(
      PointSamples samples,
      ExponentialHistogramDataPoint point,
      AggregationTemporality temporality,
      String name) {
    if (temporality != AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE) {
      // A point has only the buckets it needs; increments of the others would be missing.
      throw new InvalidSampleException(
          name,
          "is an exponential histogram whose temporality is not cumulative; send it as cumulative or with explicit buckets");
    }
    ClassicBuckets buckets = ClassicBuckets.of(point);
    for (int i = 0; i < buckets.size(); i++) {
      samples.addBucket(Kind.COUNTER, buckets.bound(i), buckets.cumulative(i));
    }
    if (buckets.total() > 0 || point.getCount() == 0) {
      samples.addBucket(Kind.COUNTER, Double.POSITIVE_INFINITY, buckets.total());
    }
    addSumAndCount(samples, Kind.COUNTER, point.hasSum(), point.getSum(), point.getCount());
  }

  private static void addSummary(PointSamples samples, SummaryDataPoint point) {
    for (SummaryDataPoint.ValueAtQuantile quantile : point.getQuantileValuesList()) {
      samples.addQuantile(quantile.getQuantile(), quantile.getValue());
    }
    addSumAndCount(samples, Kind.COUNTER, true, point.getSum(), point.getCount());
  }

  private static void addSumAndCount(
      PointSamples samples, Kind kind, boolean hasSum, double sum, long count) {
    if (hasSum) {
      samples.add("_sum", kind, sum);
    }
    samples.add("_count", kind, unsigned(count));
  }

  private static Kind kind(AggregationTemporality temporality, String name) {
    return switch (temporality) {
      case AGGREGATION_TEMPORALITY_CUMULATIVE -> Kind.COUNTER;
      case AGGREGATION_TEMPORALITY_DELTA -> Kind.INCREMENTS;
      default -> throw new InvalidSampleException(name, NO_TEMPORALITY);
    };
  }
}
