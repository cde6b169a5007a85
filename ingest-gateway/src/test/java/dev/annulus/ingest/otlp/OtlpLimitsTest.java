package dev.annulus.ingest.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import com.sun.management.ThreadMXBean;
import dev.annulus.ingest.IngestLimits;
import dev.annulus.ingest.IngestMemory;
import dev.annulus.ingest.SeriesIntake;
import dev.annulus.ingest.Source;
import dev.annulus.ingest.retention.RetentionRules;
import dev.annulus.model.SampleRules;
import dev.annulus.service.http.ProblemException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a small body may cost. */
class OtlpLimitsTest {
  private static final long NOW = 1_800_000_000L;
  private static final int BODY = 16 << 20;
  private static final OtlpConfig LIMITS = new OtlpConfig(100_000);
  private static final long MEMORY = 64 << 20;

  private final OtlpBodies bodies = new OtlpBodies(LIMITS);
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final IngestMemory memory =
      new IngestMemory(new IngestLimits(MEMORY, 1_000_000, 100_000), metrics);

  /** 16 KB of gzip: eight million empty messages, two bytes each. */
  @Test
  void emptyMessagesAreRefusedBeforeTheyAreMade() {
    byte[] body = new byte[BODY];
    for (int i = 0; i < body.length; i += 2) {
      body[i] = 1 << 3 | 2;
    }
    assertThat(allocated(() -> refusal(body, false))).as("bytes of heap").isLessThan(1 << 20);
    ProblemException refused = refusal(body, false);
    assertThat(refused.problem().status()).isEqualTo(413);
    assertThat(refused.problem().detail()).contains("otlp.max-objects").contains("100000");
  }

  @Test
  void emptyObjectsOfJsonAreRefusedBeforeTheyAreMade() {
    byte[] body =
        ("{\"resourceMetrics\":[{}" + ",{}".repeat(BODY / 3 - 10) + "]}")
            .getBytes(StandardCharsets.UTF_8);
    assertThat(allocated(() -> refusal(body, true))).as("bytes of heap").isLessThan(4 << 20);
    assertThat(refusal(body, true).problem().detail()).contains("otlp.max-objects");
  }

  /** A byte of a packed list is eight in memory. */
  @Test
  void listsOfNumbersCountToo() {
    ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
    Metric.Builder metric = Metric.newBuilder().setName("m");
    metric
        .getExponentialHistogramBuilder()
        .addDataPointsBuilder()
        .getPositiveBuilder()
        .addAllBucketCounts(Collections.nCopies(BODY / 2, 0L));
    request.addResourceMetricsBuilder().addScopeMetricsBuilder().addMetrics(metric);
    byte[] body = request.build().toByteArray();
    assertThat(refusal(body, false).problem().detail()).contains("ingest.max-buffered");
  }

  /** Few bytes a point, and tags of some kilobytes that all of them have from their resource. */
  @Test
  void samplesCountWithTheTagsTheyInherit() {
    ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
    ResourceMetrics.Builder resource = request.addResourceMetricsBuilder();
    for (int i = 0; i < 9; i++) {
      resource.getResourceBuilder().addAttributes(pair("k" + i, "v".repeat(400)));
    }
    ScopeMetrics.Builder scope = resource.addScopeMetricsBuilder();
    for (int i = 0; i < 20_000; i++) {
      scope.addMetrics(
          Metric.newBuilder()
              .setName("m" + i)
              .setGauge(
                  Gauge.newBuilder()
                      .addDataPoints(
                          NumberDataPoint.newBuilder()
                              .setTimeUnixNano(NOW * 1_000_000_000L)
                              .setAsInt(1))));
    }
    byte[] body = request.build().toByteArray();
    assertThat(body.length).isLessThan(2 << 20);
    ProblemException refused = refusal(body, false);
    assertThat(refused.problem().status()).isEqualTo(413);
    assertThat(refused.problem().detail()).contains("ingest.max-buffered");
    assertThat(metrics.get("annulus.ingest.buffered.bytes").gauge().value()).isZero();
  }

