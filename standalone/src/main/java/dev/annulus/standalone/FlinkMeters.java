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
 * Shows what the job counts among the process' own metrics, as {@code annulus_sink_…}. A cluster
 * has Flink's own reporters for that. Flink makes the reporter itself and gives it texts only, so
 * the registry is found by a number, as {@code SharedStore} finds a store.
 */
public final class FlinkMeters implements MetricReporter {
  private static final Map<String, MeterRegistry> REGISTRIES = new ConcurrentHashMap<>();
  private static final AtomicInteger NUMBERS = new AtomicInteger();
  private static final String NAME = "annulus";
  private static final String OWN_PREFIX = "annulus_";

  /** What every service that opens the store shows under the same name. */
  private static final String STORE_PREFIX = EngineStats.METERS.replace('.', '_');

  /** Of Flink's own metrics, those that tell whether the job keeps up. */
  private static final Set<String> KEPT =
      Set.of(
          "pendingRecords",
          "numRestarts",
          "lastCheckpointDuration",
          "numberOfCompletedCheckpoints",
          "numberOfFailedCheckpoints");

  /** Of a metric's variables in Flink, those shown as labels, under their names here. */
  private static final Map<String, String> LABELS =
      Map.of("<subtask_index>", "subtask", "<reason>", "reason", "<source>", "source");

  private final MeterRegistry registry;
  private final Map<Metric, Meter> meters = new ConcurrentHashMap<>();

  private FlinkMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Settings for a job whose metrics are to be shown in a registry. */
  public static Configuration into(MeterRegistry registry) {
    String number = Integer.toString(NUMBERS.incrementAndGet());
    REGISTRIES.put(number, registry);
    Configuration flink = new Configuration();
    flink.setString("metrics.reporters", NAME);
    flink.setString("metrics.reporter." + NAME + ".factory.class", Factory.class.getName());
    flink.setString("metrics.reporter." + NAME + ".registry", number);
    return flink;
  }

  /** Made by Flink. */
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

  /**
   * Labels that do not apply to a metric are left out: a query for {@code x{}} should read well.
   */
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
