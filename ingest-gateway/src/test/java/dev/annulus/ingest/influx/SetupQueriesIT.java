package dev.annulus.ingest.influx;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.annulus.ingest.GatewayFixture;
import dev.annulus.ingest.ProtocolConfig;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients of InfluxDB ask before they write, on a gateway by itself. */
class SetupQueriesIT {
  private static final String FORM = "application/x-www-form-urlencoded";

  @TempDir private static Path directory;
  private static GatewayFixture gateway;

  @BeforeAll
  static void start() {
    gateway = new GatewayFixture(directory, ProtocolConfig.DEFAULT);
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE DATABASE mydb",
        "CREATE DATABASE \"telegraf\"",
        "create database \"with ; and \\\" inside\"",
        "  CREATE  DATABASE größe ; ",
        "CREATE DATABASE \"mydb\" WITH DURATION 1d REPLICATION 1 SHARD DURATION 1h NAME \"one_day\"",
      })
  void aDatabaseIsCreatedByDoingNothing(String statement) throws Exception {
    String q = URLEncoder.encode(statement, StandardCharsets.UTF_8);
    for (HttpResponse<byte[]> answer :
        new HttpResponse[] {
          gateway.post("/query?q=" + q, new byte[0]),
          gateway.post("/query?u=a&p=b&db=&q=" + q, new byte[0], "Content-Type", FORM),
          gateway.post("/query", bytes("db=&q=" + q), "Content-Type", FORM),
          gateway.post("/query", bytes("q=" + q), "Content-Type", FORM + "; charset=UTF-8"),
          gateway.get("/query?q=" + q),
        }) {
      assertThat(GatewayFixture.text(answer)).isEqualTo("{\"results\":[{\"statement_id\":0}]}");
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("content-type").orElseThrow())
          .startsWith("application/json");
      assertThat(answer.headers().firstValue("x-influxdb-version")).isPresent();
    }
  }

  @Test
  void severalStatementsHaveAResultEach() throws Exception {
    String q = URLEncoder.encode("CREATE DATABASE a; show databases", StandardCharsets.UTF_8);
    JsonNode results =
        new ObjectMapper().readTree(gateway.get("/query?db=mine&q=" + q).body()).get("results");
    assertThat(results.get(0).toString()).isEqualTo("{\"statement_id\":0}");
    assertThat(results.get(1).get("statement_id").asInt()).isEqualTo(1);
    JsonNode series = results.get(1).at("/series/0");
    assertThat(series.get("name").asText()).isEqualTo("databases");
    assertThat(series.get("columns").toString()).isEqualTo("[\"name\"]");
    assertThat(series.get("values").toString()).isEqualTo("[[\"annulus\"],[\"mine\"]]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT * FROM cpu | found SELECT *",
        "DROP DATABASE mydb | found DROP DATABASE",
        "CREATE DATABASE a; DROP DATABASE a | found DROP DATABASE",
        "CREATE DATABASE | found CREATE DATABASE",
        "CREATE DATABASE 'a' | found CREATE DATABASE",
        "nonsense | found nonsense",
        "; | missing required parameter",
      })
  void otherStatementsAreRefusedInInfluxsForm(String statement, String error) throws Exception {
    HttpResponse<byte[]> answer =
        gateway.get("/query?q=" + URLEncoder.encode(statement, StandardCharsets.UTF_8));
    assertThat(answer.statusCode()).isEqualTo(400);
    JsonNode body = new ObjectMapper().readTree(answer.body());
    assertThat(body.get("error").asText()).contains(error);
    assertThat(answer.headers().firstValue("x-influxdb-error")).isPresent();
  }

  @Test
  void clientsOfVersionTwoFindItReady() throws Exception {
    HttpResponse<byte[]> ready = gateway.get("/ready");
    JsonNode body = new ObjectMapper().readTree(ready.body());
    assertThat(body.get("status").asText()).isEqualTo("ready");
    assertThat(body.get("started").asText()).isEqualTo("2027-01-15T08:00:00Z");
    assertThat(body.get("up").asText()).isEqualTo("0h0m0s");
    JsonNode health = new ObjectMapper().readTree(gateway.get("/health").body());
    assertThat(health.get("status").asText()).isEqualTo("pass");
    assertThat(health.get("checks").isArray()).isTrue();
  }

  @Test
  void whatIsWrongWithManyLinesFitsAHeader() throws Exception {
    String line = "m," + "k".repeat(3_000) + "=1 v=1\n";
    HttpResponse<byte[]> answer = gateway.post("/write", bytes(line.repeat(50)));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.headers().firstValue("x-influxdb-error").orElseThrow().length())
        .isLessThan(1_100);
  }

  @Test
  void wrongMethodsAreToldTheRightOne() throws Exception {
    for (String path : new String[] {"/write", "/api/v2/write", "/api/v1/write", "/ingest/gauge"}) {
      HttpResponse<byte[]> answer = gateway.get(path);
      assertThat(answer.statusCode()).isEqualTo(405);
      assertThat(answer.headers().firstValue("allow")).hasValue("POST");
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
