package dev.annulus.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.luben.zstd.Zstd;
import dev.annulus.ingest.prometheus.RemoteWrite;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xerial.snappy.Snappy;

/** No body, however it is made, costs more than its answer: no memory stays taken afterwards. */
class HostileBodiesIT {
  private static final long NOW = GatewayFixture.NOW;
  private static final int MEMBERS = 20_000;

  /** What may be said about a bad body. */
  private static final List<Integer> FINE = List.of(200, 204, 400, 413, 415, 503);

  @TempDir private static Path directory;
  private static GatewayFixture gateway;

  private final HttpClient client = HttpClient.newHttpClient();

  /**
   * A route and what it takes.
   *
   * @param good a body without encoding
   * @param done the status for it
   */
  private record Route(String path, String type, byte[] good, int done) {}

  @BeforeAll
  static void startGateway() {
    gateway = new GatewayFixture(directory, ProtocolConfig.DEFAULT);
  }

  @AfterAll
  static void stopGateway() {
    gateway.close();
  }

  private static List<Route> decodingRoutes() {
    String json = "{\"name\":\"m\",\"ts\":%d,\"%s\":1}";
    return List.of(
        new Route("/ingest/gauge", "application/json", utf8(json.formatted(NOW, "value")), 200),
        new Route(
            "/ingest/counter", "application/json", utf8(json.formatted(NOW, "raw_value")), 200),
        new Route("/write", "text/plain", utf8("m value=1\n"), 204),
        new Route("/api/v2/write", "text/plain", utf8("m value=1\n"), 204),
        new Route("/v1/metrics", "application/x-protobuf", points(1, i -> "m").toByteArray(), 200),
        new Route("/v1/metrics", "application/json", utf8("{\"resourceMetrics\":[]}"), 200),
        new Route("/collectd-post", "application/json", utf8("[]"), 200));
  }

  @Test
  void emptyMembersBeforeABodyAreSkipped() throws Exception {
    for (Route route : decodingRoutes()) {
      Map<String, byte[]> bodies = new LinkedHashMap<>();
      bodies.put("gzip", concatenated(repeated(gzip(new byte[0]), MEMBERS), gzip(route.good())));
      bodies.put(
          "zstd",
          concatenated(repeated(Zstd.compress(new byte[0]), MEMBERS), Zstd.compress(route.good())));
      for (Map.Entry<String, byte[]> body : bodies.entrySet()) {
        for (boolean chunked : new boolean[] {false, true}) {
          HttpResponse<String> answer =
              post(route.path(), route.type(), body.getKey(), body.getValue(), chunked);
          assertThat(answer.statusCode())
              .as("%s of %s: %s", body.getKey(), route, answer.body())
              .isEqualTo(route.done());
        }
      }
    }
    nothingStaysTaken();
  }

  @Test
  void manyHostileBodiesLeaveNothingBehind() throws Exception {
    long seed = new Random().nextLong();
    System.out.println("HostileBodiesIT seed " + seed);
    Random random = new Random(seed);
    for (Route route : decodingRoutes()) {
      Map<String, List<byte[]>> bodies = Map.of("gzip", gzips(random), "zstd", zstds(random));
      for (Map.Entry<String, List<byte[]>> encoded : bodies.entrySet()) {
        for (byte[] body : encoded.getValue()) {
          isAnswered(route.path(), route.type(), encoded.getKey(), body, random.nextBoolean());
        }
      }
    }
    for (byte[] body : snappies(random)) {
      isAnswered("/api/v1/write", "application/x-protobuf", "snappy", body, random.nextBoolean());
    }
    nothingStaysTaken();
    for (Route route : decodingRoutes()) {
      assertThat(post(route.path(), route.type(), "identity", route.good(), false).statusCode())
          .as(route.toString())
          .isEqualTo(route.done());
    }
  }

