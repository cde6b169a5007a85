package dev.annulus.query.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Queries by Avatica's own JDBC driver, in both of its encodings. */
class JdbcIT {
  @TempDir private static Path directory;
  private static JdbcFixture jdbc;
  private static QueryServiceFixture service;
  private static long id;

  @BeforeAll
  static void start() {
    jdbc = new JdbcFixture(directory);
    service = jdbc.service;
    id = jdbc.id;
  }

  @AfterAll
  static void stop() {
    jdbc.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"protobuf", "json"})
  void everyTypeOfColumnComesOver(String serialization) throws Exception {
    try (Connection connection = jdbc.connect(serialization);
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT ts, value, type, 'x' AS name, value > 2 AS high,"
                    + " DATE '2026-01-31' AS d, TIME '23:59:58' AS t,"
                    + " TIMESTAMP '2026-01-31 23:59:58' AS dt, CAST(NULL AS BIGINT) AS nothing"
                    + " FROM samples WHERE metric_id = "
                    + id
                    + " ORDER BY ts")) {
      ResultSetMetaData columns = rows.getMetaData();
      List<String> described = new ArrayList<>();
      for (int i = 1; i <= columns.getColumnCount(); i++) {
        described.add(columns.getColumnLabel(i) + " " + columns.getColumnTypeName(i));
      }
      assertThat(described)
          .containsExactly(
              "ts BIGINT",
              "value DOUBLE",
              "type INTEGER",
              "name VARCHAR",
              "high BOOLEAN",
              "d DATE",
              "t TIME",
              "dt TIMESTAMP",
              "nothing BIGINT");
      assertThat(rows.next()).isTrue();
      assertThat(rows.getLong("ts")).isEqualTo(1000);
      assertThat(rows.getDouble("value")).isEqualTo(1.5);
      assertThat(rows.getInt("type")).isZero();
      assertThat(rows.getString("name")).isEqualTo("x");
      assertThat(rows.getBoolean("high")).isFalse();
      assertThat(rows.getString("d")).isEqualTo("2026-01-31");
      assertThat(rows.getString("t")).isEqualTo("23:59:58");
      assertThat(rows.getTimestamp("dt")).isEqualTo(Timestamp.valueOf("2026-01-31 23:59:58"));
      rows.getLong("nothing");
      assertThat(rows.wasNull()).isTrue();
      assertThat(rows.next()).isTrue();
      assertThat(rows.getBoolean("high")).isTrue();
      assertThat(rows.next()).isTrue();
      assertThat(rows.next()).isFalse();
    }
  }

  @Test
  void valuesThatAreNoFiniteNumberAreNullInJson() throws Exception {
    try (Connection connection = jdbc.connect("json");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT 1e0 / 0 AS infinite")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getObject(1)).isNull();
    }
  }

  @Test
  void valuesThatAreNoFiniteNumberComeOverInProtobuf() throws Exception {
    try (Connection connection = jdbc.connect("protobuf");
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT 1e0 / 0 AS infinite, 0e0 / 0 AS undefined")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getDouble(1)).isEqualTo(Double.POSITIVE_INFINITY);
      assertThat(rows.getDouble(2)).isNaN();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"protobuf", "json"})
  void parametersAreTakenAsValuesNeverAsSql(String serialization) throws Exception {
    try (Connection connection = jdbc.connect(serialization);
        PreparedStatement statement =
            connection.prepareStatement(
                "SELECT count(*) AS n, ? AS said FROM samples"
                    + " WHERE metric_id = ? AND value >= ? AND '?' <> ? -- ?")) {
      assertThat(statement.getParameterMetaData().getParameterCount()).isEqualTo(4);
      String hostile = "x' OR 1 = 1 --";
      statement.setString(1, hostile);
      statement.setLong(2, id);
      statement.setDouble(3, 2.5);
      statement.setString(4, hostile);
      assertThat(countAndText(statement)).isEqualTo("2 " + hostile);
      statement.setDouble(3, -1e300);
      assertThat(countAndText(statement)).isEqualTo("3 " + hostile);
      statement.setObject(3, null);
      assertThat(countAndText(statement)).isEqualTo("0 " + hostile);
      statement.setTimestamp(3, new Timestamp(0));
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(statement::executeQuery)
          .withMessageContaining("parameter 3")
          .withMessageContaining("epoch seconds");
    }
  }

  private static String countAndText(PreparedStatement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery()) {
      assertThat(rows.next()).isTrue();
      return rows.getLong(1) + " " + rows.getString(2);
    }
  }

  @Test
  void aPreparedStatementSaysItsColumnsBeforeItRuns() throws Exception {
    try (Connection connection = jdbc.connect("protobuf");
        PreparedStatement statement =
            connection.prepareStatement("SELECT ts, value FROM samples WHERE metric_id = ?")) {
      assertThat(statement.getMetaData().getColumnName(2)).isEqualTo("value");
      assertThat(statement.getMetaData().getColumnType(2)).isEqualTo(Types.DOUBLE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"protobuf", "json"})
  void aLongResultIsFetchedInPieces(String serialization) throws Exception {
    try (Connection connection = jdbc.connect(serialization);
        Statement statement = connection.createStatement()) {
      statement.setFetchSize(700);
      try (ResultSet rows =
          statement.executeQuery("SELECT ts FROM generate_series(1, 2500, 1) AS g(ts)")) {
        for (long expected = 1; expected <= 2500; expected++) {
          assertThat(rows.next()).isTrue();
          assertThat(rows.getLong(1)).isEqualTo(expected);
        }
        assertThat(rows.next()).isFalse();
      }
      statement.setMaxRows(10);
      try (ResultSet rows =
          statement.executeQuery("SELECT ts FROM generate_series(1, 2500, 1) AS g(ts)")) {
        int count = 0;
        while (rows.next()) {
          count++;
        }
        assertThat(count).isEqualTo(10);
      }
    }
  }

  @Test
  void theConnectionCanBeKeptToARangeOfTime() throws Exception {
    try (Connection connection =
            jdbc.connect("protobuf", Map.of("start_ts", "1001", "end_ts", "1059"));
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT ts FROM samples WHERE metric_id = " + id)) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getLong(1)).isEqualTo(1001);
      assertThat(rows.next()).isFalse();
    }
    assertThatException()
        .isThrownBy(() -> jdbc.connect("protobuf", Map.of("start_ts", "yesterday")).close())
        .withMessageContaining("start_ts");
  }

  @Test
  void theConnectionCanCutResultsAndEndQueries() throws Exception {
    String series = "SELECT x FROM generate_series(1, ?) AS g(x)";
    try (Connection connection =
            jdbc.connect("protobuf", Map.of("max_rows", "7", "query_timeout", "1"));
        PreparedStatement statement = connection.prepareStatement(series)) {
      statement.setLong(1, 1_000_000);
      int rows = 0;
      ResultSet result = statement.executeQuery();
      while (result.next()) {
        rows++;
      }
      assertThat(rows).isEqualTo(7);
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(
              () ->
                  connection
                      .createStatement()
                      .executeQuery(
                          "SELECT count(*) AS n FROM generate_series(1, 9000, 1) AS a(x),"
                              + " generate_series(1, 5000, 1) AS b(y) WHERE a.x <> b.y"))
          .satisfies(e -> assertThat(e.getSQLState()).isEqualTo("HYT00"));
    }
    for (String wrong : List.of("max_rows", "query_timeout")) {
      assertThatException()
          .isThrownBy(() -> jdbc.connect("protobuf", Map.of(wrong, "0")).close())
          .withMessageContaining(wrong + ": must be");
    }
  }

  @Test
  void propertiesOfCalciteAreNotHeeded() throws Exception {
    String model =
        "inline:{version:'1.0',defaultSchema:'x',schemas:[{name:'x',type:'custom',"
            + "factory:'org.apache.calcite.adapter.jdbc.JdbcSchema$Factory'}]}";
    Map<String, String> properties =
        Map.of("model", model, "parserFactory", "java.lang.Object", "fun", "all");
    try (Connection connection = jdbc.connect("protobuf", properties);
        Statement statement = connection.createStatement()) {
      assertThat(statement.executeQuery("SELECT count(*) AS n FROM metrics").next()).isTrue();
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(() -> statement.executeQuery("SELECT json_exists('{}', 'lax $')"));
    }
  }

  @Test
  void toolsFindTablesAndColumns() throws Exception {
    try (Connection connection = jdbc.connect("protobuf")) {
      DatabaseMetaData metadata = connection.getMetaData();
      assertThat(strings(metadata.getTables(null, null, "%", null), "TABLE_NAME"))
          .containsExactlyInAnyOrder("samples", "metrics", "metric_tags");
      assertThat(strings(metadata.getTables(null, null, "metric\\_t%", null), "TABLE_NAME"))
          .containsExactly("metric_tags");
      assertThat(strings(metadata.getColumns(null, null, "samples", null), "COLUMN_NAME"))
          .containsExactly("metric_id", "ts", "value", "type", "ts_ms");
      assertThat(strings(metadata.getTableTypes(), "TABLE_TYPE")).containsExactly("TABLE");
      assertThat(strings(metadata.getTypeInfo(), "TYPE_NAME")).contains("BIGINT", "DOUBLE");
      assertThat(strings(metadata.getCatalogs(), "TABLE_CAT")).containsExactly("annulus");
      assertThat(strings(metadata.getSchemas(), "TABLE_SCHEM")).containsExactly("public");
      assertThat(strings(metadata.getSchemas("annulus", "pub%"), "TABLE_SCHEM"))
          .containsExactly("public");
      assertThat(strings(metadata.getTables("annulus", "public", "%", null), "TABLE_NAME"))
          .hasSize(3);
      assertThat(strings(metadata.getTables("other", null, "%", null), "TABLE_NAME")).isEmpty();
      assertThat(strings(metadata.getColumns(null, "other", "%", null), "COLUMN_NAME")).isEmpty();
      assertThat(connection.getCatalog()).isEqualTo("annulus");
      assertThat(connection.getSchema()).isEqualTo("public");
      try (Statement statement = connection.createStatement()) {
        assertThat(
                statement
                    .executeQuery(
                        "SELECT m.name FROM annulus.public.metrics m JOIN \"public\".\"samples\" s"
                            + " ON s.metric_id = m.metric_id WHERE m.metric_id = "
                            + id)
                    .next())
            .isTrue();
      }
      assertThat(metadata.getSystemFunctions()).contains("ts_bucket", "bucket_rate");
    }
  }

  @Test
  void severalResultsOfMetadataAreOpenAtOnce() throws Exception {
    try (Connection connection = jdbc.connect("protobuf")) {
      DatabaseMetaData metadata = connection.getMetaData();
      List<String> columns = new ArrayList<>();
      try (ResultSet tables = metadata.getTables(null, null, "%", null);
          ResultSet schemas = metadata.getSchemas()) {
        while (tables.next()) {
          try (ResultSet found =
              metadata.getColumns(null, null, tables.getString("TABLE_NAME"), "metric_id")) {
            while (found.next()) {
              columns.add(found.getString("TABLE_NAME"));
            }
          }
        }
        assertThat(schemas.next()).isTrue();
      }
      assertThat(columns).containsExactlyInAnyOrder("samples", "metrics", "metric_tags");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"protobuf", "json"})
  void aParameterThatIsNotSetIsNotNull(String serialization) throws Exception {
    try (Connection connection = jdbc.connect(serialization);
        PreparedStatement statement =
            connection.prepareStatement("SELECT ? IS NULL AS a, ? IS NULL AS b")) {
      statement.setNull(1, Types.BIGINT);
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(statement::executeQuery)
          .withMessageContaining("parameter 2: is not set")
          .satisfies(e -> assertThat(e.getSQLState()).isEqualTo("07002"));
      statement.setLong(2, 1);
      ResultSet rows = statement.executeQuery();
      assertThat(rows.next()).isTrue();
      assertThat(rows.getBoolean(1)).isTrue();
      assertThat(rows.getBoolean(2)).isFalse();
      statement.clearParameters();
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(statement::executeQuery)
          .withMessageContaining("parameter 1: is not set");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "LIMIT ? OFFSET ?",
        "LIMIT ? OFFSET ? ROWS",
        "/* ? */ FETCH FIRST ? ROWS ONLY --?",
        "FETCH NEXT ? ROWS ONLY",
        "OFFSET ? ROWS FETCH NEXT ? ROWS ONLY",
        "OFFSET ? LIMIT ?",
        "OFFSET ?"
      })
  void howManyRowsCanBeAParameter(String clause) throws Exception {
    String sql = "SELECT x FROM generate_series(1, 9) AS g(x) ORDER BY x " + clause;
    try (Connection connection = jdbc.connect("protobuf");
        PreparedStatement statement = connection.prepareStatement(sql)) {
      assertThat(statement.getMetaData().getColumnName(1)).isEqualTo("x");
      int parameters = statement.getParameterMetaData().getParameterCount();
      for (int i = 1; i <= parameters; i++) {
        statement.setInt(i, 3);
      }
      ResultSet rows = statement.executeQuery();
      List<Long> found = new ArrayList<>();
      while (rows.next()) {
        found.add(rows.getLong(1));
      }
      boolean offset = clause.contains("OFFSET");
      int from = offset ? 4 : 1;
      int to = clause.equals("OFFSET ?") ? 9 : from + 2;
      assertThat(found)
          .containsExactlyElementsOf(LongStream.rangeClosed(from, to).boxed().toList());
      statement.setInt(1, -1);
      assertThatExceptionOfType(SQLException.class).isThrownBy(statement::executeQuery);
    }
  }

  private static List<String> strings(ResultSet rows, String column) throws SQLException {
    List<String> values = new ArrayList<>();
    while (rows.next()) {
      values.add(rows.getString(column));
    }
    rows.close();
    return values;
  }
}
