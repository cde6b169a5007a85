package dev.annulus.query.sql;

import dev.annulus.query.sql.api.SqlColumn;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
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
      bytes +=
          value instanceof String text
              ? Math.max(4, text.length())
              : value instanceof Number ? 8 : 4;
    }
    return bytes;
  }

  /** What a row takes in memory, from above. */
  static long heldBytes(@Nullable Object[] row) {
    long bytes = 32;
    for (Object value : row) {
      bytes += 28 + (value instanceof String text ? 32 + 2L * text.length() : 0);
    }
    return bytes;
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
      case BOOLEAN -> value;
      case DATE -> LocalDate.ofEpochDay(((Number) value).longValue()).toString();
      case TIME ->
          LocalTime.ofNanoOfDay(((Number) value).longValue() * 1_000_000L)
              .format(DateTimeFormatter.ISO_LOCAL_TIME);
      case TIMESTAMP -> Instant.ofEpochMilli(((Number) value).longValue()).toString();
    };
  }
}
