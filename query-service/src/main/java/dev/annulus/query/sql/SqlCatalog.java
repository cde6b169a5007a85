package dev.annulus.query.sql;

import java.util.List;

/**
 * Everything a query can name. What an editor completes and documentation lists.
 *
 * @param tables in the order of the documentation
 * @param functions by name
 */
public record SqlCatalog(List<Table> tables, List<FunctionDoc> functions) {
  /** The catalog of all tables, for tools that want one. */
  public static final String CATALOG = "annulus";

  /** The schema of all tables, for tools that want one. */
  public static final String SCHEMA = "public";

  public SqlCatalog {
    tables = List.copyOf(tables);
    functions = List.copyOf(functions);
  }

  /**
   * A table.
   *
   * @param name in lower case
   * @param help one line
   * @param columns in order; none is ever null
   */
  public record Table(String name, String help, List<Column> columns) {
    public Table {
      columns = List.copyOf(columns);
    }
  }

  /**
   * A column.
   *
   * @param name in lower case
   * @param type its SQL type, such as {@code BIGINT}
   * @param help one line, with the unit
   */
  public record Column(String name, String type, String help) {}
}
