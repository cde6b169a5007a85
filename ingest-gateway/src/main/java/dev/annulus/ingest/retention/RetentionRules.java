package dev.annulus.ingest.retention;

import dev.annulus.ingest.Source;
import dev.annulus.model.SampleRules;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSpec;
import dev.annulus.service.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Rules in the order of their file; the first that fits a series counts. What a sample says itself
 * wins over any rule. Immutable.
 */
public final class RetentionRules {
  /** No rules: every series gets the store's default ring. */
  public static final RetentionRules NONE = new RetentionRules(List.of());

  private final List<RetentionRule> rules;

  RetentionRules(List<RetentionRule> rules) {
    this.rules = List.copyOf(rules);
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
    return new RetentionRules(new RetentionFile(file.toString(), limits).parse(lines));
  }

  /** How many rules. */
  public int size() {
    return rules.size();
  }

  /**
   * Fills in what a sample did not say about its ring, and the type where a rule names one; a JSON
   * sample always says its type, and what increases is a counter. A series known by its id alone
   * has no name to go by and stays as it is.
   */
  public SeriesSpec apply(Source source, SeriesSpec series) {
    SeriesKey key = series.key();
    if (key == null || rules.isEmpty()) {
      return series;
    }
    for (RetentionRule rule : rules) {
      if (rule.fits(source, key.name())) {
        boolean own = series.step() != null || series.slots() != null;
        return new SeriesSpec(
            series.metricId(),
            key,
            rule.type() == null || source == Source.JSON || series.delta()
                ? series.type()
                : rule.type(),
            own ? series.step() : rule.step(),
            own ? series.slots() : rule.slots(),
            series.temporality(),
            series.inferred());
      }
    }
    return series;
  }
}
