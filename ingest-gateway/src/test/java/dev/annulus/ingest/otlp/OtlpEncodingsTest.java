package dev.annulus.ingest.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.JsonFormat;
import dev.annulus.ingest.IngestLimits;
import dev.annulus.ingest.IngestMemory;
import dev.annulus.ingest.SampleBatch;
import dev.annulus.ingest.SeriesIntake;
import dev.annulus.ingest.Source;
import dev.annulus.ingest.retention.RetentionRules;
import dev.annulus.model.SampleRules;
import dev.annulus.model.Times;
import dev.annulus.wire.EncodedSeries;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** A request means the same in every way it can be written. */
class OtlpEncodingsTest {
  private static final long NOW = 1_800_000_000L;
  private static final OtlpConfig LIMITS = new OtlpConfig(1_000_000);

  private final OtlpBodies bodies = new OtlpBodies(LIMITS);
  private final IngestMemory memory =
      new IngestMemory(new IngestLimits(64 << 20, 1_000_000, 100_000), new SimpleMeterRegistry());
  private final SeriesIntake intake =
      new SeriesIntake(Source.OTLP, SampleRules.DEFAULT, RetentionRules.NONE);

  private record Sample(EncodedSeries series, long ts, double value) {}

  private record Outcome(List<Sample> samples, String problems, int ignored) {}

  @Property(tries = 500)
  void protocolBuffersAndJsonGiveTheSameSamples(@ForAll long seed) throws Exception {
    ExportMetricsServiceRequest request = new Requests(new Random(seed), NOW).request();
    byte[] wire = request.toByteArray();
    Outcome expected;
    try (IngestMemory.Allowance reserved = memory.open()) {
      expected = read(bodies.protobuf(wire, wire.length, reserved), reserved);
    }
    JsonFormat.Printer printer = JsonFormat.printer();
    for (JsonFormat.Printer form :
        List.of(
            printer,
            printer.omittingInsignificantWhitespace(),
            printer.preservingProtoFieldNames(),
            printer.printingEnumsAsInts(),
            printer.alwaysPrintFieldsWithNoPresence())) {
      byte[] json = form.print(request).getBytes(StandardCharsets.UTF_8);
      try (IngestMemory.Allowance reserved = memory.open()) {
        assertThat(read(bodies.json(json, json.length, reserved), reserved)).isEqualTo(expected);
      }
    }
  }

  private Outcome read(OtlpBodies.Export export, IngestMemory.Allowance reserved) {
    OtlpRequest request = new OtlpRequest(intake, reserved, Times.millis(NOW));
    request.read(export);
    return new Outcome(samples(request.batch()), request.problems().text(), request.ignored());
  }

  private static List<Sample> samples(SampleBatch batch) {
    List<Sample> samples = new ArrayList<>();
    batch.forEachSeries(
        (series, timestamps, values, from, to) -> {
          for (int i = from; i < to; i++) {
            samples.add(new Sample(series, timestamps[i], values[i]));
          }
        });
    return samples;
  }
}
