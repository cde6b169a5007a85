package dev.annulus.query.sql.plan;

import dev.annulus.query.sql.api.SqlColumn;
import java.util.List;
import java.util.Map;
import org.apache.calcite.runtime.Bindable;

/**
 * A compiled query, free of everything that changes from run to run. Thread-safe.
 *
 * @param columns of the result
 * @param rows gives rows as arrays, or as bare values if there is one column
 * @param constants what the code refers to by name
 * @param explanation the operators, for people
 */
public record QueryPlan(
    List<SqlColumn> columns,
    Bindable<Object> rows,
    Map<String, Object> constants,
    String explanation) {

  public QueryPlan {
    columns = List.copyOf(columns);
  }
}
