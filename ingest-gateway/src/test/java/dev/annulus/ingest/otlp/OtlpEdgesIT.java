package dev.annulus.ingest.otlp;

import static dev.annulus.ingest.GatewayFixture.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import dev.annulus.ingest.GatewayFixture;
import dev.annulus.ingest.ProtocolConfig;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogram;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Summary;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What senders leave out, write otherwise or get wrong, in both encodings. */
class OtlpEdgesIT {
  private static final String JSON = "application/json";
  private static final String PROTOBUF = "application/x-protobuf";
  private static final long NANOS = NOW * 1_000_000_000L;

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
  @CsvSource(
      delimiter = '|',
      value = {
        "'name':'m','gauge':{'dataPoints':[{@T,'asInt':1,'attributes':{'host':'a'}}]}"
            + " | metrics[0].gauge.dataPoints[0].attributes: must be an array",
        "'name':5,'gauge':{'dataPoints':[{@T,'asInt':1}]} | metrics[0].name: must be a string",
        "'name':'m','gauge':[] | metrics[0].gauge: must be an object",
        "'name':'m','gauge':{'dataPoints':{}} | gauge.dataPoints: must be an array",
        "'name':'m','gauge':{'data_points':[7]} | gauge.data_points[0]: must be an object",
        "'name':'m','gauge':{'dataPoints':[{@T,'asInt':true}]} | asInt: must be a number",
        "'name':'m','gauge':{'dataPoints':[{@T,'asDouble':{}}]} | asDouble: must be a number",
        "'name':'m','sum':{'isMonotonic':'yes'} | sum.isMonotonic: must be true or false",
        "'name':'m','sum':{'aggregationTemporality':[2]} | aggregationTemporality: must be a",
        "'name':'m','gauge':{'dataPoints':[null]} | dataPoints[0]: must not be null",
        "'name':'m','name':'n' | metrics[0].name: is given twice",
        "'name':'m','gauge':{'dataPoints':[{@T,'asInt':1,'asDouble':2}]} | asDouble: is given",
      })
  void aKnownFieldOfAWrongTypeIsRefusedByItsPath(String metric, String problem) throws Exception {
    HttpResponse<byte[]> response = json(withMetrics("{" + metric + "}"));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(GatewayFixture.text(response)).contains(problem).contains("resourceMetrics[0]");
  }

  @Test
  void unknownFieldsAreIgnoredWhateverTheyHold() throws Exception {
    HttpResponse<byte[]> response =
        json(
            withMetrics(
                "{'name':'m','new':[{'a':{}}],'gauge':{'x':null,'dataPoints':"
                    + "[{@T,'asInt':1,'flags':8,'also':{'y':[1]}}]}}"));
    assertThat(GatewayFixture.text(response)).isEqualTo("{}");
    assertThat(gateway.written(response)).isEqualTo(at("m gauge", 1));
  }

