package dev.annulus.query.sql.window;

import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/** Compares and converts values as SQL does. */
final class Values {
  private Values() {}

  /** Compares two values of one type; neither is null. Zeros are equal, NaN is the largest. */
  @SuppressWarnings("unchecked") // values of one column are of one class
  static int compare(Object a, Object b) {
    if (a instanceof Double x && b instanceof Double y) {
      return x.doubleValue() == y.doubleValue() ? 0 : Double.compare(x, y);
    }
    return ((Comparable<Object>) a).compareTo(b);
  }

  /** Something that is equal for values that SQL takes for equal. */
  static @Nullable Object key(@Nullable Object value) {
    return value instanceof Double number && number == 0 ? (Object) 0.0 : value;
  }

  /** The same for several columns; null values are allowed. */
  static List<@Nullable Object> key(@Nullable Object[] row, List<Integer> columns) {
    List<@Nullable Object> key = new ArrayList<>(columns.size());
    for (int column : columns) {
      key.add(key(row[column]));
    }
    return key;
  }

  /** A number as the class that rows have for a type; anything else as it is. */
  static @Nullable Object as(SqlTypeName type, @Nullable Object value) {
    if (!(value instanceof Number number)) {
      return value;
    }
    return switch (type) {
      case BIGINT, TIMESTAMP -> number.longValue();
      case INTEGER, DATE, TIME -> number.intValue();
      case SMALLINT -> number.shortValue();
      case TINYINT -> number.byteValue();
      case DOUBLE, FLOAT -> number.doubleValue();
      case REAL -> number.floatValue();
      default -> value;
    };
  }
}
