package dev.annulus.query.sql.run;

import java.util.List;

/**
 * What a scan reads, but for the values of its bounds, which are computed when the query runs.
 *
 * @param table which table
 * @param bounds each with the number of its values
 * @param columns the columns of a row, in order; not empty
 * @param requestBound whether the request names metrics
 */
public record ScanSpec(
    StoreTable table, List<BoundShape> bounds, List<Integer> columns, boolean requestBound) {

  public ScanSpec {
    bounds = List.copyOf(bounds);
    columns = List.copyOf(columns);
  }

  /**
   * A comparison of a column with values.
   *
   * @param column of the table
   * @param operator how it is compared
   * @param values with how many; 1 unless the operator is {@code IN}
   */
  public record BoundShape(int column, Operator operator, int values) {}

  /** How a column is compared with the values of a bound. */
  public enum Operator {
    /** Equal to one of them. */
    IN("in"),
    /** Greater or equal. */
    AT_LEAST(">="),
    /** Greater. */
    ABOVE(">"),
    /** Less or equal. */
    AT_MOST("<="),
    /** Less. */
    BELOW("<");

    private final String symbol;

    Operator(String symbol) {
      this.symbol = symbol;
    }

    /** As plans show it. */
    public String symbol() {
      return symbol;
    }
  }
}