  @Test
  void aRequestHasAsManySamplesAndSeriesAsItMay(@TempDir Path other) throws Exception {
    IngestLimits limits = new IngestLimits(64 << 20, 2_000, 500);
    try (GatewayFixture small =
        new GatewayFixture(other, ProtocolConfig.DEFAULT.withLimits(limits))) {
      assertLimits(small, 2_000, "ingest.max-samples", i -> "m");
      assertLimits(small, 500, "ingest.max-series", i -> "m" + i);
      assertThat(small.metrics().get("annulus.ingest.buffered.bytes").gauge().value()).isZero();
    }
  }

  /** One more than that many is refused by each protocol in its own words, and that many not. */
  private static void assertLimits(
      GatewayFixture small, int most, String setting, IntFunction<String> name) throws Exception {
    for (int count : new int[] {most, most + 1}) {
      Map<String, HttpResponse<byte[]>> answers = new LinkedHashMap<>();
      String lines =
          IntStream.range(0, count)
              .mapToObj(i -> name.apply(i) + " value=1 " + (NOW - i) + "\n")
              .collect(Collectors.joining());
      answers.put("v1", small.post("/write?precision=s", utf8(lines)));
      answers.put("v2", small.post("/api/v2/write?precision=s", utf8(lines)));
      List<RemoteWrite.Series> series =
          IntStream.range(0, count)
              .mapToObj(
                  i -> RemoteWrite.Series.of("__name__=" + name.apply(i), 1, (NOW - i) * 1_000))
              .toList();
      answers.put(
          "remote write",
          small.post(
              "/api/v1/write",
              RemoteWrite.snappy(RemoteWrite.v1(series)),
              "Content-Type",
              "application/x-protobuf",
              "Content-Encoding",
              "snappy"));
      answers.put(
          "otlp",
          small.post(
              "/v1/metrics",
              points(count, name).toByteArray(),
              "Content-Type",
              "application/x-protobuf"));
      for (Map.Entry<String, HttpResponse<byte[]>> answer : answers.entrySet()) {
        String body = GatewayFixture.text(answer.getValue());
        if (count == most) {
          int done = answer.getKey().equals("otlp") ? 200 : 204;
          assertThat(answer.getValue().statusCode()).as(answer.getKey() + body).isEqualTo(done);
        } else {
          assertThat(answer.getValue().statusCode()).as(answer.getKey() + body).isEqualTo(413);
          assertThat(body).contains(setting);
        }
      }
      if (count > most) {
        JsonNode v1 = new ObjectMapper().readTree(answers.get("v1").body());
        assertThat(v1.get("error").asText()).contains(setting);
        JsonNode v2 = new ObjectMapper().readTree(answers.get("v2").body());
        assertThat(v2.get("message").asText()).contains(setting);
        assertThat(answers.get("v1").headers().firstValue("X-Influxdb-Error").orElseThrow())
            .contains(setting);
      }
    }
  }

  /** Two bytes a field, and each of them a series. */
  @Test
  void aLineOfVeryManyFieldsEndsAtTheLimit() throws Exception {
    StringBuilder line = new StringBuilder("m ");
    for (int i = 0; line.length() < 7_000_000; i++) {
      line.append(Integer.toString(i, 36)).append("=1,");
    }
    byte[] body = utf8(line.append("z=1\n").toString());
    HttpResponse<byte[]> answer = gateway.post("/write", body);
    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(GatewayFixture.text(answer)).contains("ingest.max-series");
    nothingStaysTaken();
  }

  private void isAnswered(String path, String type, String encoding, byte[] body, boolean chunked)
      throws Exception {
    HttpResponse<String> answer = post(path, type, encoding, body, chunked);
    assertThat(answer.statusCode())
        .as("%s %s, %d bytes: %s", path, encoding, body.length, answer.body())
        .isIn(FINE);
    if (answer.statusCode() == 503) {
      assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    }
  }

