package dev.annulus.ingest.retention;

import dev.annulus.ingest.Source;
import dev.annulus.model.MetricType;
import dev.annulus.model.RingGeometry;
import dev.annulus.model.SampleRules;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSpec;
import dev.annulus.service.config.ConfigException;
import dev.annulus.service.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rules in file order; the first that matches a series applies. What a sample specifies overrides
 * any rule. If no rule sets a ring, its source may have a default: users of other systems'
 * protocols expect at least a day. Immutable.
 */
public final class RetentionRules {
  /** One-second resolution for a day. */
  private static final RingGeometry DAY = RingGeometry.ofSeconds(1, 86_400);

  /** No rules: every series gets the store's default ring. */
  public static final RetentionRules NONE = new RetentionRules(List.of(), Map.of());

  /** No rules, and a day for other systems' protocols. */
  public static final RetentionRules DEFAULT =
      NONE.withDefault(Source.INFLUX, DAY)
          .withDefault(Source.PROMETHEUS, DAY)
          .withDefault(Source.OTLP, DAY)
          .withDefault(Source.GRAPHITE, DAY)
          .withDefault(Source.COLLECTD, DAY);

  private final List<RetentionRule> rules;
  private final Map<Source, RingGeometry> defaults;

  private RetentionRules(List<RetentionRule> rules, Map<Source, RingGeometry> defaults) {
    this.rules = List.copyOf(rules);
    this.defaults = Map.copyOf(defaults);
  }

  /**
   * Reads {@code ingest.retention-rules} and {@code ingest.default-retention.SOURCE}, where {@code
   * store} stands for the store's default ring.
   *
   * @param limits what step and slots must obey
   * @throws ConfigException naming the key, or file and line, and the rule
   */
  public static RetentionRules from(Settings settings, SampleRules limits) {
    String file = settings.textOrNull("ingest.retention-rules");
    RetentionRules all = file == null ? NONE : read(Path.of(file), limits);
    for (Source source : Source.values()) {
      RingGeometry usual = DEFAULT.defaultOf(source);
      if (usual == null) {
        continue; // JSON samples carry their type and ring
      }
      String key = "ingest.default-retention." + source.label();
      String value = settings.text(key, "1s:1d");
      if (!value.equals("store")) {
        all = all.withDefault(source, RetentionFile.ring(key, value, limits));
      }
    }
    return all;
  }

  /**
   * Reads a file of rules; {@code docs/protocols.md} describes it.
   *
   * @param limits what step and slots must obey
   * @throws ConfigException naming file, line and rule
   */
  public static RetentionRules read(Path file, SampleRules limits) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new ConfigException("cannot read the retention rules " + file + ": " + e);
    }
    return new RetentionRules(new RetentionFile(file.toString(), limits).parse(lines), Map.of());
  }

  /** The same with a default ring for a source. */
  public RetentionRules withDefault(Source source, RingGeometry ring) {
    Map<Source, RingGeometry> more = new EnumMap<>(Source.class);
    more.putAll(defaults);
    more.put(source, ring);
    return new RetentionRules(rules, more);
  }

  /** The default ring of a source; null for the store's default. */
  public @Nullable RingGeometry defaultOf(Source source) {
    return defaults.get(source);
  }

  /** The number of rules. */
  public int size() {
    return rules.size();
  }

  /**
   * Fills in the missing parts of the ring, and the type if a rule sets one. A JSON sample always
   * has a type, and increments are always counters. A series given only by its id has no name to
   * match and stays unchanged.
   */
  public SeriesSpec apply(Source source, SeriesSpec series) {
    SeriesSpec ruled = ruled(source, series);
    RingGeometry ring = defaults.get(source);
    return ring == null || ruled.stepMillis() != null || ruled.slots() != null
        ? ruled
        : withRing(ruled, ruled.type(), ring.stepMillis(), ring.slots());
  }

  private SeriesSpec ruled(Source source, SeriesSpec series) {
    SeriesKey key = series.key();
    if (key == null || rules.isEmpty()) {
      return series;
    }
    for (RetentionRule rule : rules) {
      if (rule.fits(source, key.name())) {
        boolean own = series.stepMillis() != null || series.slots() != null;
        return withRing(
            series,
            rule.type() == null || source == Source.JSON || series.delta()
                ? series.type()
                : rule.type(),
            own ? series.stepMillis() : rule.stepMillis(),
            own ? series.slots() : rule.slots());
      }
    }
    return series;
  }

  private static SeriesSpec withRing(
      SeriesSpec series, MetricType type, @Nullable Long stepMillis, @Nullable Integer slots) {
    return new SeriesSpec(
        series.metricId(),
        series.key(),
        type,
        stepMillis,
        slots,
        series.temporality(),
        series.inferred());
  }
}
