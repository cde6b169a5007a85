package dev.annulus.query.sql.differential;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** DuckDB, as one thread asks it. */
final class Reference implements AutoCloseable {
  private static final String ALL_SAMPLES = "TRUE";

  private final Connection connection;
  private String shown = "";

  /**
   * A reference.
   *
   * @param connection is closed with it
   */
  Reference(Connection connection) {
    this.connection = connection;
  }

  /** The answer to a query, or the message with which it failed. */
  Answer ask(GeneratedQuery query, Duration deadline) throws SQLException {
    show(query);
    try (Statement statement = connection.createStatement()) {
      statement.setQueryTimeout((int) deadline.toSeconds());
      try (ResultSet result = statement.executeQuery(query.theirs())) {
        return new Answer.Rows(rows(result));
      }
    } catch (SQLException e) {
      return new Answer.Refusal(null, String.valueOf(e.getMessage()));
    }
  }

  private static List<List<@Nullable Object>> rows(ResultSet result) throws SQLException {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    int columns = result.getMetaData().getColumnCount();
    while (result.next()) {
      List<@Nullable Object> row = new ArrayList<>();
      for (int i = 1; i <= columns; i++) {
        row.add(value(result.getObject(i)));
      }
      rows.add(row);
    }
    return rows;
  }

  private static @Nullable Object value(@Nullable Object value) {
    return value instanceof BigDecimal decimal ? (Object) decimal.doubleValue() : value;
  }

  /** Confines the samples to those that the request lets the engine read. */
  private void show(GeneratedQuery query) throws SQLException {
    String condition = ids(query.metricIds()) + " AND " + range(query.startTs());
    if (condition.equals(shown)) {
      return;
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE OR REPLACE TEMP VIEW samples AS SELECT * FROM all_samples WHERE " + condition);
    }
    shown = condition;
  }

  private static String ids(@Nullable List<Long> ids) {
    if (ids == null) {
      return ALL_SAMPLES;
    }
    return ids.isEmpty()
        ? "FALSE"
        : "metric_id IN (" + String.join(", ", ids.stream().map(String::valueOf).toList()) + ")";
  }

  private static String range(@Nullable Long startTs) {
    return startTs == null ? ALL_SAMPLES : "ts >= " + startTs;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
