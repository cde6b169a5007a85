package dev.annulus.ingest.influx;

import dev.annulus.ingest.text.LineBytes;
import dev.annulus.ingest.text.LineException;
import dev.annulus.model.Tag;
import java.util.ArrayList;
import java.util.List;

/** The part of a line before its fields, {@code measurement[,key=value…]}, as text. */
final class LineText {
  private LineText() {}

  /**
   * Reads measurement and tags.
   *
   * @param maxTags the most to read
   * @throws LineException if a key or a value is missing, or is not UTF-8, or there are too many
   */
  static LineSeries series(byte[] array, int from, int to, int maxTags) {
    int end = find((byte) ',', array, from, to);
    if (end == from) {
      throw new LineException("missing measurement");
    }
    String measurement = unescape(array, from, end, "measurement");
    List<Tag> tags = new ArrayList<>();
    for (int start = end + 1; start <= to; start = end + 1) {
      end = find((byte) ',', array, start, to);
      int equals = find((byte) '=', array, start, end);
      if (equals == start) {
        throw new LineException("missing tag key");
      }
      if (equals + 1 >= end) {
        throw new LineException("missing tag value");
      }
      if (find((byte) '=', array, equals + 1, end) < end) {
        throw new LineException("invalid tag format: an equals sign must be escaped");
      }
      if (tags.size() == maxTags) {
        throw new LineException(
            "tags: at most %d are allowed (ingest.max-tags)".formatted(maxTags));
      }
      tags.add(
          new Tag(
              unescape(array, start, equals, "tag key"),
              unescape(array, equals + 1, end, "tag value")));
    }
    return new LineSeries(measurement, tags);
  }

  /** The index of the first unescaped occurrence of a byte; {@code to} if there is none. */
  static int find(byte wanted, byte[] array, int from, int to) {
    for (int i = from; i < to; i++) {
      if (array[i] == wanted) {
        return i;
      }
      if (array[i] == '\\') {
        i++;
      }
    }
    return to;
  }

  /**
   * Text with commas, equals signs and spaces unescaped.
   *
   * @param what it is, for the message
   * @throws LineException if it is not UTF-8
   */
  static String unescape(byte[] array, int from, int to, String what) {
    String text = LineBytes.text(array, from, to, what);
    if (text.indexOf('\\') < 0) {
      return text;
    }
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length() && isEscapable(text.charAt(i + 1))) {
        i++;
        c = text.charAt(i);
      }
      plain.append(c);
    }
    return plain.toString();
  }

  private static boolean isEscapable(char c) {
    return c == ',' || c == '=' || c == ' ';
  }
}
