package dev.annulus.query.http;

import static dev.annulus.query.http.QueryServiceFixture.gauge;

import dev.annulus.model.SeriesSpec;
import dev.annulus.query.QueryConfig;
import dev.annulus.query.jdbc.JdbcLimits;
import dev.annulus.query.sql.SqlLimits;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;

/** A query service with narrow limits for JDBC. */
final class JdbcFixture implements AutoCloseable {

  static final int HELD = 4_500_000;

  final QueryServiceFixture service;

  /** Of the metric {@code jdbc.cpu}, which has three samples. */
  final long id;

  JdbcFixture(Path directory) {
    SqlLimits limits = SqlLimits.DEFAULT.withRows(30_000).withResultBytes(2_000_000);
    service =
        new QueryServiceFixture(
            directory,
            new QueryConfig(
                limits,
                2,
                4,
                Duration.ofMillis(500),
                new JdbcLimits(2, Duration.ofMinutes(10), 3, HELD)));
    SeriesSpec spec = gauge("jdbc.cpu", Map.of("host", "a"));
    service.write(spec, 1000, 1.5, 1001, 2.5, 1060, 4);
    id = service.id(spec);
  }

  Connection connect(String serialization) throws SQLException {
    return connect(serialization, Map.of());
  }

  Connection connect(String serialization, Map<String, String> given) throws SQLException {
    Properties properties = new Properties();
    properties.putAll(given);
    return DriverManager.getConnection(
        "jdbc:avatica:remote:url=http://127.0.0.1:%d/avatica;serialization=%s"
            .formatted(service.port(), serialization),
        properties);
  }

  @Override
  public void close() {
    service.close();
  }
}
