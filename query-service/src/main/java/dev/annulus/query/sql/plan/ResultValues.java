package dev.annulus.query.sql.plan;

import dev.annulus.query.sql.SqlColumn;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns the engine's rows into rows of the few classes that results are made of. */
final class ResultValues {
  private final SqlColumn.Type[] types;

  ResultValues(List<SqlColumn> columns) {
    types = columns.stream().map(SqlColumn::type).toArray(SqlColumn.Type[]::new);
  }

  /** A row; {@code row} is an array, or the value itself if there is one column. */
  @Nullable Object[] row(@Nullable Object row) {
    @Nullable Object[] values = new @Nullable Object[types.length];
    if (types.length == 1) {
      values[0] =
          value(types[0], row instanceof Object[] array && array.length == 1 ? array[0] : row);
    } else if (row instanceof Object[] array) {
      for (int i = 0; i < values.length; i++) {
        values[i] = value(types[i], array[i]);
      }
    }
    return values;
  }

  /** What a row counts for in the bound on a result's bytes. */
  static long bytes(@Nullable Object[] row) {
    long bytes = 0;
    for (Object value : row) {
      bytes += bytes(value);
    }
    return bytes;
  }

  private static long bytes(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      long bytes = 4;
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        bytes += bytes(entry.getKey()) + bytes(entry.getValue());
      }
      return bytes;
    }
    if (value instanceof String text) {
      return Math.max(4, text.length());
    }
    return value instanceof Number ? 8 : 4;
  }

  /** What a row takes in memory, from above. */
  static long heldBytes(@Nullable Object[] row) {
    long bytes = 32;
    for (Object value : row) {
      bytes += heldBytes(value);
    }
    return bytes;
  }

  private static long heldBytes(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      long bytes = 64;
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        bytes += 48 + heldBytes(entry.getKey()) + heldBytes(entry.getValue());
      }
      return bytes;
    }
    return 28 + (value instanceof String text ? 32 + 2L * text.length() : 0);
  }

  private static @Nullable Object value(SqlColumn.Type type, @Nullable Object value) {
    if (value == null) {
      return null;
    }
    return switch (type) {
      case BIGINT -> value instanceof Long ? value : (Object) ((Number) value).longValue();
      case INTEGER -> value instanceof Integer ? value : (Object) ((Number) value).intValue();
      case DOUBLE -> value instanceof Double ? value : (Object) ((Number) value).doubleValue();
      case VARCHAR -> value.toString();
      case BOOLEAN, MAP -> value;
      case DATE -> LocalDate.ofEpochDay(((Number) value).longValue()).toString();
      case TIME ->
          LocalTime.ofNanoOfDay(((Number) value).longValue() * 1_000_000L)
              .format(DateTimeFormatter.ISO_LOCAL_TIME);
      case TIMESTAMP -> Instant.ofEpochMilli(((Number) value).longValue()).toString();
    };
  }
}
