package dev.annulus.senders;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.graphite.GraphiteMeterRegistry;
import io.micrometer.influx.InfluxMeterRegistry;
import io.micrometer.registry.otlp.OtlpMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Micrometer's registries that push; the one that is scraped is in {@link PrometheusIT}. */
@ExtendWith(Annulus.Shared.class)
class MicrometerIT {
  private static final String LONG_STEP = "1h";

  private final String run = "micrometer-" + System.nanoTime();
  private final long from = Instant.now().getEpochSecond();

  @ParameterizedTest
  @ValueSource(strings = {"V1", "V2"})
  void influx(String version, Annulus annulus) throws Exception {
    Map<String, String> settings = new HashMap<>();
    settings.put("influx.uri", annulus.http().toString());
    settings.put("influx.step", LONG_STEP);
    settings.put("influx.apiVersion", version);
    if (version.equals("V2")) {
      settings.put("influx.org", "my-org");
      settings.put("influx.bucket", "my-bucket");
      settings.put("influx.token", "my-token");
    }
    MeterRegistry registry = new InfluxMeterRegistry(settings::get, Clock.SYSTEM);
    Meters meters = new Meters(registry, run);
    meters.first();
    meters.second();
    registry.close();

    StoredSeries.await(
        () -> {
          List<StoredSeries> all = annulus.withTag("run", run);
          NewestValues counters = new NewestValues(all, tags("metric_type", "counter"));
          counters.gauge("orders_placed", 5, Map.of("region", "eu west"));
          NewestValues gauges = new NewestValues(all, tags("metric_type", "gauge"));
          gauges.gauge("pool_size", 42.5, Map.of());
          NewestValues histograms = new NewestValues(all, tags("metric_type", "histogram"));
          histograms.gauge("request_time_count", 2, Map.of());
          histograms.gauge("request_time_sum", 1000, Map.of());
          histograms.gauge("request_time_mean", 500, Map.of());
          histograms.gauge("request_time_upper", 750, Map.of());
          histograms.gauge("payload_size_sum", 400, Map.of());
          histograms.gauge("payload_size_count", 2, Map.of());
          assertTimes(all);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"CUMULATIVE", "DELTA"})
  void otlp(String temporality, Annulus annulus) throws Exception {
    Map<String, String> settings =
        Map.of(
            "otlp.url",
            annulus.url("/v1/metrics"),
            "otlp.step",
            "1s",
            "otlp.aggregationTemporality",
            temporality,
            "otlp.resourceAttributes",
            "service.name=" + run);
    MeterRegistry registry = new OtlpMeterRegistry(settings::get, Clock.SYSTEM);
    try {
      Meters meters = new Meters(registry, run);
      meters.first();
      StoredSeries.await(() -> assertOtlp(annulus, 3, 1, 250, 100));
      meters.second();
      StoredSeries.await(() -> assertOtlp(annulus, 5, 2, 1000, 400));
    } finally {
      registry.close();
    }
    StoredSeries.await(() -> assertOtlp(annulus, 5, 2, 1000, 400));
  }

  private void assertOtlp(Annulus annulus, double orders, double times, double sum, double bytes)
      throws Exception {
    List<StoredSeries> all = annulus.withTag("service.name", run);
    NewestValues newest = new NewestValues(all, tags("service.name", run));
    newest.counter("orders.placed", orders, Map.of("region", "eu west"));
    newest.gauge("pool.size", 42.5, Map.of());
    newest.counter("request.time_count", times, Map.of());
    newest.counter("request.time_sum", sum, Map.of());
    newest.counter("payload.size_count", times, Map.of());
    newest.counter("payload.size_sum", bytes, Map.of());
    newest.counter("answer.size_bucket", 1, Map.of("le", "100"));
    newest.counter("answer.size_bucket", times, Map.of("le", "300"));
    newest.counter("answer.size_bucket", times, Map.of("le", "+Inf"));
    assertTimes(all);
  }

  @Test
  void graphiteAsPlainText(Annulus annulus) throws Exception {
    graphite("PLAINTEXT", annulus.graphitePort(), annulus);
  }

  @Test
  void graphitePickledAsByDefault(Annulus annulus) throws Exception {
    graphite("PICKLED", annulus.picklePort(), annulus);
  }

  private void graphite(String protocol, int port, Annulus annulus) throws Exception {
    Map<String, String> settings =
        Map.of(
            "graphite.host",
            "127.0.0.1",
            "graphite.port",
            "" + port,
            "graphite.protocol",
            protocol,
            "graphite.step",
            "1s");
    MeterRegistry registry = new GraphiteMeterRegistry(settings::get, Clock.SYSTEM);
    try {
      Meters meters = new Meters(registry, run);
      meters.first();
      StoredSeries.await(() -> assertGraphite(annulus, 3, 1, 100));
      meters.second();
      StoredSeries.await(() -> assertGraphite(annulus, 5, 2, 300));
    } finally {
      registry.close();
    }
  }

  private void assertGraphite(Annulus annulus, double orders, double times, double largest)
      throws Exception {
    List<StoredSeries> all = annulus.withTag("run", run);
    NewestValues newest = new NewestValues(all, tags("run", run));
    newest.gauge("orders.placed", orders, Map.of("region", "eu-west", "metricattribute", "count"));
    newest.gauge("pool.size", 42.5, Map.of());
    newest.gauge("request.time", times, Map.of("metricattribute", "count"));
    newest.gauge("payload.size", times, Map.of("metricattribute", "count"));
    newest.gauge("payload.size", largest, Map.of("metricattribute", "max"));
    assertTimes(all);
  }

  private Map<String, String> tags(String key, String value) {
    Map<String, String> tags = new HashMap<>(Map.of("run", run));
    tags.put(key, value);
    return tags;
  }

  private void assertTimes(List<StoredSeries> all) {
    long to = Instant.now().getEpochSecond() + 1;
    assertThat(all).isNotEmpty();
    all.forEach(series -> series.assertWithin(from - 1, to));
  }

  /** One of each kind of meter. */
  static final class Meters {
    private final Counter orders;
    private final Timer time;
    private final DistributionSummary payload;
    private final DistributionSummary answer;

    Meters(MeterRegistry registry, String run) {
      registry.config().commonTags("run", run);
      orders = Counter.builder("orders.placed").tag("region", "eu west").register(registry);
      time = Timer.builder("request.time").register(registry);
      payload = DistributionSummary.builder("payload.size").register(registry);
      answer =
          DistributionSummary.builder("answer.size")
              .serviceLevelObjectives(100, 300)
              .register(registry);
      Gauge.builder("pool.size", () -> 42.5).register(registry);
    }

    void first() {
      orders.increment(3);
      time.record(Duration.ofMillis(250));
      payload.record(100);
      answer.record(100);
    }

    void second() {
      orders.increment(2);
      time.record(Duration.ofMillis(750));
      payload.record(300);
      answer.record(300);
    }
  }
}
