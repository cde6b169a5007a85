package dev.annulus.ingest;

import dev.annulus.broker.BrokerConfig;
import dev.annulus.broker.EmbeddedBroker;
import dev.annulus.broker.TopicSpec;
import dev.annulus.model.SampleRules;
import dev.annulus.model.SeriesSamples;
import dev.annulus.service.access.AccessConfig;
import dev.annulus.service.http.HttpConfig;
import dev.annulus.service.http.HttpServer;
import dev.annulus.wire.Decoded;
import dev.annulus.wire.LogPosition;
import dev.annulus.wire.RecordDecoder;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;

/** A gateway with every protocol on a real broker, and a reader of what came into its log. */
public final class GatewayFixture implements AutoCloseable {
  /** The gateway's clock stands still here unless it is given another. */
  public static final long NOW = 1_800_000_000L;

  private final HttpClient client = HttpClient.newHttpClient();
  private final EmbeddedBroker broker;
  private final KafkaSamplePublisher publisher;
  private final HttpServer server;
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

  public GatewayFixture(Path directory, ProtocolConfig protocols) {
    this(directory, protocols, () -> Instant.ofEpochSecond(NOW));
  }

  public GatewayFixture(Path directory, ProtocolConfig protocols, InstantSource clock) {
    this(directory, protocols, clock, AccessConfig.open());
  }

  /** A gateway that asks for tokens. */
  public GatewayFixture(Path directory, ProtocolConfig protocols, AccessConfig access) {
    this(directory, protocols, () -> Instant.ofEpochSecond(NOW), access);
  }

  private GatewayFixture(
      Path directory, ProtocolConfig protocols, InstantSource clock, AccessConfig access) {
    broker = EmbeddedBroker.start(BrokerConfig.in(directory));
    broker.ensureTopic(TopicSpec.of("samples", 1));
    GatewayConfig config = GatewayConfig.of(broker.bootstrapServers());
    publisher = new KafkaSamplePublisher(config, Map.of(), metrics);
    server =
        HttpServer.start(
            HttpConfig.on("127.0.0.1", 0).withAccess(access),
            ProtocolRoutes.all(config, protocols, publisher, clock, metrics),
            metrics);
    Awaitility.await().until(() -> publisher.problem() == null);
  }

  /** The address of a path. */
  public URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  public int port() {
    return server.port();
  }

  public SamplePublisher publisher() {
    return publisher;
  }

  public SimpleMeterRegistry metrics() {
    return metrics;
  }

  /** How many requests of a source, or pieces of its stream, were refused whole or in part. */
  public double refused(String source) {
    return metrics.find("annulus.ingest.refused.requests").tag("source", source).counters().stream()
        .mapToDouble(Counter::count)
        .sum();
  }

  /** Stops Kafka; nothing is acknowledged any more. */
  public void stopBroker() {
    broker.close();
  }

  /**
   * Posts a body.
   *
   * @param headers names and values in turn
   */
  public HttpResponse<byte[]> post(String path, byte[] body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(path)).POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  public HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  public static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  /**
   * What a request wrote: {@code name{tags} type@ts} and the value, ts in seconds, with a fraction
   * where it has one. Read from the log.
   */
  public Map<String, Double> written(HttpResponse<byte[]> response) {
    Map<String, Double> samples = new TreeMap<>();
    for (SeriesSamples series : series(response)) {
      for (int i = 0; i < series.size(); i++) {
        samples.put(
            "%s %s@%s"
                .formatted(
                    series.series().key().canonical(),
                    series.series().delta() ? "deltas" : series.series().type().label(),
                    seconds(series.millis(i))),
            series.values()[i]);
      }
    }
    return samples;
  }

  /** Epoch seconds of epoch milliseconds, with a fraction where they have one. */
  public static String seconds(long millis) {
    return BigDecimal.valueOf(millis, 3).stripTrailingZeros().toPlainString();
  }

  /** The series of the record that a request's token points behind. */
  public List<SeriesSamples> series(HttpResponse<byte[]> response) {
    String token = response.headers().firstValue(LogWrites.TOKEN_HEADER).orElseThrow();
    List<SeriesSamples> all = new ArrayList<>();
    LogPosition.parse(token)
        .nextOffsets()
        .forEach((partition, next) -> all.addAll(recordBefore(next)));
    return all;
  }

  /** Every sample in the log, oldest first. */
  public List<SeriesSamples> log() {
    List<SeriesSamples> all = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      TopicPartition topic = new TopicPartition("samples", 0);
      long end = consumer.endOffsets(List.of(topic)).get(topic);
      consumer.seekToBeginning(List.of(topic));
      while (consumer.position(topic) < end) {
        consumer.poll(Duration.ofMillis(200)).forEach(record -> all.addAll(decode(record)));
      }
    }
    return all;
  }

  private List<SeriesSamples> recordBefore(long next) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      TopicPartition topic = new TopicPartition("samples", 0);
      consumer.seek(topic, next - 1);
      while (true) {
        var records = consumer.poll(Duration.ofMillis(200)).iterator();
        if (records.hasNext()) {
          return decode(records.next());
        }
      }
    }
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    consumer.assign(List.of(new TopicPartition("samples", 0)));
    return consumer;
  }

  private static List<SeriesSamples> decode(ConsumerRecord<byte[], byte[]> record) {
    return new RecordDecoder(SampleRules.DEFAULT)
        .decode("application/x-protobuf", record.value()).usable().stream()
            .map(Decoded.Entry::samples)
            .toList();
  }

  @Override
  public void close() {
    server.close();
    publisher.close();
    broker.close();
  }
}
