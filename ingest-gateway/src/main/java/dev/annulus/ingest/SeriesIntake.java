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

/** Turns what one protocol says about a series into what the log says about it. Thread-safe. */
public final class SeriesIntake {
  private final Source source;
  private final SampleRules rules;
  private final RetentionRules retention;

  /** The newest: the next is most likely of the same tags, which then are in memory once. */
  private volatile @Nullable EncodedSeries newest;

  public SeriesIntake(Source source, SampleRules rules, RetentionRules retention) {
    this.source = source;
    this.rules = rules;
    this.retention = retention;
  }

  /** The rules timestamps and values must obey. */
  public SampleRules rules() {
    return rules;
  }

  /**
   * A series of a protocol that knows names and tags only; the first retention rule that fits gives
   * step, slots and perhaps another type. The type counts as inferred.
   *
   * @throws InvalidSampleException naming the field and the rule
   */
  public EncodedSeries series(String name, List<Tag> tags, MetricType type) {
    return encoded(SeriesSpec.of(key(name, tags), type).asInferred());
  }

  /**
   * The same for a counter of which increments are sent. Their times are given to a {@link
   * SampleBatch} in epoch nanoseconds.
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
      return new SeriesKey(name, printable(tags));
    } catch (IllegalArgumentException e) {
      throw new InvalidSampleException("tags", "a key is given twice");
    }
  }

  /** Control characters in values as escapes: other stores take them, this one does not. */
  private static List<Tag> printable(List<Tag> tags) {
    return tags.stream().noneMatch(tag -> hasControl(tag.value()))
        ? tags
        : tags.stream().map(tag -> new Tag(tag.key(), escaped(tag.value()))).toList();
  }

  private static boolean hasControl(String text) {
    return text.chars().anyMatch(Character::isISOControl);
  }

  private static String escaped(String text) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\n' -> plain.append("\\n");
        case '\r' -> plain.append("\\r");
        case '\t' -> plain.append("\\t");
        default -> {
          if (Character.isISOControl(c)) {
            plain.append("\\u%04x".formatted((int) c));
          } else {
            plain.append(c);
          }
        }
      }
    }
    return plain.toString();
  }
}
