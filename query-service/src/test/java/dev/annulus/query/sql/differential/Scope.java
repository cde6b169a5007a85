package dev.annulus.query.sql.differential;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an expression can refer to.
 *
 * @param columns of the query itself
 * @param outer what surrounds a sub-query; null if nothing does
 */
record Scope(List<Column> columns, @Nullable Scope outer) {
  Scope {
    columns = List.copyOf(columns);
  }

  /**
   * A column, or an expression that can be used like one.
   *
   * @param sql how it is written
   */
  record Column(String sql, Type type) {
    /** Whether it is a column: sub-queries may refer to those. */
    boolean isPlain() {
      return sql.matches("\\w+\\.\\w+");
    }
  }

  /** The columns of a type, those of the query itself first. */
  List<Column> of(Type type) {
    List<Column> found = new ArrayList<>(own(type));
    if (outer != null) {
      outer.of(type).stream().filter(Column::isPlain).forEach(found::add);
    }
    return found;
  }

  List<Column> own(Type type) {
    return columns.stream().filter(column -> column.type() == type).toList();
  }
}
