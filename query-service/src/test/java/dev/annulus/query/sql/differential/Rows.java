package dev.annulus.query.sql.differential;

import dev.annulus.query.sql.plan.SqlFixture;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.duckdb.DuckDBConnection;

/** The same rows in a store of ours and in DuckDB. */
final class Rows implements AutoCloseable {
  static final long START = 1_700_000_000L;
  static final long LARGE_ID = 4_000_000_000L;

  /** Ids of the metrics that have samples. */
  static final List<Long> IDS = List.of(1L, 2L, 3L, 4L, 5L, LARGE_ID, 6L);

  private static final double[] ODD = {
    Double.NaN, 1.5, Double.POSITIVE_INFINITY, -0.5, Double.NEGATIVE_INFINITY
  };

  final SqlFixture fixture;
  private final Connection reference;

  Rows(Path directory) throws SQLException {
    fixture = SqlFixture.patient(directory, Judge.DEADLINE);
    reference = DriverManager.getConnection("jdbc:duckdb:");
    settings();
    // Sums of these values are exact in any order.
    gauge(1, "cpu.load", Map.of("host", "a", "dc", "x"), 0, 24, i -> i % 7 * 0.5 - 1);
    gauge(2, "cpu.load", Map.of("host", "b"), 5, 20, i -> i % 5);
    counter(3, "net.bytes", 2, 18, i -> i % 11 * 100);
    gauge(4, "big", Map.of("host", "a"), 0, 12, i -> 1e9 + i * i % 13 * 0.25);
    gauge(5, "signs", Map.of("host", "B", "dc", "y"), 8, 9, i -> i % 3 == 0 ? -0.0 : i % 3 - 1.5);
    gauge(LARGE_ID, "Name with_%", Map.of(), 3, 6, i -> i % 2 == 0 ? 0.0 : -1e12);
    gauge(6, "odd", Map.of("dc", "x"), 4, 10, i -> ODD[(int) (i % ODD.length)]);
    metadata();
  }

  private void settings() throws SQLException {
    run("SET threads = 1");
    run("SET integer_division = true");
    run("SET default_null_order = 'nulls_last_on_asc_first_on_desc'");
    run("CREATE TABLE all_samples (metric_id BIGINT, ts BIGINT, value DOUBLE, type TINYINT)");
    run(
        "CREATE TABLE metrics"
            + " (metric_id BIGINT, name VARCHAR, type TINYINT, step BIGINT, slots BIGINT)");
    run("CREATE TABLE metric_tags (metric_id BIGINT, tag_key VARCHAR, tag_value VARCHAR)");
    run("CREATE MACRO ts_bucket(t, s) AS t - ((t % s) + s) % s");
    run("CREATE MACRO largest(a, b) AS CASE WHEN a >= b THEN a WHEN a < b THEN b END");
    run("CREATE MACRO text(x) AS CASE WHEN isnan(x) THEN 'nan' ELSE CAST(x + 0.0 AS VARCHAR) END");
    run("CREATE MACRO smallest(a, b) AS CASE WHEN a <= b THEN a WHEN a > b THEN b END");
  }

  private interface Value {
    double at(long i);
  }

  private void gauge(
      long id, String name, Map<String, String> tags, long from, int count, Value value)
      throws SQLException {
    fixture.gauge(id, name, tags, START + from, count, ts -> value.at(ts - START));
    samples(id, from, count, value, 0);
    try (PreparedStatement insert =
        reference.prepareStatement("INSERT INTO metric_tags VALUES (?, ?, ?)")) {
      for (var tag : new TreeMap<>(tags).entrySet()) {
        insert.setLong(1, id);
        insert.setString(2, tag.getKey());
        insert.setString(3, tag.getValue());
        insert.executeUpdate();
      }
    }
  }

  private void counter(long id, String name, long from, int count, Value value)
      throws SQLException {
    fixture.counter(id, name, START + from, count, ts -> value.at(ts - START));
    samples(id, from, count, value, 1);
  }

  private void samples(long id, long from, int count, Value value, int type) throws SQLException {
    try (PreparedStatement insert =
        reference.prepareStatement("INSERT INTO all_samples VALUES (?, ?, ?, ?)")) {
      for (long i = from; i < from + count; i++) {
        insert.setLong(1, id);
        insert.setLong(2, START + i);
        insert.setDouble(3, value.at(i));
        insert.setInt(4, type);
        insert.executeUpdate();
      }
    }
  }

  /** The geometry of a ring is the store's choice, so the metrics are copied. */
  private void metadata() throws SQLException {
    try (PreparedStatement insert =
        reference.prepareStatement("INSERT INTO metrics VALUES (?, ?, ?, ?, ?)")) {
      for (List<Object> row :
          fixture.query("SELECT metric_id, name, type, step, slots FROM metrics").rows()) {
        for (int i = 0; i < row.size(); i++) {
          insert.setObject(i + 1, row.get(i));
        }
        insert.executeUpdate();
      }
    }
  }

  /** Another connection to the same rows, for one thread; the caller closes it. */
  Reference reference() throws SQLException {
    return new Reference(((DuckDBConnection) reference).duplicate());
  }

  private void run(String sql) throws SQLException {
    try (Statement statement = reference.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() throws SQLException {
    fixture.close();
    reference.close();
  }
}