  private static void nothingStaysTaken() {
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(gateway.metrics().get("annulus.ingest.buffered.bytes").gauge().value())
                    .isZero());
  }

  private HttpResponse<String> post(
      String path, String type, String encoding, byte[] body, boolean chunked)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(gateway.uri(path))
            .header("Content-Type", type)
            .header("Content-Encoding", encoding)
            .POST(
                chunked
                    ? HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))
                    : HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static List<byte[]> gzips(Random random) {
    byte[] empty = gzip(new byte[0]);
    List<byte[]> bodies = new ArrayList<>();
    bodies.add(repeated(empty, MEMBERS));
    bodies.add(repeated(empty, 8_000_000 / empty.length));
    bodies.add(repeated(gzip(new byte[1]), MEMBERS));
    bodies.add(gzip(new byte[80_000_000]));
    bodies.add(damaged(repeated(empty, 50), random));
    bodies.add(damaged(gzip(random(10_000, random)), random));
    bodies.add(gzip(random(10_000, random)));
    bodies.add(new byte[0]);
    return bodies;
  }

  private static List<byte[]> zstds(Random random) {
    byte[] skippable =
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putInt(0x184D2A50).putInt(0).array();
    byte[] empty = Zstd.compress(new byte[0]);
    List<byte[]> bodies = new ArrayList<>();
    bodies.add(repeated(empty, MEMBERS));
    bodies.add(repeated(skippable, MEMBERS));
    bodies.add(repeated(skippable, 1_000_000));
    bodies.add(repeated(empty, 8_000_000 / empty.length));
    bodies.add(Zstd.compress(new byte[80_000_000]));
    // A window of 128 MiB, which a decoder that believes it would take at once.
    bodies.add(new byte[] {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, 0, (byte) (17 << 3), 1, 0, 0});
    bodies.add(damaged(repeated(empty, 50), random));
    bodies.add(damaged(Zstd.compress(random(10_000, random)), random));
    return bodies;
  }

  private static List<byte[]> snappies(Random random) throws IOException {
    List<byte[]> bodies = new ArrayList<>();
    bodies.add(repeated(Snappy.compress(new byte[0]), MEMBERS));
    bodies.add(Snappy.compress(new byte[80_000_000]));
    bodies.add(new byte[] {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 7});
    bodies.add(new byte[] {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 15});
    bodies.add(damaged(Snappy.compress(random(10_000, random)), random));
    bodies.add(Snappy.compress(random(10_000, random)));
    // Samples, symbols and references of a byte or two each.
    bodies.add(Snappy.compress(inSeries(1, repeated(new byte[] {0x12, 0}, 20_000_000))));
    bodies.add(Snappy.compress(repeated(new byte[] {0x22, 0}, 25_000_000)));
    bodies.add(random(10_000, random));
    bodies.add(new byte[0]);
    return bodies;
  }

  private static byte[] inSeries(int field, byte[] series) {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    message.write(field << 3 | 2);
    for (int rest = series.length; ; rest >>>= 7) {
      message.write(rest > 0x7F ? rest & 0x7F | 0x80 : rest);
      if (rest <= 0x7F) {
        break;
      }
    }
    message.writeBytes(series);
    return message.toByteArray();
  }

  private static ExportMetricsServiceRequest points(int count, IntFunction<String> name) {
    ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
    var scope = request.addResourceMetricsBuilder().addScopeMetricsBuilder();
    for (int i = 0; i < count; i++) {
      scope
          .addMetricsBuilder()
          .setName(name.apply(i))
          .setGauge(
              Gauge.newBuilder()
                  .addDataPoints(
                      NumberDataPoint.newBuilder()
                          .setTimeUnixNano((NOW - i) * 1_000_000_000L)
                          .setAsInt(1)));
    }
    return request.build();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] repeated(byte[] part, int times) {
    byte[] all = new byte[part.length * times];
    for (int i = 0; i < times; i++) {
      System.arraycopy(part, 0, all, i * part.length, part.length);
    }
    return all;
  }

  private static byte[] concatenated(byte[] first, byte[] second) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(first);
    all.writeBytes(second);
    return all.toByteArray();
  }

  private static byte[] random(int length, Random random) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] damaged(byte[] body, Random random) {
    byte[] damaged = body.clone();
    for (int i = 0; i < 3; i++) {
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 + random.nextInt(255));
    }
    return damaged;
  }
}
