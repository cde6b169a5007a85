package dev.annulus.ingest.otlp;

import static dev.annulus.ingest.GatewayFixture.NOW;
import static dev.annulus.ingest.ProtoBytes.message;
import static dev.annulus.ingest.ProtoBytes.nested;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import dev.annulus.ingest.GatewayFixture;
import dev.annulus.ingest.ProtocolConfig;
import dev.annulus.model.StaleMarker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OtlpIT {
  private static final String JSON = "application/json";
  private static final String PROTOBUF = "application/x-protobuf";
  private static final long NANOS = NOW * 1_000_000_000L - 1;

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

  @Test
  void everyKindOfMetricBecomesSeries() throws Exception {
    HttpResponse<byte[]> response =
        post(
            request(
                """
                {"name":"temperature","gauge":{"dataPoints":[
                  {"timeUnixNano":"%1$d","asDouble":21.5,
                   "attributes":[{"key":"room","value":{"stringValue":"a"}}]}]}},
                {"name":"requests","sum":{"aggregationTemporality":2,"isMonotonic":true,
                  "dataPoints":[{"timeUnixNano":"%1$d","asInt":"7"}]}},
                {"name":"queue","sum":{"aggregationTemporality":2,
                  "dataPoints":[{"timeUnixNano":"%1$d","asInt":-3}]}},
                {"name":"latency","histogram":{"aggregationTemporality":2,"dataPoints":[
                  {"timeUnixNano":"%1$d","count":"6","sum":4.5,
                   "bucketCounts":["1","2","3"],"explicitBounds":[0.5,1]}]}},
                {"name":"size","summary":{"dataPoints":[
                  {"timeUnixNano":"%1$d","count":"2","sum":30,
                   "quantileValues":[{"quantile":0.5,"value":10}]}]}}
                """));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(GatewayFixture.text(response)).isEqualTo("{}");
    assertThat(gateway.written(response))
        .isEqualTo(
            Map.ofEntries(
                at("temperature{%sroom=\"a\",%s} gauge", 21.5),
                at("requests{%s%s} counter", 7),
                at("queue{%s%s} gauge", -3),
                at("latency_bucket{%sle=\"0.5\",%s} counter", 1),
                at("latency_bucket{%sle=\"1\",%s} counter", 3),
                at("latency_bucket{%sle=\"+Inf\",%s} counter", 6),
                at("latency_sum{%s%s} counter", 4.5),
                at("latency_count{%s%s} counter", 6),
                at("size{%squantile=\"0.5\",%s} gauge", 10),
                at("size_sum{%s%s} counter", 30),
                at("size_count{%s%s} counter", 2)));
  }

  @Test
  void deltasAreCountersToAddUp() throws Exception {
    HttpResponse<byte[]> response =
        post(
            request(
                """
                {"name":"requests","sum":{"aggregationTemporality":1,"isMonotonic":true,
                  "dataPoints":[{"timeUnixNano":"%1$d","asInt":"7"}]}},
                {"name":"latency","histogram":{
                  "aggregationTemporality":"AGGREGATION_TEMPORALITY_DELTA","dataPoints":[
                  {"timeUnixNano":"%1$d","count":"3","sum":4.5,
                   "bucketCounts":["1","2"],"explicitBounds":[0.5]}]}}
                """));
    assertThat(GatewayFixture.text(response)).isEqualTo("{}");
    assertThat(gateway.written(response))
        .isEqualTo(
            Map.ofEntries(
                at("requests{%s%s} deltas", 7),
                at("latency_bucket{%sle=\"0.5\",%s} deltas", 1),
                at("latency_bucket{%sle=\"+Inf\",%s} deltas", 3),
                at("latency_sum{%s%s} deltas", 4.5),
                at("latency_count{%s%s} deltas", 3)));
  }

  private static Map.Entry<String, Double> at(String series, double value) {
    String key = series.formatted("host.name=\"h\",", "otel_scope_name=\"lib\",service.name=\"s\"");
    String sorted =
        key.contains("quantile") || key.contains("room")
            ? key.replaceAll("(room|quantile)=(\"[^\"]*\"),(otel_scope_name=\"lib\",)", "$3$1=$2,")
            : key;
    return Map.entry(sorted + "@" + (NOW - 1) + ".999", value);
  }

  @Test
  void protocolBuffersMeanTheSame() throws Exception {
    byte[] body =
        message(
            request ->
                nested(
                    request,
                    1,
                    resource -> {
                      nested(resource, 1, r -> attribute(r, 1, "service.name", "s"));
                      nested(
                          resource,
                          2,
                          scope -> {
                            nested(scope, 1, s -> s.writeString(1, "lib"));
                            nested(scope, 2, OtlpIT::gauge);
                            nested(scope, 2, OtlpIT::counter);
                            nested(scope, 2, OtlpIT::histogram);
                          });
                    }));
    HttpResponse<byte[]> response = gateway.post("/v1/metrics", body, "Content-Type", PROTOBUF);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEmpty();
    assertThat(response.headers().firstValue("content-type")).hasValue(PROTOBUF);
    String tags = "otel_scope_name=\"lib\",service.name=\"s\"";
    String when = "@" + (NOW - 1) + ".999";
    assertThat(gateway.written(response))
        .isEqualTo(
            Map.of(
                "temperature{otel_scope_name=\"lib\",room=\"a\",service.name=\"s\"} gauge" + when,
                21.5,
                "requests{" + tags + "} counter" + when,
                7.0,
                "latency_bucket{le=\"0.5\"," + tags + "} counter" + when,
                1.0,
                "latency_bucket{le=\"+Inf\"," + tags + "} counter" + when,
                3.0,
                "latency_count{" + tags + "} counter" + when,
                3.0));
  }

  private static void attribute(CodedOutputStream out, int field, String key, String value)
      throws IOException {
    nested(
        out,
        field,
        pair -> {
          pair.writeString(1, key);
          nested(pair, 2, any -> any.writeString(1, value));
        });
  }

  private static void gauge(CodedOutputStream metric) throws IOException {
    metric.writeString(1, "temperature");
    nested(
        metric,
        5,
        gauge ->
            nested(
                gauge,
                1,
                point -> {
                  point.writeFixed64(3, NANOS);
                  point.writeDouble(4, 21.5);
                  attribute(point, 7, "room", "a");
                }));
  }

  private static void counter(CodedOutputStream metric) throws IOException {
    metric.writeString(1, "requests");
    nested(
        metric,
        7,
        sum -> {
          nested(
              sum,
              1,
              point -> {
                point.writeFixed64(3, NANOS);
                point.writeSFixed64(6, 7);
              });
          sum.writeEnum(2, 2);
          sum.writeBool(3, true);
        });
  }

  private static void histogram(CodedOutputStream metric) throws IOException {
    metric.writeString(1, "latency");
    nested(
        metric,
        9,
        histogram -> {
          nested(
              histogram,
              1,
              point -> {
                point.writeFixed64(3, NANOS);
                point.writeFixed64(4, 3);
                nested(
                    point,
                    6,
                    counts -> {
                      counts.writeFixed64NoTag(1);
                      counts.writeFixed64NoTag(2);
                    });
                nested(point, 7, bounds -> bounds.writeDoubleNoTag(0.5));
              });
          histogram.writeEnum(2, 2);
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'sum':{'aggregationTemporality':1,'dataPoints':[{@T,'asInt':'1'}]} | m: has delta",
        "'sum':{'dataPoints':[{@T,'asInt':'1'}]} | m: says neither delta nor cumulative",
        "'histogram':{'dataPoints':[{@T,'count':'1'}]} | m: says neither delta nor cumulative",
        "'sum':{'aggregationTemporality':1,'isMonotonic':true,'dataPoints':[{@T,'asInt':'-1'}]}"
            + " | m: must not be negative",
        "'exponentialHistogram':{'dataPoints':[{@T,'count':'1'}]} | m: is an exponential",
        "'gauge':{'dataPoints':[{'asInt':'1'}]} | timeUnixNano: is missing",
        "'gauge':{'dataPoints':[{'timeUnixNano':'1900000000000000000','asInt':'1'}]} | future",
        "'gauge':{'dataPoints':[{@T,'asInt':'x'}]} | value: must be a number",
      })
  void whatCannotBeStoredIsAPartialSuccess(String metric, String problem) throws Exception {
    String point = "'timeUnixNano':'%1$d'";
    HttpResponse<byte[]> response =
        post(
            request(
                ("{'name':'m',"
                        + metric.replace("@T", point)
                        + "},"
                        + "{'name':'ok','gauge':{'dataPoints':[{"
                        + point
                        + ",'asInt':'1'}]}}")
                    .replace('\'', '"')));
    assertThat(response.statusCode()).isEqualTo(200);
    JsonNode partial = new ObjectMapper().readTree(response.body()).get("partialSuccess");
    assertThat(partial.get("rejectedDataPoints").asText()).isEqualTo("1");
    assertThat(partial.get("errorMessage").asText()).contains("data point 0: ").contains(problem);
    assertThat(gateway.written(response)).hasSize(1);
  }

  @Test
  void aPartialSuccessIsToldInTheRequestsEncoding() throws Exception {
    byte[] body =
        message(
            request ->
                nested(
                    request,
                    1,
                    resource ->
                        nested(
                            resource,
                            2,
                            scope ->
                                nested(
                                    scope,
                                    2,
                                    metric ->
                                        nested(
                                            metric, 5, gauge -> nested(gauge, 1, point -> {}))))));
    HttpResponse<byte[]> response = gateway.post("/v1/metrics", body, "Content-Type", PROTOBUF);
    CodedInputStream answer = CodedInputStream.newInstance(response.body());
    assertThat(answer.readTag()).isEqualTo(1 << 3 | 2);
    CodedInputStream partial = CodedInputStream.newInstance(answer.readByteArray());
    assertThat(partial.readTag()).isEqualTo(1 << 3);
    assertThat(partial.readInt64()).isEqualTo(1);
    assertThat(partial.readTag()).isEqualTo(2 << 3 | 2);
    assertThat(partial.readString()).contains("data point 0");
  }

  @Test
  void anyTimeIsRoundedDownToItsMillisecondAndAnyBitIsKept() throws Exception {
    long seed = ThreadLocalRandom.current().nextLong();
    Random random = new Random(seed);
    long[] nanos = random.longs(300, 1, NOW * 1_000_000_000L).toArray();
    double[] values = random.longs(300).mapToDouble(Double::longBitsToDouble).toArray();
    byte[] body =
        message(
            request ->
                nested(
                    request,
                    1,
                    resource ->
                        nested(
                            resource,
                            2,
                            scope -> nested(scope, 2, metric -> anyGauge(metric, nanos, values)))));
    var series = gateway.series(gateway.post("/v1/metrics", body, "Content-Type", PROTOBUF)).get(0);
    for (int i = 0; i < nanos.length; i++) {
      assertThat(series.millis(i)).as("seed %d", seed).isEqualTo(nanos[i] / 1_000_000);
      assertThat(Double.doubleToRawLongBits(series.values()[i]))
          .as("seed %d", seed)
          .isEqualTo(Double.doubleToRawLongBits(values[i]));
    }
  }

  private static void anyGauge(CodedOutputStream metric, long[] nanos, double[] values)
      throws IOException {
    metric.writeString(1, "any");
    nested(
        metric,
        5,
        gauge -> {
          for (int i = 0; i < nanos.length; i++) {
            int point = i;
            nested(
                gauge,
                1,
                out -> {
                  out.writeFixed64(3, nanos[point]);
                  out.writeFixed64(4, Double.doubleToRawLongBits(values[point]));
                });
          }
        });
  }

  @Test
  void aPointWithoutAValueIsAStalenessMarker() throws Exception {
    HttpResponse<byte[]> response =
        post(
            request(
                """
                {"name":"none","gauge":{"dataPoints":[
                  {"timeUnixNano":"%1$d","flags":1},{"timeUnixNano":"%1$d","asDouble":"NaN"},
                  {"timeUnixNano":"%1$d","asDouble":1}]}}
                """));
    assertThat(GatewayFixture.text(response)).isEqualTo("{}");
    double[] values = gateway.series(response).get(0).values();
    assertThat(StaleMarker.is(values[0])).isTrue();
    assertThat(values[1]).isNaN();
    assertThat(StaleMarker.is(values[1])).isFalse();
    assertThat(values[2]).isEqualTo(1);
  }

  @Test
  void bodiesMayBeCompressedAndMustBeWhatTheySay() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write("{}".getBytes(StandardCharsets.UTF_8));
    }
    byte[] gzip = out.toByteArray();
    assertThat(
            gateway
                .post("/v1/metrics", gzip, "Content-Type", JSON, "Content-Encoding", "gzip")
                .statusCode())
        .isEqualTo(200);
    assertThat(gateway.post("/v1/metrics", gzip, "Content-Type", JSON).statusCode()).isEqualTo(400);
    assertThat(gateway.post("/v1/metrics", gzip, "Content-Type", PROTOBUF).statusCode())
        .isEqualTo(400);
    assertThat(gateway.post("/v1/metrics", gzip, "Content-Type", "text/plain").statusCode())
        .isEqualTo(415);
  }

  private static String request(String metrics) {
    return """
        {"resourceMetrics":[{"resource":{"attributes":[
          {"key":"service.name","value":{"stringValue":"s"}},
          {"key":"host.name","value":{"stringValue":"h"}},
          {"key":"process.pid","value":{"intValue":"17"}},
          {"key":"telemetry.sdk.name","value":{"stringValue":"otel"}}]},
          "scopeMetrics":[{"scope":{"name":"lib"},"metrics":[%s]}]}]}
        """
        .formatted(metrics.formatted(NANOS));
  }

  private static HttpResponse<byte[]> post(String body) throws Exception {
    return gateway.post("/v1/metrics", body.getBytes(StandardCharsets.UTF_8), "Content-Type", JSON);
  }
}
