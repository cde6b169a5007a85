package dev.annulus.ingest.otlp;

import static dev.annulus.ingest.GatewayFixture.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.Code;
import com.google.rpc.Status;
import dev.annulus.ingest.GatewayFixture;
import dev.annulus.ingest.ProtocolConfig;
import dev.annulus.service.access.AccessConfig;
import dev.annulus.service.access.ApiToken;
import dev.annulus.service.access.Scope;
import dev.annulus.service.access.TokenBook;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors are a {@code google.rpc.Status} in the encoding of the request. */
class OtlpErrorsIT {
  private static final String JSON = "application/json";
  private static final String PROTOBUF = "application/x-protobuf";
  private static final String PATH = "/v1/metrics";

  @TempDir private Path directory;

  private static final ExportMetricsServiceRequest REQUEST = request();

  @Test
  void whatIsWrongWithARequestIsToldInItsEncoding() throws Exception {
    ProtocolConfig small = ProtocolConfig.DEFAULT.withOtlp(new OtlpConfig(1_000));
    try (GatewayFixture gateway = new GatewayFixture(directory, small)) {
      byte[] broken = {10, 5, 1};
      assertStatus(
          gateway.post(PATH, broken, "Content-Type", PROTOBUF), 400, Code.INVALID_ARGUMENT);
      assertStatus(
          gateway.post(PATH, broken, "Content-Type", "Application/X-Protobuf; a=b"),
          400,
          Code.INVALID_ARGUMENT);
      assertStatus(gateway.post(PATH, broken, "Content-Type", JSON), 400, Code.INVALID_ARGUMENT);
      assertStatus(
          gateway.post(PATH, broken, "Content-Type", PROTOBUF, "Content-Encoding", "gzip"),
          400,
          Code.INVALID_ARGUMENT);
      assertStatus(
          gateway.post(PATH, broken, "Content-Type", PROTOBUF, "Content-Encoding", "br"),
          415,
          Code.INVALID_ARGUMENT);
      assertStatus(
          gateway.post(PATH, broken, "Content-Type", "text/plain"), 415, Code.INVALID_ARGUMENT);
      byte[] bomb = new byte[4_000];
      for (int i = 0; i < bomb.length; i += 2) {
        bomb[i] = 10;
      }
      HttpResponse<byte[]> refused = gateway.post(PATH, bomb, "Content-Type", PROTOBUF);
      assertStatus(refused, 413, Code.RESOURCE_EXHAUSTED);
      assertThat(Status.parseFrom(refused.body()).getMessage()).contains("otlp.max-objects");
      assertStatus(
          gateway.post(PATH, new byte[9 << 20], "Content-Type", PROTOBUF),
          413,
          Code.RESOURCE_EXHAUSTED);
      assertStatus(gateway.get(PATH), 405, Code.UNIMPLEMENTED);
      assertStatus(gateway.get(PATH + "/"), 405, Code.UNIMPLEMENTED);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {JSON, PROTOBUF})
  void withoutKafkaTheSenderIsToldWhenToComeAgain(String type) throws Exception {
    try (GatewayFixture gateway = new GatewayFixture(directory, ProtocolConfig.DEFAULT)) {
      gateway.stopBroker();
      byte[] body =
          type.equals(PROTOBUF)
              ? REQUEST.toByteArray()
              : JsonFormat.printer().print(REQUEST).getBytes(StandardCharsets.UTF_8);
      HttpResponse<byte[]> response = gateway.post(PATH, body, "Content-Type", type);
      assertStatus(response, 503, Code.UNAVAILABLE);
      assertThat(response.headers().firstValue("Retry-After")).isPresent();
      assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith(type);
    }
  }

  @Test
  void thoseWhoMayNotAreToldInTheirEncodingToo() throws Exception {
    ApiToken.Created reader =
        ApiToken.create("reader", EnumSet.of(Scope.QUERY), new SecureRandom());
    AccessConfig access = AccessConfig.with(TokenBook.parse(reader.stored().line(), "auth.tokens"));
    try (GatewayFixture gateway = new GatewayFixture(directory, ProtocolConfig.DEFAULT, access)) {
      byte[] body = REQUEST.toByteArray();
      assertStatus(gateway.post(PATH, body, "Content-Type", PROTOBUF), 401, Code.UNAUTHENTICATED);
      assertStatus(
          gateway.post(
              PATH, body, "Content-Type", PROTOBUF, "Authorization", "Bearer " + reader.secret()),
          403,
          Code.PERMISSION_DENIED);
    }
  }

  private static void assertStatus(HttpResponse<byte[]> response, int status, Code code)
      throws Exception {
    assertThat(response.statusCode()).isEqualTo(status);
    String type = response.headers().firstValue("Content-Type").orElseThrow();
    if (type.startsWith(PROTOBUF)) {
      Status told = Status.parseFrom(response.body());
      assertThat(told.getCode()).isEqualTo(code.getNumber());
      assertThat(told.getMessage()).isNotEmpty();
    } else {
      assertThat(type).startsWith(JSON);
      JsonNode told = new ObjectMapper().readTree(response.body());
      assertThat(told.get("code").asInt()).isEqualTo(code.getNumber());
      assertThat(told.get("message").asText()).isNotEmpty();
    }
  }

  private static ExportMetricsServiceRequest request() {
    ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
    request
        .addResourceMetricsBuilder()
        .addScopeMetricsBuilder()
        .addMetricsBuilder()
        .setName("m")
        .getGaugeBuilder()
        .addDataPoints(
            NumberDataPoint.newBuilder().setTimeUnixNano(NOW * 1_000_000_000L).setAsInt(1));
    return request.build();
  }
}
