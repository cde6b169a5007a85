package dev.annulus.senders;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleGauge;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** OpenTelemetry's SDK for Java, configured as {@code docs/protocols.md} says. */
@ExtendWith(Annulus.Shared.class)
class OpenTelemetryJavaIT {
  private final String service = "otel-java-" + System.nanoTime();

  @ParameterizedTest
  @CsvSource({"cumulative, none", "cumulative, gzip", "delta, none", "lowmemory, none"})
  void whatTwoFlushesWithinASecondSendAddsUp(
      String temporality, String compression, Annulus annulus) throws Exception {
    long from = Instant.now().getEpochSecond();

    send(
        Map.of(
            "otel.exporter.otlp.endpoint",
            annulus.http().toString(),
            "otel.exporter.otlp.metrics.protocol",
            "http/protobuf",
            "otel.exporter.otlp.metrics.temporality.preference",
            temporality,
            "otel.exporter.otlp.compression",
            compression,
            "otel.traces.exporter",
            "none",
            "otel.logs.exporter",
            "none",
            "otel.service.name",
            service));

    long to = Instant.now().getEpochSecond();
    StoredSeries.await(
        () -> {
          List<StoredSeries> all = annulus.withTag("service.name", service);
          assertThat(all).isNotEmpty();
          NewestValues newest = new NewestValues(all, common(all));
          newest.counter("jobs.done", 5, Map.of("queue", "[\"a\",\"b\"]", "n", "7"));
          newest.gauge("jobs.waiting", 2.5, Map.of());
          newest.gauge("fill", 0.25, Map.of("disk", "sda"));
          newest.counter("wait_bucket", 1, Map.of("le", "0"));
          newest.counter("wait_bucket", 2, Map.of("le", "5"));
          newest.counter("wait_bucket", 3, Map.of("le", "+Inf"));
          newest.counter("wait_count", 3, Map.of());
          newest.counter("wait_sum", 100000.75, Map.of());
          all.forEach(series -> series.assertWithin(from, to));
        });
  }

  private Map<String, String> common(List<StoredSeries> all) {
    return Map.of(
        "service.name",
        service,
        // The SDK makes one up.
        "service.instance.id",
        all.get(0).tags().get("service.instance.id"),
        "otel_scope_name",
        "example",
        "otel_scope_version",
        "2.0");
  }

  private static void send(Map<String, String> properties) {
    OpenTelemetrySdk sdk =
        AutoConfiguredOpenTelemetrySdk.builder()
            .addPropertiesSupplier(() -> properties)
            .build()
            .getOpenTelemetrySdk();
    try {
      Meter meter = sdk.meterBuilder("example").setInstrumentationVersion("2.0").build();
      Attributes queue =
          Attributes.of(
              AttributeKey.stringArrayKey("queue"),
              List.of("a", "b"),
              AttributeKey.longKey("n"),
              7L);
      LongCounter done = meter.counterBuilder("jobs.done").setUnit("{job}").build();
      DoubleHistogram wait = meter.histogramBuilder("wait").build();
      DoubleGauge fill = meter.gaugeBuilder("fill").build();
      meter.upDownCounterBuilder("jobs.waiting").ofDoubles().build().add(2.5);
      done.add(3, queue);
      wait.record(0);
      wait.record(0.75);
      fill.set(0.5, Attributes.of(AttributeKey.stringKey("disk"), "sda"));
      sdk.getSdkMeterProvider().forceFlush().join(20, TimeUnit.SECONDS);
      done.add(2, queue);
      wait.record(100_000);
      fill.set(0.25, Attributes.of(AttributeKey.stringKey("disk"), "sda"));
    } finally {
      sdk.shutdown().join(20, TimeUnit.SECONDS);
    }
  }
}
