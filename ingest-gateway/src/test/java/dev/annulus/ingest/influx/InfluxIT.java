package dev.annulus.ingest.influx;

import static dev.annulus.ingest.GatewayFixture.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.annulus.ingest.GatewayFixture;
import dev.annulus.ingest.ProtocolConfig;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InfluxIT {
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
  @ValueSource(strings = {"/write?db=telegraf", "/api/v2/write?org=o&bucket=b"})
  void fieldsBecomeSeriesThatAreInTheLogWhenTheyAreAnswered(String path) throws Exception {
    HttpResponse<byte[]> response =
        write(path, "cpu,host=a usage=1.5,count=3i 1799999999000000000\nload,host=a value=2");
    assertThat(response.statusCode()).isEqualTo(204);
    assertThat(response.body()).isEmpty();
    assertThat(gateway.written(response))
        .isEqualTo(
            Map.of(
                "cpu_usage{host=\"a\"} gauge@1799999999",
                1.5,
                "cpu_count{host=\"a\"} gauge@1799999999",
                3.0,
                "load{host=\"a\"} gauge@" + NOW,
                2.0));
  }

  @Test
  void theValidLinesOfABodyAreKeptAndTheOthersNamed() throws Exception {
    HttpResponse<byte[]> response = write("/write", "a v=1 1\nb v=\n\nc v=3 1\nd,x v=4 1\n");
    assertThat(response.statusCode()).isEqualTo(400);
    JsonNode answer = new ObjectMapper().readTree(response.body());
    assertThat(answer.get("error").asText())
        .startsWith("partial write: line 2: missing field value; line 5: missing tag value")
        .endsWith("dropped=2 kept=2");
    assertThat(answer.get("message")).isEqualTo(answer.get("error"));
    assertThat(answer.at("/lines/1/line").asInt()).isEqualTo(5);
    assertThat(gateway.written(response)).containsOnlyKeys("a_v gauge@0", "c_v gauge@0");
  }

  @Test
  void aTimestampsUnitIsTheClients() throws Exception {
    assertThat(gateway.written(write("/write?precision=s", "p v=1 1700000000")))
        .containsOnlyKeys("p_v gauge@1700000000");
    assertThat(gateway.written(write("/write?precision=ms", "p v=1 1700000000999")))
        .containsOnlyKeys("p_v gauge@1700000000.999");
    assertThat(gateway.written(write("/write?precision=us", "p v=1 1700000000123999")))
        .containsOnlyKeys("p_v gauge@1700000000.123");
    assertThat(gateway.written(write("/write", "p v=1 1700000000123999999")))
        .containsOnlyKeys("p_v gauge@1700000000.123");
    assertThat(gateway.written(write("/write?precision=m", "p v=1 28333333")))
        .containsOnlyKeys("p_v gauge@1699999980");
    HttpResponse<byte[]> unknown = write("/write?precision=d", "p v=1 1");
    assertThat(unknown.statusCode()).isEqualTo(400);
    assertThat(GatewayFixture.text(unknown)).contains("precision must be ns, us, ms, s, m or h");
    HttpResponse<byte[]> wrong = write("/write?precision=s", "p v=1 1700000000999");
    assertThat(GatewayFixture.text(wrong)).contains("line 1: ts: must be in seconds");
  }

  @Test
  void bodiesMayBeCompressed() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write("z v=1 0".getBytes(StandardCharsets.UTF_8));
    }
    HttpResponse<byte[]> response =
        gateway.post("/write", out.toByteArray(), "Content-Encoding", "gzip");
    assertThat(gateway.written(response)).containsOnlyKeys("z_v gauge@0");
    assertThat(gateway.post("/write", new byte[] {1, 2}, "Content-Encoding", "gzip").statusCode())
        .isEqualTo(400);
  }

  @Test
  void whatHoldsNoNumbersIsTakenAndNotStored() throws Exception {
    assertThat(write("/write", "").statusCode()).isEqualTo(204);
    assertThat(write("/write", "# comment\n\n").statusCode()).isEqualTo(204);
    assertThat(write("/write", "m text=\"up\"").statusCode()).isEqualTo(204);
    assertThat(gateway.written(write("/write", "m text=\"up, 1\",v=1 0")))
        .containsOnlyKeys("m_v gauge@0");
  }

  @Test
  void telegrafFindsAHealthyServer() throws Exception {
    HttpResponse<byte[]> ping = gateway.get("/ping");
    assertThat(ping.statusCode()).isEqualTo(204);
    assertThat(ping.headers().firstValue("X-Influxdb-Version")).isPresent();
    assertThat(gateway.get("/ping?verbose=true").statusCode()).isEqualTo(200);
    assertThat(new ObjectMapper().readTree(gateway.get("/health").body()).get("status").asText())
        .isEqualTo("pass");
  }

  @Test
  void withoutKafkaNothingIsAcknowledged(@TempDir Path other) throws Exception {
    try (GatewayFixture away = new GatewayFixture(other, ProtocolConfig.DEFAULT)) {
      assertThat(away.post("/write", "a v=1".getBytes(StandardCharsets.UTF_8)).statusCode())
          .isEqualTo(204);
      away.stopBroker();
      byte[] partial = "a v=1\nbroken".getBytes(StandardCharsets.UTF_8);
      HttpResponse<byte[]> response = away.post("/write", partial);
      assertThat(response.statusCode()).as("not even in part").isEqualTo(503);
      assertThat(response.headers().firstValue("retry-after")).isPresent();
    }
  }

  private static HttpResponse<byte[]> write(String path, String lines) throws Exception {
    return gateway.post(path, lines.getBytes(StandardCharsets.UTF_8));
  }
}
