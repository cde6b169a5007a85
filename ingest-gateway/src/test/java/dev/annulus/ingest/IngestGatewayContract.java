package dev.annulus.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.luben.zstd.Zstd;
import dev.annulus.model.MetricType;
import dev.annulus.model.SampleRules;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.Times;
import dev.annulus.service.http.HttpConfig;
import dev.annulus.service.http.HttpServer;
import dev.annulus.service.http.Routes;
import dev.annulus.wire.Decoded;
import dev.annulus.wire.LogPosition;
import dev.annulus.wire.Partitions;
import dev.annulus.wire.RecordDecoder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.DoubleStream;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Utils;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The gateway on whatever Kafka a subclass names. */
abstract class IngestGatewayContract {
  private static final int PARTITIONS = 3;
  private static final long NOW = 1_800_000_000L;

  final HttpClient client = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  private String topic;
  private KafkaSamplePublisher publisher;
  private HttpServer server;

  /** Where Kafka answers; aborts the test, with the reason, where there is none. */
  abstract String bootstrapServers();

  @BeforeEach
  void startGateway() throws Exception {
    topic = "samples" + System.nanoTime();
    try (Admin admin = admin()) {
      NewTopic samples = new NewTopic(topic, Optional.of(PARTITIONS), Optional.empty());
      admin.createTopics(List.of(samples)).all().get();
    }
    start(config(bootstrapServers(), topic, 10_000_000));
    Awaitility.await().until(() -> publisher.problem() == null);
  }

  @AfterEach
  void stopGateway() throws Exception {
    if (server == null) {
      return;
    }
    closeGateway();
    try (Admin admin = admin()) {
      admin.deleteTopics(List.of(topic)).all().get();
    }
  }

  final void closeGateway() {
    server.close();
    publisher.close();
  }