  @Test
  void aRequestWaitsForTheMemoryOthersHave() {
    try (IngestMemory.Allowance other = memory.open()) {
      other.take(MEMORY);
      try (IngestMemory.Allowance reserved = memory.open()) {
        assertThatThrownBy(() -> reserved.take(1))
            .isInstanceOfSatisfying(
                ProblemException.class,
                e -> {
                  assertThat(e.problem().status()).isEqualTo(503);
                  assertThat(e.problem().retryAfter()).isEqualTo(Duration.ofSeconds(1));
                });
      }
    }
    try (IngestMemory.Allowance reserved = memory.open()) {
      reserved.take(MEMORY);
      assertThat(metrics.get("annulus.ingest.buffered.bytes").gauge().value())
          .isEqualTo((double) MEMORY);
    }
    assertThat(metrics.get("annulus.ingest.buffered.bytes").gauge().value()).isZero();
  }

  @Test
  @Timeout(20)
  void manyAttributesAreReadUpToTheLimitOnly() throws Exception {
    NumberDataPoint.Builder point =
        NumberDataPoint.newBuilder().setTimeUnixNano(NOW * 1_000_000_000L).setAsInt(1);
    for (int i = 0; i < 15_000; i++) {
      point.addAttributes(pair("key" + i, "v"));
    }
    ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
    request
        .addResourceMetricsBuilder()
        .addScopeMetricsBuilder()
        .addMetricsBuilder()
        .setName("m")
        .getGaugeBuilder()
        .addDataPoints(point)
        .addDataPoints(point.clone().clearAttributes());
    OtlpRequest read = read(request.build().toByteArray());
    assertThat(read.problems().text())
        .isEqualTo(
            "data point 0: tags: at most %d are allowed".formatted(SampleRules.DEFAULT.maxTags()));
    assertThat(read.batch().size()).isEqualTo(1);
  }

  @Test
  void deepNestingIsRefusedInBothEncodings() {
    AnyValue value = AnyValue.newBuilder().setIntValue(1).build();
    for (int i = 0; i < 80; i++) {
      AnyValue.Builder outer = AnyValue.newBuilder();
      outer.getArrayValueBuilder().addValues(value);
      value = outer.build();
    }
    ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
    request
        .addResourceMetricsBuilder()
        .getResourceBuilder()
        .addAttributes(KeyValue.newBuilder().setKey("k").setValue(value));
    byte[] body = request.build().toByteArray();
    assertThatThrownBy(() -> read(body))
        .isInstanceOf(InvalidProtocolBufferException.class)
        .hasMessageContaining("nested too deeply");
    for (int depth : new int[] {80, 100_000}) {
      byte[] json =
          ("{\"resourceMetrics\":[{\"resource\":{\"attributes\":[{\"key\":\"k\",\"value\":"
                  + "{\"arrayValue\":{\"values\":[".repeat(depth))
              .getBytes(StandardCharsets.UTF_8);
      assertThat(refusal(json, true).problem().detail()).contains("is nested too deeply");
    }
  }

  private static KeyValue pair(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  private OtlpRequest read(byte[] body) throws Exception {
    try (IngestMemory.Allowance reserved = memory.open()) {
      return read(bodies.protobuf(body, body.length, reserved), reserved);
    }
  }

  private static OtlpRequest read(OtlpBodies.Export export, IngestMemory.Allowance reserved) {
    OtlpRequest request =
        new OtlpRequest(
            new SeriesIntake(Source.OTLP, SampleRules.DEFAULT, RetentionRules.NONE),
            reserved,
            NOW * 1_000);
    request.read(export);
    return request;
  }

  private ProblemException refusal(byte[] body, boolean json) {
    try (IngestMemory.Allowance reserved = memory.open()) {
      read(
          json
              ? bodies.json(body, body.length, reserved)
              : bodies.protobuf(body, body.length, reserved),
          reserved);
    } catch (ProblemException e) {
      return e;
    } catch (Exception e) {
      throw new AssertionError("should be refused by a problem", e);
    }
    throw new AssertionError("should be refused");
  }

  private static long allocated(Runnable work) {
    work.run(); // classes are loaded and initialised
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    work.run();
    return threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
  }
}
