package dev.annulus.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.rpc.Code;
import com.google.rpc.Status;
import dev.annulus.service.access.AccessConfig;
import dev.annulus.service.access.TokenBook;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the server refuses before a route sees it is told in the protocol's own form too. */
class EarlyRefusalsIT {
  private static final String ROUTES =
      """
      /v1/metrics,        application/x-protobuf
      /v1/metrics,        application/json
      /v1/metrics/,       application/x-protobuf
      /write,             text/plain
      /api/v2/write,      text/plain
      /api/v1/write,      application/x-protobuf
      /ingest/gauge,      application/json
      /collectd-post,     application/json
      """;

  @TempDir private static Path directory;
  private static GatewayFixture gateway;

  @BeforeAll
  static void start() {
    // No token, and one request a second from an address.
    AccessConfig once =
        new AccessConfig(TokenBook.EMPTY, false, new byte[32], Duration.ofHours(1), Set.of(), 1);
    gateway = new GatewayFixture(directory, ProtocolConfig.DEFAULT, once);
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @ParameterizedTest
  @CsvSource(textBlock = ROUTES)
  void aBodyThatDoesNotArriveWhole(String path, String type) throws Exception {
    Answer answer = send(path, type, 100, "half");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.head()).contains("retry-after: ");
    answer.isInTheFormOf(path, type, Code.UNAVAILABLE);
  }

  @ParameterizedTest
  @CsvSource(textBlock = ROUTES)
  void aBodyLargerThanAllMemory(String path, String type) throws Exception {
    Answer answer = send(path, type, 1L << 40, "some");
    assertThat(answer.status()).isEqualTo(413);
    answer.isInTheFormOf(path, type, Code.RESOURCE_EXHAUSTED);
  }

  @ParameterizedTest
  @CsvSource(textBlock = ROUTES)
  void tooManyRequestsOfOneAddress(String path, String type) throws Exception {
    Answer answer = send(path, type, 1, "x");
    for (int i = 0; i < 1_000 && answer.status() != 429; i++) {
      answer = send(path, type, 1, "x");
    }
    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.head()).contains("retry-after: 1");
    answer.isInTheFormOf(path, type, Code.RESOURCE_EXHAUSTED);
  }

  private record Answer(int status, String head, byte[] body) {
    void isInTheFormOf(String path, String type, Code code) throws IOException {
      if (path.startsWith("/v1/metrics")) {
        assertThat(head).contains("content-type: " + type);
        if (type.endsWith("protobuf")) {
          Status told = Status.parseFrom(body);
          assertThat(told.getCode()).isEqualTo(code.getNumber());
          assertThat(told.getMessage()).isNotEmpty();
        } else {
          JsonNode told = json();
          assertThat(told.get("code").asInt()).isEqualTo(code.getNumber());
          assertThat(told.get("message").asText()).isNotEmpty();
        }
      } else if (path.endsWith("/write") && !path.contains("v1")) {
        assertThat(head).contains("x-influxdb-error: ");
        assertThat(json().get("error").asText()).isNotEmpty();
        assertThat(json().get("message").asText()).isNotEmpty();
      } else {
        assertThat(head).contains("content-type: application/problem+json");
        assertThat(json().get("status").asInt()).isEqualTo(status);
      }
    }

    private JsonNode json() throws IOException {
      return new ObjectMapper().readTree(body);
    }
  }

  private static Answer send(String path, String type, long length, String body)
      throws IOException {
    String head =
        "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
            .formatted(path, type, length);
    try (Socket socket = new Socket("127.0.0.1", gateway.port())) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write((head + body).getBytes(StandardCharsets.US_ASCII));
      socket.shutdownOutput();
      byte[] all = socket.getInputStream().readAllBytes();
      String text = new String(all, StandardCharsets.ISO_8859_1);
      int end = text.indexOf("\r\n\r\n");
      return new Answer(
          Integer.parseInt(text.substring(9, 12)),
          text.substring(0, end).toLowerCase(Locale.ROOT),
          Arrays.copyOfRange(all, end + 4, all.length));
    }
  }
}
