package dev.annulus.standalone;

import dev.annulus.ingest.SampleBatch;
import dev.annulus.ingest.SamplePublisher;
import dev.annulus.model.MetricType;
import dev.annulus.model.RingGeometry;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSpec;
import dev.annulus.service.DaemonThreads;
import dev.annulus.wire.EncodedSeries;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Statistic;
import io.micrometer.core.instrument.Tag;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores the process's own metrics in Annulus, under their names at {@code /-/metrics}, every ten
 * seconds for a day. Metrics that cannot be sent are dropped. Thread-safe.
 */
final class SelfMetrics implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SelfMetrics.class);
  private static final int STEP = 10;
  private static final RingGeometry DAY = RingGeometry.ofSeconds(STEP, 24 * 3600 / STEP);
  private static final int MAX_SERIES = 1_000;

  private final MeterRegistry registry;
  private final SamplePublisher publisher;
  private final InstantSource clock;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("annulus-self-metrics"));

  SelfMetrics(MeterRegistry registry, SamplePublisher publisher, InstantSource clock) {
    this.registry = registry;
    this.publisher = publisher;
    this.clock = clock;
  }

  void start() {
    timer.scheduleAtFixedRate(this::store, 0, STEP, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  private void store() {
    try {
      publisher
          .publish(read())
          .exceptionally(
              failure -> {
                LOG.debug("own metrics dropped", failure);
                return null;
              });
    } catch (RuntimeException e) {
      // An exception would stop the timer.
      LOG.atWarn().setCause(e).log("cannot read own metrics");
    }
  }

  private SampleBatch read() {
    long now = clock.millis();
    SampleBatch samples = new SampleBatch();
    for (Meter meter : registry.getMeters()) {
      if (!isKept(meter.getId().getName())) {
        continue;
      }
      for (Measurement measurement : meter.measure()) {
        SeriesSpec series = series(meter, measurement.getStatistic());
        double value = measurement.getValue();
        if (series != null && Double.isFinite(value) && samples.size() < MAX_SERIES) {
          samples.add(EncodedSeries.of(series), now, value);
        }
      }
    }
    return samples;
  }

  private static boolean isKept(String name) {
    return name.startsWith("annulus.")
        || name.startsWith("process.cpu")
        || name.equals("jvm.memory.used");
  }

  /** Null for metrics that are not kept, such as a timer's maximum. */
  private static @Nullable SeriesSpec series(Meter meter, Statistic statistic) {
    Meter.Id id = meter.getId();
    String base = id.getName().replace('.', '_');
    String unit = id.getBaseUnit() == null ? "" : "_" + id.getBaseUnit();
    String named = base.endsWith(unit) ? base : base + unit;
    boolean summary =
        id.getType() == Meter.Type.TIMER || id.getType() == Meter.Type.DISTRIBUTION_SUMMARY;
    return switch (statistic) {
      case COUNT -> counter(summary ? named + "_count" : named + "_total", id);
      case TOTAL, TOTAL_TIME -> counter(named + "_sum", id);
      case VALUE -> series(named, id, MetricType.GAUGE);
      default -> null;
    };
  }

  private static SeriesSpec counter(String name, Meter.Id id) {
    return series(name, id, MetricType.COUNTER);
  }

  private static SeriesSpec series(String name, Meter.Id id, MetricType type) {
    Map<String, String> tags =
        id.getTags().stream()
            .filter(tag -> !tag.getValue().isEmpty())
            .collect(Collectors.toMap(tag -> tag.getKey().replace('.', '_'), Tag::getValue));
    return new SeriesSpec(null, SeriesKey.of(name, tags), type, DAY.stepMillis(), DAY.slots());
  }
}
