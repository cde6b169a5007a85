package dev.annulus.ingest.otlp;

import com.fasterxml.jackson.databind.JsonNode;
import dev.annulus.ingest.Problems;
import dev.annulus.ingest.SampleBatch;
import dev.annulus.ingest.SeriesIntake;
import dev.annulus.model.InvalidSampleException;
import dev.annulus.model.MetricType;
import dev.annulus.model.Tag;
import dev.annulus.wire.EncodedSeries;
import java.util.List;

/** Turns the metrics of one request into samples. Not thread-safe; one object a body. */
final class OtlpRequest {
  private static final int NO_RECORDED_VALUE = 1;
  private static final int DELTA = 1;
  private static final int CUMULATIVE = 2;

  private final SeriesIntake intake;
  private final long now;
  private final SampleBatch batch = new SampleBatch();
  private final Problems problems = new Problems("data point");
  private int points;
  private int ignored;

  /**
   * @param now epoch seconds
   */
  OtlpRequest(SeriesIntake intake, long now) {
    this.intake = intake;
    this.now = now;
  }

  /** The samples of the points without a fault. */
  SampleBatch batch() {
    return batch;
  }

  /** The points with a fault, numbered from 0. */
  Problems problems() {
    return problems;
  }

  /** Values that are none. */
  int ignored() {
    return ignored;
  }

  /** Reads a request in its JSON form. */
  void read(JsonNode request) {
    for (JsonNode resource : request.path("resourceMetrics")) {
      OtlpAttributes ofResource = OtlpAttributes.ofResource(resource.path("resource"));
      for (JsonNode scope : resource.path("scopeMetrics")) {
        OtlpAttributes ofScope = ofResource.withScope(scope.path("scope"));
        for (JsonNode metric : scope.path("metrics")) {
          readMetric(metric, ofScope);
        }
      }
    }
  }

  /** What the values of a series are. */
  private enum Kind {
    GAUGE,
    COUNTER,
    INCREMENTS
  }

  private interface PointReader {
    void read(String name, JsonNode point, OtlpAttributes attributes);
  }

  private void readMetric(JsonNode metric, OtlpAttributes attributes) {
    readPoints(metric, "gauge", attributes, number(Kind.GAUGE));
    readPoints(metric, "sum", attributes, sum(metric.path("sum")));
    readPoints(metric, "histogram", attributes, histogram(metric.path("histogram")));
    readPoints(
        metric,
        "exponentialHistogram",
        attributes,
        (name, point, all) -> {
          throw new InvalidSampleException(
              name, "is an exponential histogram, which is not stored; send explicit buckets");
        });
    readPoints(metric, "summary", attributes, this::summary);
  }

  private void readPoints(
      JsonNode metric, String kind, OtlpAttributes attributes, PointReader reader) {
    String name = metric.path("name").asText("");
    for (JsonNode point : metric.path(kind).path("dataPoints")) {
      int before = batch.size();
      try {
        if ((point.path("flags").asInt() & NO_RECORDED_VALUE) != 0) {
          ignored++;
        } else {
          reader.read(name, point, attributes.withPoint(point));
        }
      } catch (InvalidSampleException e) {
        batch.truncate(before);
        problems.add(points, e.describe());
      }
      points++;
    }
  }

  private PointReader sum(JsonNode sum) {
    boolean monotonic = sum.path("isMonotonic").asBoolean();
    if (isTemporality(sum, CUMULATIVE, "AGGREGATION_TEMPORALITY_CUMULATIVE")) {
      return number(monotonic ? Kind.COUNTER : Kind.GAUGE);
    }
    if (!isTemporality(sum, DELTA, "AGGREGATION_TEMPORALITY_DELTA")) {
      return refusal("says neither delta nor cumulative in aggregationTemporality");
    }
    // No exporter sends these: the preference for deltas leaves such sums cumulative.
    return monotonic
        ? number(Kind.INCREMENTS)
        : refusal("has delta temporality and is not monotonic; send it as cumulative");
  }

  private PointReader histogram(JsonNode histogram) {
    if (isTemporality(histogram, CUMULATIVE, "AGGREGATION_TEMPORALITY_CUMULATIVE")) {
      return (name, point, all) -> histogram(name, point, all, Kind.COUNTER);
    }
    return isTemporality(histogram, DELTA, "AGGREGATION_TEMPORALITY_DELTA")
        ? (name, point, all) -> histogram(name, point, all, Kind.INCREMENTS)
        : refusal("says neither delta nor cumulative in aggregationTemporality");
  }

