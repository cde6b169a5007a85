package dev.annulus.ingest;

import dev.annulus.ingest.retention.RetentionRules;
import dev.annulus.model.InvalidSampleException;
import dev.annulus.model.MetricType;
import dev.annulus.model.SampleRules;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSpec;
import dev.annulus.model.Tag;
import dev.annulus.model.Temporality;
import dev.annulus.wire.EncodedSeries;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns a series of some protocol into its encoded form for the log. Thread-safe. */
public final class SeriesIntake {
  private final Source source;
  private final SampleRules rules;
  private final RetentionRules retention;

  /** The previous series: the next one probably has the same tags, which are then shared. */
  private volatile @Nullable EncodedSeries newest;

  public SeriesIntake(Source source, SampleRules rules, RetentionRules retention) {
    this.source = source;
    this.rules = rules;
    this.retention = retention;
  }

  /** The rules for timestamps and values. */
  public SampleRules rules() {
    return rules;
  }

  /**
   * A series of a protocol that has only names and tags; the first matching retention rule sets
   * step, slots and possibly the type. The type counts as inferred.
   *
   * @throws InvalidSampleException naming the field and the rule
   */
  public EncodedSeries series(String name, List<Tag> tags, MetricType type) {
    return encoded(SeriesSpec.of(key(name, tags), type).asInferred());
  }

  /**
   * The same for a counter sent as increments, whose times are added to a {@link SampleBatch} in
   * epoch nanoseconds.
   */
  public EncodedSeries deltas(String name, List<Tag> tags) {
    return encoded(
        new SeriesSpec(
            null, key(name, tags), MetricType.COUNTER, null, null, Temporality.DELTA_NANOS, true));
  }

  private EncodedSeries encoded(SeriesSpec said) {
    SeriesSpec spec = retention.apply(source, said);
    rules.checkSeries(spec);
    EncodedSeries made = EncodedSeries.of(spec, newest);
    newest = made;
    return made;
  }

  private static SeriesKey key(String name, List<Tag> tags) {
    if (name.isEmpty()) {
      throw new InvalidSampleException("name", "must not be empty");
    }
    try {
      return new SeriesKey(name, withoutNul(tags));
    } catch (IllegalArgumentException e) {
      throw new InvalidSampleException("tags", "a key is given twice");
    }
  }

  /** Escapes NUL in values: other stores accept it, this one does not. */
  private static List<Tag> withoutNul(List<Tag> tags) {
    return tags.stream().noneMatch(tag -> tag.value().indexOf(0) >= 0)
        ? tags
        : tags.stream()
            .map(tag -> new Tag(tag.key(), tag.value().replace("\0", "\\u0000")))
            .toList();
  }
}
