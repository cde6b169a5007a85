package dev.annulus.query.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.calcite.avatica.AvaticaConnection;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What JDBC clients may hold, how their queries end, and how they learn of mistakes. */
class JdbcLimitsIT {
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

  @Test
  void aResultOfTooManyBytesIsRefusedNotCut() throws Exception {
    String sql = "SELECT '" + "abcdefghij".repeat(100) + "' FROM generate_series(1, %d, 1) AS g(x)";
    try (Connection connection = jdbc.connect("protobuf");
        Statement statement = connection.createStatement()) {
      assertThatException()
          .isThrownBy(() -> statement.executeQuery(sql.formatted(2_001)))
          .withMessageContaining("more than 2000000 bytes");
      assertThat(statement.executeQuery(sql.formatted(2_000)).next()).isTrue();
    }
  }

  @Test
  void aResultBeyondTheBoundOfRowsIsRefusedNotCut() throws Exception {
    try (Connection connection = jdbc.connect("protobuf");
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
    try (Connection connection = jdbc.connect("protobuf");
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
    try (Connection connection = jdbc.connect("protobuf");
        Statement one = connection.createStatement();
        Statement two = connection.createStatement()) {
      Statement three = connection.createStatement();
      assertThatException()
          .isThrownBy(connection::createStatement)
          .withMessageContaining("3 open statements");
      three.close();
      connection.createStatement().close();
      assertThat(one.isClosed()).isFalse();
      assertThat(two.isClosed()).isFalse();
    }
  }

  @Test
  void tooManyConnectionsAreRefused() throws Exception {
    try (Connection one = jdbc.connect("protobuf");
        Connection two = jdbc.connect("protobuf")) {
      assertThatException()
          .isThrownBy(() -> jdbc.connect("protobuf").close())
          .withMessageContaining("There are 2 JDBC connections");
      assertThat(one.createStatement().executeQuery("SELECT 1 AS one").next()).isTrue();
    }
    jdbc.connect("protobuf").close();
  }

  @Test
  void aConnectionThatWasForgottenSaysSoOrIsOpenedAgainIfTheDriverMay() throws Exception {
    try (Connection connection = jdbc.connect("protobuf");
        Statement statement = connection.createStatement()) {
      forget(connection);
      assertThatException()
          .isThrownBy(() -> statement.executeQuery("SELECT 1 AS one"))
          .withMessageContaining("not open");
    }
    Map<String, String> reconnecting = Map.of("transparent_reconnection", "true");
    try (Connection connection = jdbc.connect("protobuf", reconnecting)) {
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
    try (Connection connection = jdbc.connect("protobuf");
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

  @ParameterizedTest
  @ValueSource(strings = {"protobuf", "json"})
  void aWrongQueryIsExplainedWithoutATrace(String serialization) throws Exception {
    try (Connection connection = jdbc.connect(serialization);
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
  void bytesThatAreNoRequestAreRefusedInWords() throws Exception {
    assertThat(service.post("/avatica", "{\"request\":").body())
        .contains("not an Avatica request")
        .doesNotContain("Exception");
    assertThat(service.post("/avatica", "hello").body())
        .contains("not an Avatica request")
        .doesNotContain("Exception");
    assertThat(service.post("/avatica", "").body()).contains("not an Avatica request");
    for (String request : List.of("openConnection", "createStatement", "prepare", "fetch")) {
      assertThat(service.post("/avatica", "{\"request\":\"" + request + "\"}").body())
          .contains("not an Avatica request");
    }
  }

  @Test
  void whyAStatementCannotBePreparedIsSaidWhenItIsExecuted() throws Exception {
    try (Connection connection = jdbc.connect("protobuf")) {
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
}
