package dev.annulus.query.http;

import static dev.annulus.query.http.QueryServiceFixture.gauge;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.annulus.model.SeriesSpec;
import dev.annulus.query.QueryConfig;
import dev.annulus.query.jdbc.JdbcLimits;
import dev.annulus.query.sql.api.SqlLimits;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.apache.calcite.avatica.AvaticaConnection;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Queries by Avatica's own JDBC driver, in both of its encodings. */
class JdbcIT {
  private static final int HELD = 4_500_000;

  @TempDir private static Path directory;
  private static QueryServiceFixture service;
  private static long id;

  @BeforeAll
  static void start() {
    SqlLimits d = SqlLimits.DEFAULT;
    SqlLimits limits =
        new SqlLimits(
            d.sqlChars(),
            d.depth(),
            d.parts(),
            d.metrics(),
            d.samples(),
            30_000,
            2_000_000,
            d.joinedRows(),
            d.heldRows(),
            d.frameRows(),
            d.memory(),
            d.timeout(),
            d.cachedPlans());
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

  @AfterAll
  static void stop() {
    service.close();
  }

  private static Connection connect(String serialization) throws SQLException {
    return connect(serialization, Map.of());
  }

  private static Connection connect(String serialization, Map<String, String> given)
      throws SQLException {
    Properties properties = new Properties();
    properties.putAll(given);
    return DriverManager.getConnection(
        "jdbc:avatica:remote:url=http://127.0.0.1:%d/avatica;serialization=%s"
            .formatted(service.port(), serialization),
        properties);
  }

  @ParameterizedTest
  @ValueSource(strings = {"protobuf", "json"})
  void everyTypeOfColumnComesOver(String serialization) throws Exception {
    try (Connection connection = connect(serialization);
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
    try (Connection connection = connect("json");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT 1e0 / 0 AS infinite")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getObject(1)).isNull();
    }
  }

  @Test
  void valuesThatAreNoFiniteNumberComeOverInProtobuf() throws Exception {
    try (Connection connection = connect("protobuf");
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
    try (Connection connection = connect(serialization);
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
    try (Connection connection = connect("protobuf");
        PreparedStatement statement =
            connection.prepareStatement("SELECT ts, value FROM samples WHERE metric_id = ?")) {
      assertThat(statement.getMetaData().getColumnName(2)).isEqualTo("value");
      assertThat(statement.getMetaData().getColumnType(2)).isEqualTo(Types.DOUBLE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"protobuf", "json"})
  void aLongResultIsFetchedInPieces(String serialization) throws Exception {
    try (Connection connection = connect(serialization);
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
  void aResultOfTooManyBytesIsRefusedNotCut() throws Exception {
    String sql = "SELECT '" + "abcdefghij".repeat(100) + "' FROM generate_series(1, %d, 1) AS g(x)";
    try (Connection connection = connect("protobuf");
        Statement statement = connection.createStatement()) {
      assertThatException()
          .isThrownBy(() -> statement.executeQuery(sql.formatted(2_001)))
          .withMessageContaining("more than 2000000 bytes");
      assertThat(statement.executeQuery(sql.formatted(2_000)).next()).isTrue();
    }
  }

  @Test
  void theConnectionCanBeKeptToARangeOfTime() throws Exception {
    try (Connection connection = connect("protobuf", Map.of("start_ts", "1001", "end_ts", "1059"));
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT ts FROM samples WHERE metric_id = " + id)) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getLong(1)).isEqualTo(1001);
      assertThat(rows.next()).isFalse();
    }
    assertThatException()
        .isThrownBy(() -> connect("protobuf", Map.of("start_ts", "yesterday")).close())
        .withMessageContaining("start_ts");
  }

  @Test
  void theConnectionCanCutResultsAndEndQueries() throws Exception {
    String series = "SELECT x FROM generate_series(1, ?) AS g(x)";
    try (Connection connection =
            connect("protobuf", Map.of("max_rows", "7", "query_timeout", "1"));
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
          .isThrownBy(() -> connect("protobuf", Map.of(wrong, "0")).close())
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
    try (Connection connection = connect("protobuf", properties);
        Statement statement = connection.createStatement()) {
      assertThat(statement.executeQuery("SELECT count(*) AS n FROM metrics").next()).isTrue();
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(() -> statement.executeQuery("SELECT json_exists('{}', 'lax $')"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"protobuf", "json"})
  void aWrongQueryIsExplainedWithoutATrace(String serialization) throws Exception {
    try (Connection connection = connect(serialization);
        Statement statement = connection.createStatement()) {
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(() -> statement.executeQuery("SELECT nmae FROM metrics"))
          .withMessageContaining("nmae")
          .withMessageContaining("line 1, column 8")
          .withMessageNotContaining("dev.annulus")
          .satisfies(e -> assertThat(e.getSQLState()).isEqualTo("42S22"));
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(() -> statement.executeUpdate("DELETE FROM metrics"))
          .satisfies(e -> assertThat(e.getSQLState()).isEqualTo("25006"));
      statement.addBatch("DELETE FROM metrics");
      assertThatException().isThrownBy(statement::executeBatch).withMessageContaining("read only");
      connection.commit();
      connection.rollback();
      assertThat(connection.isReadOnly()).isTrue();
      assertThat(statement.executeQuery("SELECT 1 AS one").next()).isTrue();
    }
  }

  @Test
  void aResultBeyondTheBoundOfRowsIsRefusedNotCut() throws Exception {
    try (Connection connection = connect("protobuf");
        Statement statement = connection.createStatement()) {
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(
              () -> statement.executeQuery("SELECT ts FROM generate_series(1, 30001, 1) AS g(ts)"))
          .withMessageContaining("more than 30000 rows")
          .withMessageContaining("LIMIT");
    }
  }

  @Test
  void resultsThatNobodyFetchesAreBounded() throws Exception {
    String sql = "SELECT ts, ts AS a, ts AS b FROM generate_series(1, 20000, 1) AS g(ts)";
    try (Connection connection = connect("protobuf");
        Statement one = connection.createStatement();
        Statement two = connection.createStatement()) {
      ResultSet held = one.executeQuery(sql);
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(() -> two.executeQuery(sql))
          .withMessageContaining("4500000 bytes (jdbc.max-held-bytes)");
      while (held.next()) {
        // Fetching makes room.
      }
      held.close();
      one.close();
      assertThat(two.executeQuery(sql).next()).isTrue();
    }
  }

  @Test
  void aConnectionHasABoundedNumberOfStatements() throws Exception {
    try (Connection connection = connect("protobuf");
        Statement one = connection.createStatement();
        Statement two = connection.createStatement()) {
      Statement three = connection.createStatement();
      assertThatException()
          .isThrownBy(connection::createStatement)
          .withMessageContaining("3 open statements");
      three.close();
      connection.createStatement().close();
      assertThat(one.isClosed() || two.isClosed()).isFalse();
    }
  }

  @Test
  void tooManyConnectionsAreRefused() throws Exception {
    try (Connection one = connect("protobuf");
        Connection two = connect("protobuf")) {
      assertThatException()
          .isThrownBy(() -> connect("protobuf").close())
          .withMessageContaining("There are 2 JDBC connections");
      assertThat(one.createStatement().executeQuery("SELECT 1 AS one").next()).isTrue();
    }
    connect("protobuf").close();
  }

  @Test
  void aConnectionThatWasForgottenSaysSoOrIsOpenedAgainIfTheDriverMay() throws Exception {
    try (Connection connection = connect("protobuf");
        Statement statement = connection.createStatement()) {
      forget(connection);
      assertThatException()
          .isThrownBy(() -> statement.executeQuery("SELECT 1 AS one"))
          .withMessageContaining("not open");
    }
    Map<String, String> reconnecting = Map.of("transparent_reconnection", "true");
    try (Connection connection = connect("protobuf", reconnecting)) {
      forget(connection);
      try (Statement statement = connection.createStatement()) {
        assertThat(statement.executeQuery("SELECT 1 AS one").next()).isTrue();
      }
    }
  }

  private static void forget(Connection connection) throws Exception {
    closeConnection(((AvaticaConnection) connection).id);
  }

  private static void closeConnection(String id) throws Exception {
    String request = "{\"request\":\"closeConnection\",\"connectionId\":\"" + id + "\"}";
    assertThat(service.post("/avatica", request).statusCode()).isEqualTo(200);
  }

  @Test
  void aQueryEndsWhenItsClientGoes() throws Exception {
    String slow =
        "SELECT count(*) AS n FROM generate_series(1, 9001, 1) AS a(x),"
            + " generate_series(1, 5001, 1) AS b(y) WHERE a.x <> b.y";
    String connection = "\"connectionId\":\"gone\"";
    service.post("/avatica", "{\"request\":\"openConnection\"," + connection + "}");
    int statement =
        service
            .postJson("/avatica", "{\"request\":\"createStatement\"," + connection + "}")
            .get("statementId")
            .asInt();
    String body =
        "{\"request\":\"prepareAndExecute\",%s,\"statementId\":%d,\"sql\":\"%s\",\"maxRowCount\":-1}"
            .formatted(connection, statement, slow);
    try (Socket socket = new Socket("127.0.0.1", service.port())) {
      socket
          .getOutputStream()
          .write(
              "POST /avatica HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n%s"
                  .formatted(body.length(), body)
                  .getBytes(StandardCharsets.US_ASCII));
      // Long enough to be among the slow queries, which say how they ended.
      Awaitility.await().until(() -> ageOf(slow) > 600);
    }
    Awaitility.await().until(() -> ageOf(slow) < 0);
    assertThat(service.getJson("/queries/slow").findValuesAsText("outcome")).contains("cancelled");
    closeConnection("gone");
  }

  /** Milliseconds since a query came; negative if it is not listed. */
  private static long ageOf(String sql) throws Exception {
    for (JsonNode listed : service.getJson("/queries").get("queries")) {
      if (listed.get("sql").asText().equals(sql)) {
        return listed.get("age_ms").asLong();
      }
    }
    return -1;
  }

  @Test
  void aRunningQueryIsListedAndCanBeCancelled() throws Exception {
    String slow =
        "SELECT count(*) AS n FROM generate_series(1, 9000, 1) AS a(x),"
            + " generate_series(1, 5000, 1) AS b(y) WHERE a.x <> b.y";
    try (Connection connection = connect("protobuf");
        Statement statement = connection.createStatement()) {
      CompletableFuture<Object> ended =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return statement.executeQuery(slow);
                } catch (SQLException e) {
                  return e;
                }
              });
      String query =
          Awaitility.await()
              .until(
                  () -> {
                    for (JsonNode listed : service.getJson("/queries").get("queries")) {
                      if (listed.get("sql").asText().equals(slow)) {
                        return listed.get("query_id").asText();
                      }
                    }
                    return ended.isDone() ? "ended before it was seen" : null;
                  },
                  found -> found != null);
      assertThat(service.send("DELETE", "/queries/" + query, "").statusCode()).isEqualTo(200);
      assertThat(ended.join())
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("HY008"));
    }
  }

  @Test
  void toolsFindTablesAndColumns() throws Exception {
    try (Connection connection = connect("protobuf")) {
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
    try (Connection connection = connect("protobuf")) {
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
    try (Connection connection = connect(serialization);
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
    try (Connection connection = connect("protobuf");
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

  @Test
  void whyAStatementCannotBePreparedIsSaidWhenItIsExecuted() throws Exception {
    try (Connection connection = connect("protobuf")) {
      for (String wrong :
          List.of("SELECT nmae FROM metrics", "SELECT 1 FRO metrics x", "SELECT 'a", "SELECT ,")) {
        assertThatExceptionOfType(SQLException.class)
            .isThrownBy(
                () -> {
                  try (PreparedStatement statement = connection.prepareStatement(wrong)) {
                    statement.executeQuery();
                  }
                })
            .satisfies(
                e -> {
                  assertThat(e.getSQLState()).startsWith("42");
                  assertThat(e.getMessage()).containsAnyOf("line 1", "nmae", "ends");
                });
      }
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

  @Test
  void bytesThatAreNoRequestAreRefusedInWords() throws Exception {
    assertThat(service.post("/avatica", "{\"request\":").body())
        .contains("no request of the Avatica protocol")
        .doesNotContain("Exception");
    assertThat(service.post("/avatica", "hello").body())
        .contains("no request of the Avatica protocol")
        .doesNotContain("Exception");
    assertThat(service.post("/avatica", "").body()).contains("no request of the Avatica protocol");
    for (String request : List.of("openConnection", "createStatement", "prepare", "fetch")) {
      assertThat(service.post("/avatica", "{\"request\":\"" + request + "\"}").body())
          .contains("no request of the Avatica protocol");
    }
  }
}
