package dev.annulus.ingest.prometheus;

import dev.annulus.ingest.SeriesIntake;
import dev.annulus.model.InvalidSampleException;
import dev.annulus.model.MetricType;
import dev.annulus.model.Tag;
import dev.annulus.wire.EncodedSeries;
import dev.annulus.wire.Utf8;
import java.io.CharConversionException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The labels of a series while they are parsed. Not thread-safe. */
final class SeriesLabels {
  private static final String NAME = "__name__";

  private final int maxTags;
  private final List<Tag> tags = new ArrayList<>();
  private @Nullable String name;

  /**
   * @param maxTags most labels besides the name
   */
  SeriesLabels(int maxTags) {
    this.maxTags = maxTags;
  }

  /**
   * Adds a label; an empty value means that the label is absent.
   *
   * @throws InvalidSampleException if its key is empty, or there are too many
   */
  void add(String key, String value) {
    if (key.isEmpty()) {
      throw new InvalidSampleException("labels", "a label must have a name");
    }
    if (value.isEmpty()) {
      return;
    }
    if (!key.equals(NAME)) {
      if (tags.size() == maxTags) {
        throw new InvalidSampleException(
            "tags", "at most %d are allowed (ingest.max-tags)".formatted(maxTags));
      }
      tags.add(new Tag(key, value));
    } else if (name == null) {
      name = value;
    } else {
      throw new InvalidSampleException(NAME, "is given twice");
    }
  }

  /**
   * The series of these labels.
   *
   * @param type from the request; if null, the name decides
   * @throws InvalidSampleException naming the label and the rule
   */
  EncodedSeries series(SeriesIntake intake, @Nullable MetricType type) {
    if (name == null) {
      throw new InvalidSampleException(NAME, "is missing");
    }
    return intake.series(name, tags, type == null ? typeOf(name) : type);
  }

  /** Recognizes counters by the suffixes of the naming conventions. */
  private static MetricType typeOf(String name) {
    boolean counter =
        name.endsWith("_total")
            || name.endsWith("_bucket")
            || name.endsWith("_count")
            || name.endsWith("_sum");
    return counter ? MetricType.COUNTER : MetricType.GAUGE;
  }

  /**
   * Text.
   *
   * @throws InvalidSampleException if the bytes are not UTF-8
   */
  static String utf8(byte[] array, int from, int length) {
    try {
      return Utf8.text(array, from, from + length);
    } catch (CharConversionException e) {
      throw new InvalidSampleException("labels", "must be UTF-8");
    }
  }
}
