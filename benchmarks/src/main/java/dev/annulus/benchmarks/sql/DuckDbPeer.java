package dev.annulus.benchmarks.sql;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/** DuckDB over JDBC: a file, default settings, rows ordered by metric and time. */
final class DuckDbPeer implements SqlPeer {
  private final Connection connection;

  DuckDbPeer(String file) throws SQLException {
    connection = DriverManager.getConnection("jdbc:duckdb:" + file);
  }

  @Override
  public String name() {
    return "DuckDB";
  }

  @Override
  public void load(Dataset data) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE samples (metric_id BIGINT, ts BIGINT, value DOUBLE)");
    }
    try (DuckDBAppender appender =
        connection.unwrap(DuckDBConnection.class).createAppender("main", "samples")) {
      for (int metric = 1; metric <= data.metrics(); metric++) {
        for (int i = 0; i < data.samples(); i++) {
          appender.beginRow();
          appender.append((long) metric);
          appender.append(data.start() + i);
          appender.append(data.value(metric, i));
          appender.endRow();
        }
      }
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("CHECKPOINT");
    }
  }

  @Override
  public String sql(Question question, Dataset data, int run) {
    String range = " ts BETWEEN %d AND %d".formatted(data.start() - run, data.end());
    String one =
        " FROM samples WHERE metric_id = %d AND".formatted(1 + run % data.metrics()) + range;
    String all = " FROM samples WHERE" + range;
    return switch (question) {
      case MINUTES_OF_ONE ->
          "SELECT ts // 60 * 60 AS bucket, avg(value) AS v"
              + one
              + " GROUP BY bucket ORDER BY bucket";
      case MINUTES_OF_ALL ->
          "SELECT metric_id, ts // 60 * 60 AS bucket, avg(value) AS v"
              + all
              + " GROUP BY metric_id, bucket";
      case SAMPLES_OF_ONE -> "SELECT ts, value" + one + " ORDER BY ts";
      case LARGEST_OF_ALL -> "SELECT metric_id, max(value) AS v" + all + " GROUP BY metric_id";
    };
  }

  @Override
  public Result run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      int columns = result.getMetaData().getColumnCount();
      long rows = 0;
      double sum = 0;
      while (result.next()) {
        for (int i = 1; i < columns; i++) {
          result.getLong(i);
        }
        sum += result.getDouble(columns);
        rows++;
      }
      return new Result(rows, sum);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
