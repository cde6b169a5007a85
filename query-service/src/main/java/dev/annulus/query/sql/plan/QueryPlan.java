package dev.annulus.query.sql.plan;

import dev.annulus.query.sql.SqlColumn;
import dev.annulus.query.sql.syntax.SelectNames;
import dev.annulus.query.sql.syntax.Skeleton;
import java.util.List;
import java.util.Map;
import org.apache.calcite.runtime.Bindable;

/**
 * A compiled query, free of everything that changes from run to run. Thread-safe.
 *
 * @param columns of the result; a name may be a reference into the text
 * @param rows gives rows as arrays, or as bare values if there is one column
 * @param constants what the code refers to by name
 * @param textPlaces how many of its expressions give texts
 * @param longestPadded characters of the longest text that a cast fills up with blanks
 */
record QueryPlan(
    List<SqlColumn> columns,
    Bindable<Object> rows,
    Map<String, Object> constants,
    int textPlaces,
    int longestPadded) {

  QueryPlan {
    columns = List.copyOf(columns);
    constants = Map.copyOf(constants);
  }

  /** The columns of the result of a text. */
  List<SqlColumn> columns(Skeleton text) {
    return columns.stream()
        .map(column -> new SqlColumn(SelectNames.resolve(column.name(), text), column.type()))
        .toList();
  }
}
