package dev.annulus.ingest.otlp;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Exemplar;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import java.util.Random;

/** Makes requests of every kind of metric, with defaults left out as often as not. */
final class Requests {
  private static final String LETTERS = "ab0_. \"\\\n\u00e9\u20ac\ud83d\ude00";

  private final Random random;
  private final long now;

  /**
   * @param now epoch seconds
   */
  Requests(Random random, long now) {
    this.random = random;
    this.now = now;
  }

  ExportMetricsServiceRequest request() {
    ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
    for (int r = random.nextInt(3); r >= 0; r--) {
      ResourceMetrics.Builder resource = request.addResourceMetricsBuilder();
      for (int i = random.nextInt(4); i > 0; i--) {
        resource.getResourceBuilder().addAttributes(pair(2));
      }
      for (int s = random.nextInt(3); s > 0; s--) {
        ScopeMetrics.Builder scope = resource.addScopeMetricsBuilder();
        if (random.nextBoolean()) {
          scope.getScopeBuilder().setName(text()).setVersion(text()).addAttributes(pair(1));
        }
        for (int m = random.nextInt(5); m > 0; m--) {
          scope.addMetrics(metric());
        }
      }
    }
    return request.build();
  }

  private Metric metric() {
    Metric.Builder metric = Metric.newBuilder().setName("m" + random.nextInt(20));
    int points = random.nextInt(4);
    AggregationTemporality temporality =
        AggregationTemporality.forNumber(
            random.nextInt(AggregationTemporality.values().length - 1));
    switch (random.nextInt(5)) {
      case 0 -> {
        metric.getGaugeBuilder();
        for (int i = 0; i < points; i++) {
          metric.getGaugeBuilder().addDataPoints(number());
        }
      }
      case 1 -> {
        metric
            .getSumBuilder()
            .setAggregationTemporality(temporality)
            .setIsMonotonic(random.nextBoolean());
        for (int i = 0; i < points; i++) {
          metric.getSumBuilder().addDataPoints(number());
        }
      }
      case 2 -> {
        metric.getHistogramBuilder().setAggregationTemporality(temporality);
        for (int i = 0; i < points; i++) {
          metric.getHistogramBuilder().addDataPoints(histogram());
        }
      }
      case 3 -> {
        metric.getExponentialHistogramBuilder().setAggregationTemporality(temporality);
        for (int i = 0; i < points; i++) {
          metric.getExponentialHistogramBuilder().addDataPoints(exponential());
        }
      }
      default -> {
        metric.getSummaryBuilder();
        for (int i = 0; i < points; i++) {
          metric.getSummaryBuilder().addDataPoints(summary());
        }
      }
    }
    return metric.build();
  }

  private NumberDataPoint number() {
    NumberDataPoint.Builder point =
        NumberDataPoint.newBuilder().setTimeUnixNano(time()).setFlags(random.nextInt(2) / 8);
    switch (random.nextInt(6)) {
      case 0 -> {} // no value at all
      case 1 -> point.setAsInt(random.nextBoolean() ? 0 : random.nextLong());
      default -> point.setAsDouble(decimal());
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      point.addAttributes(pair(3));
    }
    if (random.nextInt(4) == 0) {
      point.addExemplars(Exemplar.newBuilder().setAsInt(3).setTimeUnixNano(time()));
    }
    return point.build();
  }

  private HistogramDataPoint histogram() {
    HistogramDataPoint.Builder point =
        HistogramDataPoint.newBuilder().setTimeUnixNano(time()).setCount(random.nextInt(3));
    if (random.nextBoolean()) {
      point.setSum(decimal());
    }
    int bounds = random.nextInt(5);
    for (int i = 0; i < bounds; i++) {
      point.addExplicitBounds(i * i / 4.0);
    }
    for (int i = 0; i <= bounds && random.nextInt(20) > 0; i++) {
      point.addBucketCounts(random.nextInt(3));
    }
    return point.build();
  }

  private ExponentialHistogramDataPoint exponential() {
    ExponentialHistogramDataPoint.Builder point =
        ExponentialHistogramDataPoint.newBuilder()
            .setTimeUnixNano(time())
            .setCount(random.nextInt(3))
            .setScale(random.nextInt(24) - 10)
            .setZeroCount(random.nextInt(2));
    if (random.nextBoolean()) {
      point.setSum(decimal());
      point.getPositiveBuilder().setOffset(random.nextInt(40) - 20);
      for (int i = random.nextInt(10); i > 0; i--) {
        point.getPositiveBuilder().addBucketCounts(random.nextInt(3));
      }
    }
    if (random.nextInt(3) == 0) {
      point.getNegativeBuilder().setOffset(random.nextInt(40) - 20).addBucketCounts(1);
    }
    return point.build();
  }

  private SummaryDataPoint summary() {
    SummaryDataPoint.Builder point = SummaryDataPoint.newBuilder().setTimeUnixNano(time());
    if (random.nextBoolean()) {
      point.setCount(random.nextInt(9)).setSum(decimal());
    }
    for (int i = 0; i < random.nextInt(4); i++) {
      point.addQuantileValuesBuilder().setQuantile(i / 2.0).setValue(decimal());
    }
    return point.build();
  }

  private long time() {
    return random.nextInt(10) == 0
        ? 0
        : (now - random.nextInt(100)) * 1_000_000_000L + random.nextInt(1_000_000_000);
  }

  private double decimal() {
    return switch (random.nextInt(6)) {
      case 0 -> 0;
      case 1 -> Double.NaN;
      case 2 -> Double.NEGATIVE_INFINITY;
      case 3 -> random.nextInt(100);
      default -> Double.longBitsToDouble(random.nextLong());
    };
  }

  private KeyValue pair(int depth) {
    return KeyValue.newBuilder().setKey("k" + random.nextInt(6)).setValue(any(depth)).build();
  }

  private AnyValue any(int depth) {
    AnyValue.Builder value = AnyValue.newBuilder();
    switch (random.nextInt(depth > 0 ? 8 : 6)) {
      case 0 -> {} // none
      case 1 -> value.setBoolValue(random.nextBoolean());
      case 2 -> value.setIntValue(random.nextBoolean() ? 0 : random.nextLong());
      case 3 -> value.setDoubleValue(decimal());
      case 4 -> value.setBytesValue(ByteString.copyFromUtf8(text()));
      case 5 -> value.setStringValue(text());
      case 6 -> {
        value.getArrayValueBuilder();
        for (int i = random.nextInt(3); i > 0; i--) {
          value.getArrayValueBuilder().addValues(any(depth - 1));
        }
      }
      default -> {
        value.getKvlistValueBuilder();
        for (int i = random.nextInt(3); i > 0; i--) {
          value.getKvlistValueBuilder().addValues(pair(depth - 1));
        }
      }
    }
    return value.build();
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(6); i > 0; i--) {
      int at =
          LETTERS.offsetByCodePoints(
              0, random.nextInt(LETTERS.codePointCount(0, LETTERS.length())));
      text.appendCodePoint(LETTERS.codePointAt(at));
    }
    return text.toString();
  }
}
