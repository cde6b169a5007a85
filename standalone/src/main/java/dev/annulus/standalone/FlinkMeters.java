package dev.annulus.standalone;

import dev.annulus.kv.EngineStats;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/**
 * Exposes the job's metrics among those of the process, as {@code annulus_sink_…}; on a cluster
 * Flink's reporters do this. Flink creates the reporter itself and configures it with strings only,
 * so a number identifies the registry, as in {@code SharedStore}.
 */
public final class FlinkMeters implements MetricReporter {
  private static final Map<String, MeterRegistry> REGISTRIES = new ConcurrentHashMap<>();
  private static final AtomicInteger NUMBERS = new AtomicInteger();
  private static final String NAME = "annulus";
  private static final String OWN_PREFIX = "annulus_";

  /** Metrics that every service with a store connection exposes under the same name. */
  private static final String STORE_PREFIX = EngineStats.METERS.replace('.', '_');

  /** Flink's own metrics that show whether the job keeps up. */
  private static final Set<String> KEPT =
      Set.of(
          "pendingRecords",
          "numRestarts",
          "lastCheckpointDuration",
          "numberOfCompletedCheckpoints",
          "numberOfFailedCheckpoints");

  /** Flink's variables exposed as labels, with the names of the labels. */
  private static final Map<String, String> LABELS =
      Map.of("<subtask_index>", "subtask", "<reason>", "reason", "<source>", "source");

  private final MeterRegistry registry;
  private final Map<Metric, Meter> meters = new ConcurrentHashMap<>();

  private FlinkMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Flink options that send a job's metrics to a registry. */
  public static Configuration into(MeterRegistry registry) {
    String number = Integer.toString(NUMBERS.incrementAndGet());
    REGISTRIES.put(number, registry);
    Configuration flink = new Configuration();
    flink.setString("metrics.reporters", NAME);
    flink.setString("metrics.reporter." + NAME + ".factory.class", Factory.class.getName());
    flink.setString("metrics.reporter." + NAME + ".registry", number);
    return flink;
  }

  /** Called by Flink. */
  public static final class Factory implements MetricReporterFactory {
    @Override
    public MetricReporter createMetricReporter(Properties properties) {
      String number = properties.getProperty("registry", "");
      MeterRegistry registry = REGISTRIES.get(number);
      if (registry == null) {
        throw new IllegalStateException("this process has no meter registry number " + number);
      }
      return new FlinkMeters(registry);
    }
  }

  @Override
  public void open(MetricConfig config) {}

  @Override
  public void close() {}

  @Override
  public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
    if (!name.startsWith(OWN_PREFIX) && !KEPT.contains(name)) {
      return;
    }
    String shown = shownName(name);
    Tags tags = tagsOf(group);
    if (metric instanceof Counter counter) {
      meters.put(
          metric,
          FunctionCounter.builder(shown, counter, Counter::getCount).tags(tags).register(registry));
    } else if (metric instanceof Gauge<?> gauge) {
      meters.put(
          metric,
          io.micrometer.core.instrument.Gauge.builder(shown, gauge, FlinkMeters::value)
              .tags(tags)
              .register(registry));
    }
  }

  @Override
  public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {
    Meter meter = meters.remove(metric);
    if (meter != null) {
      registry.remove(meter);
    }
  }

  private static String shownName(String name) {
    if (name.startsWith(STORE_PREFIX)) {
      return name;
    }
    boolean own = name.startsWith(OWN_PREFIX);
    return "annulus.sink." + (own ? name.substring(OWN_PREFIX.length()) : snake(name));
  }

  private static double value(Gauge<?> gauge) {
    return gauge.getValue() instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  /** Labels that do not apply to a metric are omitted. */
  private static Tags tagsOf(MetricGroup group) {
    Map<String, String> variables = group.getAllVariables();
    Tags tags = Tags.empty();
    for (Map.Entry<String, String> label : LABELS.entrySet()) {
      String value = variables.get(label.getKey());
      if (value != null) {
        tags = tags.and(label.getValue(), value);
      }
    }
    return tags;
  }

  private static String snake(String camel) {
    return camel.replaceAll("([a-z])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }
}
