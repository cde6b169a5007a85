package dev.annulus.query.http;

import static dev.annulus.query.http.QueryServiceFixture.gauge;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.annulus.query.QueryConfig;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Labels as a column of type map, in every format of results. */
class MapColumnsIT {
  private static final long NOW = 1_700_000_000;
  private static final String SQL =
      "SELECT ts, value, labels FROM TABLE(promql('disk', %d, %d, 1))".formatted(NOW, NOW);

  private static final String LABELS = "{\"__name__\":\"disk\",\"path\":\"C:\\\\, \\\"x\\\"\"}";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path directory;
  private static QueryServiceFixture service;

  @BeforeAll
  static void start() {
    service = new QueryServiceFixture(directory, QueryConfig.defaults());
    service.write(gauge("disk", Map.of("path", "C:\\, \"x\"")), NOW, 1.5);
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  private static String result(String mediaType) throws Exception {
    HttpResponse<String> answer =
        service.post("/query", JSON.writeValueAsString(Map.of("sql", SQL)), "Accept", mediaType);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  @Test
  void jsonHasObjects() throws Exception {
    String row = "{\"ts\":" + NOW + ",\"value\":1.5,\"labels\":" + LABELS + "}";
    assertThat(result("application/json"))
        .contains("{\"name\":\"labels\",\"type\":\"map\"}")
        .contains("\"rows\":[" + row + "]");
    assertThat(result("application/x-ndjson")).contains(row);
    assertThat(result("application/vnd.annulus.columns+json")).contains("[" + LABELS + "]");
  }

  @Test
  void csvHasThemAsTexts() throws Exception {
    assertThat(result("text/csv"))
        .isEqualTo(
            "ts,value,labels\r\n%d,1.5,\"%s\"\r\n".formatted(NOW, LABELS.replace("\"", "\"\"")));
  }

  @Test
  void jdbcHasThemAsTexts() throws Exception {
    String url = "jdbc:avatica:remote:serialization=protobuf;url=http://127.0.0.1:";
    try (Connection connection = DriverManager.getConnection(url + service.port() + "/avatica");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(SQL)) {
      assertThat(rows.getMetaData().getColumnTypeName(3)).isEqualTo("VARCHAR");
      assertThat(rows.next()).isTrue();
      assertThat(rows.getString("labels")).isEqualTo(LABELS);
      assertThat(rows.getObject("labels")).isEqualTo(LABELS);
      assertThat(rows.next()).isFalse();
    }
  }
}
