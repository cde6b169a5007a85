package dev.annulus.wire;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A position in the topic {@code samples}: for some partitions, the offset of the next record. As
 * text, it is the {@code token} in an ingest response and the {@code after} of a query.
 *
 * @param nextOffsets by partition number; not empty, immutable
 */
public record LogPosition(SortedMap<Integer, Long> nextOffsets) {
  private static final Pattern FORM =
      Pattern.compile("\\d{1,6}-\\d{1,18}(_\\d{1,6}-\\d{1,18}){0,1023}");

  public LogPosition {
    if (nextOffsets.isEmpty()) {
      throw new IllegalArgumentException("a log position must have at least one partition");
    }
    nextOffsets = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(nextOffsets));
  }

  /** {@code partition-offset} pairs joined by underscores, such as {@code 0-1201_3-88}. */
  public String token() {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<Integer, Long> entry : nextOffsets.entrySet()) {
      if (!text.isEmpty()) {
        text.append('_');
      }
      text.append(entry.getKey()).append('-').append(entry.getValue());
    }
    return text.toString();
  }

  /**
   * Parses a token.
   *
   * @throws IllegalArgumentException if it does not have the form of {@link #token()}
   */
  public static LogPosition parse(String token) {
    if (!FORM.matcher(token).matches()) {
      throw new IllegalArgumentException("must be the token of an ingest response");
    }
    TreeMap<Integer, Long> offsets = new TreeMap<>();
    for (String part : token.split("_", -1)) {
      int dash = part.indexOf('-');
      offsets.merge(
          Integer.parseInt(part.substring(0, dash)),
          Long.parseLong(part.substring(dash + 1)),
          Math::max);
    }
    return new LogPosition(offsets);
  }
}