  private static boolean isTemporality(JsonNode data, int number, String text) {
    JsonNode temporality = data.path("aggregationTemporality");
    return temporality.asInt() == number || temporality.asText().equals(text);
  }

  private static PointReader refusal(String why) {
    return (name, point, attributes) -> {
      throw new InvalidSampleException(name, why);
    };
  }

  private PointReader number(Kind kind) {
    return (name, point, attributes) -> {
      JsonNode value = point.has("asInt") ? point.get("asInt") : point.path("asDouble");
      add(name, attributes.tags(), kind, point, decimal("value", value));
    };
  }

  private void histogram(String name, JsonNode point, OtlpAttributes attributes, Kind kind) {
    JsonNode counts = point.path("bucketCounts");
    JsonNode bounds = point.path("explicitBounds");
    if (!counts.isEmpty() && counts.size() != bounds.size() + 1) {
      throw new InvalidSampleException("bucketCounts", "must be one more than explicitBounds");
    }
    double total = 0;
    for (int i = 0; i < counts.size(); i++) {
      total += decimal("bucketCounts", counts.get(i));
      String le = i < bounds.size() ? bound(decimal("explicitBounds", bounds.get(i))) : "+Inf";
      add(name + "_bucket", attributes.tagsWith("le", le), kind, point, total);
    }
    sumAndCount(name, point, attributes, kind);
  }

  private void summary(String name, JsonNode point, OtlpAttributes attributes) {
    for (JsonNode quantile : point.path("quantileValues")) {
      String which = bound(decimal("quantile", quantile.path("quantile")));
      add(
          name,
          attributes.tagsWith("quantile", which),
          Kind.GAUGE,
          point,
          decimal("value", quantile.path("value")));
    }
    sumAndCount(name, point, attributes, Kind.COUNTER);
  }

  private void sumAndCount(String name, JsonNode point, OtlpAttributes attributes, Kind kind) {
    List<Tag> tags = attributes.tags();
    if (point.has("sum")) {
      add(name + "_sum", tags, kind, point, decimal("sum", point.get("sum")));
    }
    double count = point.has("count") ? decimal("count", point.get("count")) : 0;
    add(name + "_count", tags, kind, point, count);
  }

  private void add(String name, List<Tag> tags, Kind kind, JsonNode point, double value) {
    if (!Double.isFinite(value)) {
      ignored++;
      return;
    }
    long nanos = nanos(point.path("timeUnixNano"));
    long ts = Math.floorDiv(nanos, 1_000_000_000L);
    intake.rules().checkTimestamp(ts, now);
    if (kind == Kind.INCREMENTS && value < 0) {
      throw new InvalidSampleException(name, "must not be negative: a counter only grows");
    }
    batch.add(series(name, tags, kind), kind == Kind.INCREMENTS ? nanos : ts, value);
  }

  private EncodedSeries series(String name, List<Tag> tags, Kind kind) {
    return switch (kind) {
      case GAUGE -> intake.series(name, tags, MetricType.GAUGE);
      case COUNTER -> intake.series(name, tags, MetricType.COUNTER);
      case INCREMENTS -> intake.deltas(name, tags);
    };
  }

  private static long nanos(JsonNode nanos) {
    try {
      long value = nanos.isNumber() ? nanos.longValue() : Long.parseLong(nanos.asText("0"));
      if (value != 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw new InvalidSampleException("timeUnixNano", "must be a whole number");
    }
    throw new InvalidSampleException("timeUnixNano", "is missing");
  }

  /** A number, or a text that holds one, as JSON has whole numbers of 64 bits; NaN may be text. */
  private static double decimal(String field, JsonNode value) {
    if (value.isMissingNode() || value.isNull()) {
      if (field.equals("value")) {
        return 0; // Protocol Buffers leave out what is zero in a list of quantiles
      }
      throw new InvalidSampleException(field, "is missing");
    }
    if (value.isNumber()) {
      return value.asDouble();
    }
    try {
      return Double.parseDouble(value.asText());
    } catch (NumberFormatException e) {
      throw new InvalidSampleException(field, "must be a number");
    }
  }

  private static String bound(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
