package dev.annulus.query.sql.run;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What rows cost that an operator keeps, in bytes, from above. What a column of texts costs is seen
 * row by row; a text that several rows in succession share counts once. Not thread-safe.
 */
final class RowBytes {
  /** A string's header, its array's, and two bytes for each character. */
  private static final int TEXT = 56;

  private final int[] texts;
  private final @Nullable Object[] last;

  /**
   * @param texts numbers of the columns that are no numbers, from 0
   */
  RowBytes(int[] texts) {
    this.texts = texts;
    this.last = new @Nullable Object[texts.length];
  }

  /** Bytes of the texts of a row: an array, a list, or the value itself if it has one column. */
  long texts(@Nullable Object row) {
    long bytes = 0;
    for (int i = 0; i < texts.length; i++) {
      Object value = column(row, texts[i]);
      if (value != last[i]) {
        last[i] = value;
        bytes += of(value);
      }
    }
    return bytes;
  }

  private static @Nullable Object column(@Nullable Object row, int column) {
    if (row instanceof Object[] array) {
      return array[column];
    }
    return row instanceof List<?> list ? list.get(column) : row;
  }

  /** Bytes of a text, a map, or a row as a value. */
  static long of(@Nullable Object value) {
    if (value instanceof String text) {
      return ofText(text.length());
    }
    long bytes = 0;
    if (value instanceof Object[] row) {
      for (Object part : row) {
        bytes += 24 + of(part);
      }
    } else if (value instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        bytes += 48 + of(entry.getKey()) + of(entry.getValue());
      }
    } else if (value instanceof Iterable<?> row) {
      for (Object part : row) {
        bytes += 24 + of(part);
      }
    }
    return bytes;
  }

  static long ofText(long length) {
    return TEXT + 2 * length;
  }
}