  @Test
  void snakeCaseNamesEnumsByNameAndNumbersAsTextAreRead() throws Exception {
    HttpResponse<byte[]> response =
        json(
            "{'resource_metrics':[{'scope_metrics':[{'metrics':[{'name':'m','sum':{"
                + "'aggregation_temporality':'AGGREGATION_TEMPORALITY_CUMULATIVE',"
                + "'is_monotonic':true,'data_points':[{'time_unix_nano':"
                + NANOS
                + ",'as_int':'7'},{'timeUnixNano':'"
                + (NANOS - 1_000_000_000L)
                + "','asDouble':'2.5'}]}}]}]}]}");
    assertThat(GatewayFixture.text(response)).isEqualTo("{}");
    assertThat(gateway.written(response))
        .isEqualTo(Map.of("m counter@" + NOW, 7.0, "m counter@" + (NOW - 1), 2.5));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{@T}",
        "{@T,'asDouble':null}",
        "{@T,'asInt':null}",
        "{@T,'attributes':[]}",
      })
  void aPointWithoutAValueIsRejected(String point) throws Exception {
    HttpResponse<byte[]> response =
        json(withMetrics("{'name':'m','gauge':{'dataPoints':[" + point + ",{@T,'asInt':1}]}}"));
    assertThat(response.statusCode()).isEqualTo(200);
    JsonNode partial = new ObjectMapper().readTree(response.body()).get("partialSuccess");
    assertThat(partial.get("rejectedDataPoints").asText()).isEqualTo("1");
    assertThat(partial.get("errorMessage").asText()).contains("data point 0: value: is missing");
    assertThat(gateway.written(response)).isEqualTo(at("m gauge", 1));
  }

  @Test
  void aPointWithoutAValueIsRejectedInProtocolBuffersToo() throws Exception {
    HttpResponse<byte[]> response =
        protobuf(gauge("m", NumberDataPoint.newBuilder().setTimeUnixNano(NANOS)));
    ExportMetricsServiceResponse answer = ExportMetricsServiceResponse.parseFrom(response.body());
    assertThat(answer.getPartialSuccess().getRejectedDataPoints()).isEqualTo(1);
    assertThat(answer.getPartialSuccess().getErrorMessage()).contains("value: is missing");
  }

  @Test
  void anExponentialHistogramWithAScaleBecomesAClassicOne() throws Exception {
    ExponentialHistogramDataPoint.Builder point =
        ExponentialHistogramDataPoint.newBuilder()
            .setTimeUnixNano(NANOS)
            .setScale(-1)
            .setCount(10)
            .setSum(-3.5)
            .setZeroCount(1);
    point.getPositiveBuilder().setOffset(-1).addBucketCounts(2).addBucketCounts(3);
    point.getNegativeBuilder().setOffset(1).addBucketCounts(4);
    Metric.Builder metric = Metric.newBuilder().setName("e");
    metric.setExponentialHistogram(
        ExponentialHistogram.newBuilder()
            .setAggregationTemporality(AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE)
            .addDataPoints(point));
    HttpResponse<byte[]> response = protobuf(metric);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEmpty();
    assertThat(gateway.written(response))
        .isEqualTo(
            at(
                Map.of(
                    "e_bucket{le=\"-4\"} counter", 4.0,
                    "e_bucket{le=\"0\"} counter", 5.0,
                    "e_bucket{le=\"1\"} counter", 7.0,
                    "e_bucket{le=\"4\"} counter", 10.0,
                    "e_bucket{le=\"+Inf\"} counter", 10.0,
                    "e_sum counter", -3.5,
                    "e_count counter", 10.0)));
  }

  @Test
  void aSummarysDefaultsAreValues() throws Exception {
    Metric.Builder metric = Metric.newBuilder().setName("s");
    metric.setSummary(
        Summary.newBuilder()
            .addDataPoints(
                SummaryDataPoint.newBuilder()
                    .setTimeUnixNano(NANOS)
                    .addQuantileValues(SummaryDataPoint.ValueAtQuantile.newBuilder().setValue(2))
                    .addQuantileValues(
                        SummaryDataPoint.ValueAtQuantile.newBuilder().setQuantile(1))));
    HttpResponse<byte[]> response = protobuf(metric);
    assertThat(response.body()).isEmpty();
    assertThat(gateway.written(response))
        .isEqualTo(
            at(
                Map.of(
                    "s{quantile=\"0\"} gauge", 2.0,
                    "s{quantile=\"1\"} gauge", 0.0,
                    "s_sum counter", 0.0,
                    "s_count counter", 0.0)));
  }

  @Test
  void boundsAreWrittenAsPrometheusDoes() throws Exception {
    HttpResponse<byte[]> response =
        json(
            withMetrics(
                "{'name':'h','histogram':{'aggregationTemporality':2,'dataPoints':[{@T,"
                    + "'bucketCounts':[1,1,1,1,1,1,1,1,0],'explicitBounds':"
                    + "[0.00001,0.0001,0.005,1,2.5,250000,1e6,'Infinity']}]}}"));
    assertThat(GatewayFixture.text(response)).isEqualTo("{}");
    assertThat(
            gateway.written(response).keySet().stream()
                .filter(series -> series.contains("le="))
                .map(series -> series.replaceAll(".*le=\"([^\"]*)\".*", "$1")))
        .containsExactlyInAnyOrder(
            "1e-05", "0.0001", "0.005", "1", "2.5", "250000", "1e+06", "+Inf");
  }

  @Test
  void attributesReadTheSameInBothEncodings() throws Exception {
    AnyValue list =
        AnyValue.newBuilder()
            .setArrayValue(
                ArrayValue.newBuilder()
                    .addValues(AnyValue.newBuilder().setStringValue("a\"b"))
                    .addValues(AnyValue.newBuilder().setIntValue(1L << 60))
                    .addValues(AnyValue.newBuilder().setDoubleValue(1))
                    .addValues(AnyValue.newBuilder().setBoolValue(true))
                    .addValues(AnyValue.getDefaultInstance()))
            .build();
    NumberDataPoint.Builder point =
        NumberDataPoint.newBuilder()
            .setTimeUnixNano(NANOS)
            .setAsInt(1)
            .addAttributes(pair("list", list))
            .addAttributes(
                pair(
                    "map",
                    AnyValue.newBuilder()
                        .setKvlistValue(
                            KeyValueList.newBuilder()
                                .addValues(pair("k", list))
                                .addValues(
                                    pair("l", AnyValue.newBuilder().setDoubleValue(0.5).build())))
                        .build()))
            .addAttributes(
                pair(
                    "bytes",
                    AnyValue.newBuilder()
                        .setBytesValue(ByteString.copyFrom(new byte[] {0, -1, 7}))
                        .build()))
            .addAttributes(pair("one", AnyValue.newBuilder().setDoubleValue(1).build()))
            .addAttributes(pair("tiny", AnyValue.newBuilder().setDoubleValue(1e-7).build()))
            .addAttributes(pair("int", AnyValue.newBuilder().setIntValue(-5).build()))
            .addAttributes(pair("no", AnyValue.newBuilder().setBoolValue(false).build()));
    String text = "[\"a\\\"b\",1152921504606846976,1,true,null]";
    Map<String, String> expected =
        new TreeMap<>(
            Map.of(
                "list", text,
                "map", "{\"k\":" + text + ",\"l\":0.5}",
                "bytes", "AP8H",
                "one", "1",
                "tiny", "1e-7",
                "int", "-5",
                "no", "false"));
    assertThat(tags(protobuf(gauge("m", point)))).isEqualTo(expected);
    String nested =
        "{'arrayValue':{'values':[{'stringValue':'a\\\"b'},{'intValue':'1152921504606846976'},"
            + "{'doubleValue':1},{'boolValue':true},{}]}}";
    assertThat(
            tags(
                json(
                    withMetrics(
                        "{'name':'m','gauge':{'dataPoints':[{@T,'asInt':1,'attributes':["
                            + "{'key':'list','value':"
                            + nested
                            + "},{'key':'map','value':{'kvlistValue':{'values':["
                            + "{'key':'k','value':"
                            + nested
                            + "},{'key':'l','value':{'doubleValue':0.5}}]}}},"
                            + "{'key':'bytes','value':{'bytesValue':'AP8H'}},"
                            + "{'key':'one','value':{'doubleValue':1.0}},"
                            + "{'key':'tiny','value':{'doubleValue':'1E-7'}},"
                            + "{'key':'int','value':{'intValue':-5}},"
                            + "{'key':'no','value':{'boolValue':false}}]}]}}"))))
        .isEqualTo(expected);
  }

  @Test
  void aByteOrderMarkAndCapitalsInTheContentTypeDoNoHarm() throws Exception {
    String body =
        "\uFEFF" + quoted(withMetrics("{'name':'m','gauge':{'dataPoints':[{@T,'asInt':1}]}}"));
    HttpResponse<byte[]> response =
        gateway.post(
            "/v1/metrics",
            body.getBytes(StandardCharsets.UTF_8),
            "Content-Type",
            "Application/JSON; Charset=UTF-8");
    assertThat(GatewayFixture.text(response)).isEqualTo("{}");
    assertThat(gateway.written(response)).isEqualTo(at("m gauge", 1));
  }

  private static Map<String, String> tags(HttpResponse<byte[]> response) {
    return gateway.series(response).get(0).series().key().tags().stream()
        .collect(
            Collectors.toMap(
                dev.annulus.model.Tag::key,
                dev.annulus.model.Tag::value,
                (a, b) -> a,
                TreeMap::new));
  }

  private static KeyValue pair(String key, AnyValue value) {
    return KeyValue.newBuilder().setKey(key).setValue(value).build();
  }

  private static Metric.Builder gauge(String name, NumberDataPoint.Builder point) {
    return Metric.newBuilder().setName(name).setGauge(Gauge.newBuilder().addDataPoints(point));
  }

  private static Map<String, Double> at(String series, double value) {
    return at(Map.of(series, value));
  }

  private static Map<String, Double> at(Map<String, Double> samples) {
    Map<String, Double> timed = new TreeMap<>();
    samples.forEach((series, value) -> timed.put(series + "@" + NOW, value));
    return timed;
  }

  private static String withMetrics(String metrics) {
    return ("{'resourceMetrics':[{'scopeMetrics':[{'metrics':[" + metrics + "]}]}]}")
        .replace("@T", "'timeUnixNano':'" + NANOS + "'");
  }

  private static String quoted(String body) {
    return body.replace('\'', '"');
  }

  private static HttpResponse<byte[]> json(String body) throws Exception {
    return gateway.post(
        "/v1/metrics", quoted(body).getBytes(StandardCharsets.UTF_8), "Content-Type", JSON);
  }

  private static HttpResponse<byte[]> protobuf(Metric.Builder metric) throws Exception {
    byte[] body =
        ExportMetricsServiceRequest.newBuilder()
            .addResourceMetrics(
                ResourceMetrics.newBuilder()
                    .addScopeMetrics(ScopeMetrics.newBuilder().addMetrics(metric)))
            .build()
            .toByteArray();
    return gateway.post("/v1/metrics", body, "Content-Type", PROTOBUF);
  }
}
