package dev.annulus.senders;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** OpenTelemetry JS (npm): JSON and Protocol Buffers, cumulative and delta. */
@ExtendWith(Annulus.Shared.class)
class OpenTelemetryJsIT {
  private final String service = "otel-js-" + System.nanoTime();

  @ParameterizedTest
  @CsvSource({"http, cumulative", "http, delta", "proto, cumulative", "proto, delta"})
  void whatTwoFlushesWithinASecondSendAddsUp(String encoding, String temporality, Annulus annulus)
      throws Exception {
    long from = Instant.now().getEpochSecond();

    NodeScript.run("otel.mjs", encoding, temporality, annulus.url("/v1/metrics"), service);

    long to = Instant.now().getEpochSecond();
    Map<String, String> common =
        Map.of(
            "service.name", service,
            "service.instance.id", "7",
            "deployment.flags", "[\"a\",\"b\"]",
            "otel_scope_name", "example",
            "otel_scope_version", "1.2.3");
    StoredSeries.await(
        () -> {
          List<StoredSeries> all = annulus.withTag("service.name", service);
          NewestValues newest = new NewestValues(all, common);
          newest.counter("requests.total", 5, Map.of("route", "/a", "ok", "true"));
          newest.gauge("queue.length", 3, Map.of());
          newest.gauge("temperature", -3, Map.of("room", "é"));
          newest.counter("cpu.time", 12.5, Map.of("core", "0"));
          newest.counter("latency_bucket", 1, Map.of("le", "0.5"));
          newest.counter("latency_bucket", 2, Map.of("le", "1"));
          newest.counter("latency_bucket", 2, Map.of("le", "10"));
          newest.counter("latency_bucket", 3, Map.of("le", "+Inf"));
          newest.counter("latency_count", 3, Map.of());
          newest.counter("latency_sum", 101.25, Map.of());
          if (temporality.equals("cumulative")) {
            newest.counter("exponential.size_bucket", 3, Map.of("le", "+Inf"));
            newest.counter("exponential.size_count", 3, Map.of());
            newest.counter("exponential.size_sum", 108, Map.of());
          } else {
            // Refused point by point; what is in the same request is kept.
            assertThat(all).noneMatch(series -> series.name().startsWith("exponential"));
          }
          all.forEach(series -> series.assertWithin(from, to));
        });
  }
}