  private Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", bootstrapServers()));
  }

  @Test
  void aSampleIsInTheLogWhenItIsAnswered() throws Exception {
    HttpResponse<String> response =
        post(
            "/ingest/gauge",
            "{\"name\":\"cpu\",\"ts\":1799999999,\"value\":37.5,\"tags\":{\"host\":\"a\"}}");
    assertThat(response.statusCode()).isEqualTo(200);
    JsonNode answer = json.readTree(response.body());
    assertThat(answer.get("status").asText()).isEqualTo("ok");
    assertThat(answer.get("metric_id").isNull()).isTrue();
    assertThat(answer.get("timestamp").asLong()).isEqualTo(1_799_999_999L);
    List<SeriesSamples> logged = at(answer.get("token").asText());
    assertThat(logged).hasSize(1);
    assertThat(logged.get(0).series().key().canonical()).isEqualTo("cpu{host=\"a\"}");
    assertThat(logged.get(0).values()).containsExactly(37.5);
  }

  @Test
  void smallRequestsThatComeTogetherShareRecords() throws Exception {
    int requests = 400;
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < requests; i++) {
      String sample =
          "{\"name\":\"m" + i % 40 + "\",\"ts\":" + (1_000 + i) + ",\"value\":" + i + "}";
      answers.add(
          client.sendAsync(request("/ingest/gauge", sample), HttpResponse.BodyHandlers.ofString()));
    }
    Map<String, List<SeriesSamples>> byToken = new HashMap<>();
    for (int i = 0; i < requests; i++) {
      HttpResponse<String> answer = answers.get(i).join();
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      JsonNode said = json.readTree(answer.body());
      assertThat(said.get("timestamp").asLong()).isEqualTo(1_000 + i);
      String token = said.get("token").asText();
      if (!byToken.containsKey(token)) {
        byToken.put(token, at(token));
      }
      double value = i;
      assertThat(byToken.get(token))
          .as("what ends at the token of sample %d", i)
          .anyMatch(series -> DoubleStream.of(series.values()).anyMatch(v -> v == value));
    }
    assertThat(byToken).hasSizeLessThan(requests / 2);
  }

  @Test
  void sampleDataIsOneAnswerAwayFromAnEmptyDatabase() throws Exception {
    JsonNode answer = json.readTree(post("/demo/load", "").body());
    assertThat(answer.get("status").asText()).isEqualTo("ok");
    List<SeriesSamples> logged = at(answer.get("token").asText());
    assertThat(logged)
        .allSatisfy(
            series -> {
              assertThat(series.series().key().name()).startsWith("demo_");
              assertThat(series.timestamps()).isSorted().endsWith(Times.millis(NOW)).hasSize(2160);
              if (series.series().type() == MetricType.COUNTER) {
                assertThat(series.values()).isSorted();
              }
            });
    assertThat(answer.get("metrics").asInt()).isPositive();
    assertThat(answer.get("samples").asInt()).isEqualTo(answer.get("metrics").asInt() * 2160);
  }

  @Test
  void aCounterHasARawValueAndKeepsTheCallersId() throws Exception {
    HttpResponse<String> response =
        post(
            "/ingest/counter",
            "{\"metric_id\":7,\"ts\":1,\"raw_value\":10,\"step\":5,\"slots\":9}");
    JsonNode answer = json.readTree(response.body());
    assertThat(answer.get("metric_id").asLong()).isEqualTo(7);
    SeriesSamples logged = at(answer.get("token").asText()).get(0);
    assertThat(logged.series().type()).isEqualTo(MetricType.COUNTER);
    assertThat(logged.series().slots()).isEqualTo(9);
  }

  @Test
  void aBatchMayBeAnArrayOrLinesAndIsPackedByPartition() throws Exception {
    List<String> objects = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      objects.add("{\"name\":\"m" + i % 20 + "\",\"ts\":" + i + ",\"value\":" + i + "}");
    }
    for (String body : List.of("[" + String.join(",", objects) + "]", String.join("\n", objects))) {
      JsonNode answer = json.readTree(post("/ingest/gauge", body).body());
      assertThat(answer.get("count").asInt()).isEqualTo(200);
      LogPosition position = LogPosition.parse(answer.get("token").asText());
      assertThat(position.nextOffsets()).hasSize(PARTITIONS);
      List<SeriesSamples> logged = at(answer.get("token").asText());
      assertThat(logged).hasSize(20);
      assertThat(logged.stream().mapToInt(SeriesSamples::size).sum()).isEqualTo(200);
    }
  }

  @Test
  void aSeriesHasThePartitionThatKafkaGivesItsName() throws Exception {
    for (String name : List.of("a", "bb", "ccc", "dddd", "ümlaut")) {
      JsonNode answer =
          json.readTree(
              post("/ingest/gauge", "{\"name\":\"" + name + "\",\"ts\":1,\"value\":1}").body());
      byte[] key = name.getBytes(StandardCharsets.UTF_8);
      int expected = Utils.toPositive(Utils.murmur2(key)) % PARTITIONS;
      assertThat(Partitions.of(name, PARTITIONS)).isEqualTo(expected);
      assertThat(LogPosition.parse(answer.get("token").asText()).nextOffsets())
          .containsOnlyKeys(expected);
    }
  }

  @Test
  void partitionsThatAreAddedAreUsed() throws Exception {
    try (Admin admin = admin()) {
      admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(8))).all().get();
    }
    List<String> objects = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      objects.add("{\"name\":\"m" + i + "\",\"ts\":1,\"value\":1}");
    }
    String body = "[" + String.join(",", objects) + "]";
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              HttpResponse<String> answer = post("/ingest/gauge", body);
              assertThat(answer.statusCode()).isEqualTo(200);
              return partitionsOf(answer).size() == 8;
            });
  }

  private Set<Integer> partitionsOf(HttpResponse<String> answer) throws IOException {
    String token = json.readTree(answer.body()).get("token").asText();
    return LogPosition.parse(token).nextOffsets().keySet();
  }

  @Test
  void bodiesMayBeCompressed() throws Exception {
    byte[] body = "{\"name\":\"m\",\"ts\":1,\"value\":1}".getBytes(StandardCharsets.UTF_8);
    assertThat(post(gzip(body), "gzip").statusCode()).isEqualTo(200);
    assertThat(post(Zstd.compress(body), "zstd").statusCode()).isEqualTo(200);
    assertThat(post(body, "br").statusCode()).isEqualTo(415);
    assertThat(post(body, "gzip").statusCode()).as("not compressed at all").isEqualTo(400);
    assertThat(post(body, "zstd").statusCode()).as("not compressed at all").isEqualTo(400);
  }

  @Test
  void bodiesAreBoundedBeforeAndAfterDecompression() throws Exception {
    byte[] bomb = gzip(" ".repeat(2_000_000).getBytes(StandardCharsets.UTF_8));
    HttpResponse<String> tooLarge = post(bomb, "gzip");
    assertThat(tooLarge.statusCode()).isEqualTo(413);
    assertThat(tooLarge.body()).contains("decompressed body is larger");
    assertThat(post("/ingest/gauge", " ".repeat(200_000)).statusCode()).isEqualTo(413);
    String one = "{\"name\":\"m\",\"ts\":1,\"value\":1}\n";
    assertThat(post("/ingest/gauge", one.repeat(1001)).body()).contains("at most 1000 samples");
    assertThat(post("/ingest/gauge", one.repeat(1000)).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'ts':1,'value':1} | Sample 0: name: is missing",
        "{'name':'m','value':1} | Sample 0: ts: is missing",
        "{'name':'m','ts':-1,'value':1} | Sample 0: ts: must not be negative",
        "{'name':'m','ts':1800000601,'value':1} | is 601 s in the future; at most 600 s",
        "{'name':'m','ts':1800000000000,'value':1} | looks like milliseconds",
        "{'name':'m','ts':1,'value':1e999} | value: must be a finite number",
        "{'name':'m','ts':1,'value':NaN} | Malformed JSON",
        "{'name':'m','ts':1,'value':1,'slots':0} | slots: must be between 1 and 10000000",
        "{'name':'m','ts':1,'value':1,'x':1} | x: is not a field of a sample",
        "{'name':'m','ts':1,'raw_value':1} | raw_value: belongs to a counter",
        "[] | The body holds no samples",
        "[{'name':'m','ts':1,'value':1},{'name':'m','ts':1}] | Sample 1: value: is missing",
      })
  void badInputNamesSampleFieldAndRule(String body, String detail) throws Exception {
    HttpResponse<String> response = post("/ingest/gauge", body.replace('\'', '"'));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(json.readTree(response.body()).get("detail").asText()).contains(detail);
    assertThat(response.headers().firstValue("content-type")).hasValue("application/problem+json");
  }

  @Test
  void aBodyThatDoesNotArriveWholeIsAskedForAgainNotCalledWrong() throws Exception {
    URI target = uri("/ingest/gauge");
    try (Socket socket = new Socket(target.getHost(), target.getPort())) {
      socket
          .getOutputStream()
          .write(
              ("POST /ingest/gauge HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                      + "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n[{\"name\"")
                  .getBytes(StandardCharsets.US_ASCII));
      socket.shutdownOutput();
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(answer).startsWith("HTTP/1.1 503").contains("Retry-After: 1", "send it again");
    }
  }

  @Test
  void otherMediaTypesAreRefused() throws Exception {
    HttpRequest form =
        HttpRequest.newBuilder(uri("/ingest/gauge"))
            .header("Content-Type", "text/plain")
            .POST(HttpRequest.BodyPublishers.ofString("{}"))
            .build();
    HttpResponse<String> response = client.send(form, HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(415);
    assertThat(response.body()).contains("Content-Type must be application/json");
  }

  static GatewayConfig config(String bootstrapServers, String topic, long inFlight) {
    GatewayConfig defaults = GatewayConfig.of(bootstrapServers);
    return new GatewayConfig(
        bootstrapServers,
        topic,
        defaults.rules(),
        100_000,
        1_000_000,
        1000,
        inFlight,
        defaults.maxRecordBytes(),
        Duration.ofSeconds(3));
  }

  final void start(GatewayConfig config) {
    SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    publisher = new KafkaSamplePublisher(config, Map.of(), metrics);
    InstantSource clock = () -> Instant.ofEpochSecond(NOW);
    List<Routes> routes =
        new ArrayList<>(
            ProtocolRoutes.all(config, ProtocolConfig.DEFAULT, publisher, clock, metrics));
    routes.add(new SampleDataRoutes(publisher, clock));
    server = HttpServer.start(HttpConfig.on("127.0.0.1", 0), routes, metrics);
  }

  /** The samples of the records that end at a token's offsets. */
  private List<SeriesSamples> at(String token) {
    List<SeriesSamples> found = new ArrayList<>();
    Map<String, Object> settings = Map.of("bootstrap.servers", bootstrapServers());
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      LogPosition.parse(token)
          .nextOffsets()
          .forEach(
              (partition, next) -> {
                TopicPartition log = new TopicPartition(topic, partition);
                consumer.assign(List.of(log));
                consumer.seek(log, next - 1);
                found.addAll(samplesOf(first(consumer)));
              });
    }
    return found;
  }

  private static ConsumerRecord<byte[], byte[]> first(KafkaConsumer<byte[], byte[]> consumer) {
    return Awaitility.await()
        .pollInSameThread()
        .until(() -> consumer.poll(Duration.ofMillis(200)).iterator(), records -> records.hasNext())
        .next();
  }

  private static List<SeriesSamples> samplesOf(ConsumerRecord<byte[], byte[]> record) {
    String contentType =
        new String(record.headers().lastHeader("content-type").value(), StandardCharsets.UTF_8);
    return new RecordDecoder(SampleRules.DEFAULT)
        .decode(contentType, record.value()).usable().stream().map(Decoded.Entry::samples).toList();
  }

  final HttpResponse<String> post(String path, String body) throws Exception {
    return client.send(request(path, body), HttpResponse.BodyHandlers.ofString());
  }

  final HttpRequest request(String path, String body) {
    return HttpRequest.newBuilder(uri(path))
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private HttpResponse<String> post(byte[] body, String encoding) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(uri("/ingest/gauge"))
            .header("Content-Type", "application/json")
            .header("Content-Encoding", encoding)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  private static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
