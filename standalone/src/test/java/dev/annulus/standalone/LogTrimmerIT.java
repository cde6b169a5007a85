package dev.annulus.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annulus.broker.BrokerConfig;
import dev.annulus.broker.EmbeddedBroker;
import dev.annulus.broker.LogLimits;
import dev.annulus.broker.LogSegment;
import dev.annulus.broker.TopicSpec;
import dev.annulus.ingest.BacklogLimit;
import dev.annulus.ingest.GatewayConfig;
import dev.annulus.ingest.KafkaSamplePublisher;
import dev.annulus.ingest.ProtocolConfig;
import dev.annulus.ingest.ProtocolRoutes;
import dev.annulus.kv.embedded.EmbeddedConfig;
import dev.annulus.kv.embedded.EmbeddedEngine;
import dev.annulus.model.SeriesKey;
import dev.annulus.service.http.HttpConfig;
import dev.annulus.service.http.HttpServer;
import dev.annulus.sink.LocalRingSink;
import dev.annulus.sink.SharedStore;
import dev.annulus.sink.SinkConfig;
import dev.annulus.store.RingSlice;
import dev.annulus.store.RingStore;
import dev.annulus.store.StoreConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.StringJoiner;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of a real broker, emptied behind a real job that writes to a store that can stall. */
class LogTrimmerIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int PARTITIONS = 2;
  private static final int MIB = 1 << 20;
  private static final long KEEP = 2 * MIB;
  private static final long BACKLOG = 6 * MIB;
  private static final int SAMPLES = 3_000;

  @TempDir private Path directory;
  private final HttpClient client = HttpClient.newHttpClient();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final Map<String, double[]> acknowledged = new HashMap<>();
  private final Random random = new Random(42);
  private EmbeddedBroker broker;
  private EmbeddedEngine files;
  private StallingEngine engine;
  private RingStore store;
  private LogTrimmer trimmer;
  private KafkaSamplePublisher publisher;
  private HttpServer server;
  private LocalRingSink sink;

  @BeforeEach
  void start() {
    LogLimits kafkaWouldDelete =
        new LogLimits(2 * MIB, Duration.ofSeconds(2), MIB, Duration.ofMillis(100), MIB);
    broker =
        EmbeddedBroker.start(BrokerConfig.in(directory.resolve("kafka")).withLog(kafkaWouldDelete));
    broker.ensureTopics(
        List.of(
            TopicSpec.untilDeleted("samples", PARTITIONS), TopicSpec.of("samples.rejected", 1)));
    files = EmbeddedEngine.open(EmbeddedConfig.in(directory.resolve("store")));
    engine = new StallingEngine(files);
    store = RingStore.open(engine, StoreConfig.DEFAULT).join();
  }

  @AfterEach
  void stop() throws Exception {
    engine.goOn();
    for (AutoCloseable part : new AutoCloseable[] {server, publisher, trimmer, sink}) {
      if (part != null) {
        part.close();
      }
    }
    SharedStore.remove("trimmer");
    broker.close();
    files.close();
  }

  @Test
  void aStalledStoreLosesNoAcknowledgedSampleAndTheLogStaysBounded() throws Exception {
    startSink();
    trimmer = trimmer(new LogKeeping(KEEP, BACKLOG, Duration.ofMillis(20), Duration.ZERO));
    startGateway();
    for (int i = 0; i < 8; i++) {
      assertThat(ingest().statusCode()).isEqualTo(200);
    }
    await().atMost(LIMIT).until(() -> trimmer.backlogBytes() == 0);

    engine.stall();
    HttpResponse<String> answer = ingest();
    while (answer.statusCode() == 200) {
      answer = ingest();
    }

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).contains("backlog_full");
    assertThat(answer.headers().firstValue("retry-after")).hasValue("5");
    assertThat(logBytes()).isBetween(BACKLOG - 2 * MIB, BACKLOG + KEEP + 2 * PARTITIONS * MIB);
    long[] startsWhileStalled = starts();

    engine.goOn();
    await().atMost(LIMIT).until(() -> trimmer.backlogBytes() == 0);
    assertThat(startsWhileStalled).as("nothing unread was deleted").containsOnly(0L);
    acknowledged.forEach(this::assertStored);
    assertThat(ingest().statusCode()).as("accepts again").isEqualTo(200);
    for (int i = 0; i < 60; i++) {
      assertThat(ingest().statusCode()).isIn(200, 503);
    }
    await().atMost(LIMIT).until(() -> logBytes() <= KEEP + 2 * PARTITIONS * MIB);
    assertThat(starts()).as("what is stored is deleted").doesNotContain(0L);
    assertThat(logBytes()).as("the tail is kept").isGreaterThanOrEqualTo(KEEP);
    await().atMost(LIMIT).until(() -> trimmer.backlogBytes() == 0);
    acknowledged.forEach(this::assertStored);
  }

  /** They are skipped by the job, so nothing but a further record brings its position past them. */
  @Test
  void recordsThatWereTakenBackDoNotFillTheLog() throws Exception {
    startSink();
    trimmer = trimmer(new LogKeeping(KEEP, BACKLOG, Duration.ofMillis(20), Duration.ZERO));
    startGateway();
    Map<String, Object> settings =
        Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "taken-back");
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      byte[] noise = new byte[500_000];
      for (long sent = 0; sent < PARTITIONS * (BACKLOG + 2 * MIB); sent += noise.length) {
        random.nextBytes(noise);
        int partition = (int) (sent / noise.length % PARTITIONS);
        producer.send(new ProducerRecord<>("samples", partition, null, noise.clone()));
      }
      producer.flush();
      producer.abortTransaction();
    }
    await().atMost(LIMIT).until(() -> trimmer.backlogBytes() > BACKLOG);
    assertThat(ingest().statusCode()).isEqualTo(503);
    await().atMost(LIMIT).until(() -> trimmer.backlogBytes() == 0);
    assertThat(ingest().statusCode()).isEqualTo(200);
  }

  @Test
  void positionsOfAnotherLogDeleteNothing() throws Exception {
    store.newWriter().write(List.of(), Map.of(0, 1_000_000L, 1, 1_000_000L)).join();
    trimmer = trimmer(new LogKeeping(0, Long.MAX_VALUE, Duration.ofDays(1), Duration.ZERO));
    startGateway();
    while (logBytes() < 4 * MIB) {
      assertThat(ingest().statusCode()).isEqualTo(200);
    }
    for (int i = 0; i < 5; i++) {
      trimmer.look();
    }
    assertThat(starts()).containsOnly(0L);
    assertThat(trimmer.backlogBytes()).as("all of it waits").isEqualTo(logBytes());

    startSink();
    await()
        .atMost(LIMIT)
        .until(
            () -> {
              trimmer.look();
              return trimmer.backlogBytes() == 0;
            });
    acknowledged.forEach(this::assertStored);
  }

  private LogTrimmer trimmer(LogKeeping keeping) {
    return LogTrimmer.start(
        keeping,
        new LogTrimmer.Log(broker.bootstrapServers(), "samples", PARTITIONS, sinkConfig().group()),
        store.positions(),
        partition -> broker.segments("samples", partition),
        metrics);
  }

  private void startGateway() {
    GatewayConfig config = GatewayConfig.of(broker.bootstrapServers());
    publisher = new KafkaSamplePublisher(config, Map.of(), metrics);
    BacklogLimit bounded = new BacklogLimit(publisher, trimmer::backlogBytes, BACKLOG, metrics);
    server =
        HttpServer.start(
            HttpConfig.on("127.0.0.1", 0),
            ProtocolRoutes.all(
                config, ProtocolConfig.DEFAULT, bounded, InstantSource.system(), metrics),
            metrics);
    await().atMost(LIMIT).until(() -> publisher.problem() == null);
  }

  private SinkConfig sinkConfig() {
    return SinkConfig.of(broker.bootstrapServers());
  }

  private void startSink() {
    SharedStore.put("trimmer", store);
    sink = LocalRingSink.start(sinkConfig(), new SharedStore("trimmer"), new Configuration());
  }

  /** Sends values that do not compress; remembers what was acknowledged. */
  private HttpResponse<String> ingest() throws Exception {
    String name = "m" + acknowledged.size();
    double[] values = random.doubles(SAMPLES).toArray();
    StringJoiner body = new StringJoiner("\n");
    for (int i = 0; i < SAMPLES; i++) {
      body.add(
          "{\"name\":\"%s\",\"ts\":%d,\"value\":%s}"
              .formatted(name, i, Double.toString(values[i])));
    }
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + server.port() + "/ingest/gauge"))
                .header("Content-Type", "application/x-ndjson")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() == 200) {
      acknowledged.put(name, values);
    }
    return answer;
  }

  private void assertStored(String name, double[] values) {
    long id = store.registry().find(SeriesKey.of(name)).join().orElseThrow().id();
    RingSlice slice = store.rings().scan(id, 0, Long.MAX_VALUE, (slots, bytes) -> {}).join();
    assertThat(slice.size()).as(name).isEqualTo(SAMPLES);
    for (int i = 0; i < SAMPLES; i++) {
      assertThat(slice.values()[i]).isEqualTo(values[i]);
    }
  }

  private long logBytes() {
    long bytes = 0;
    for (int partition = 0; partition < PARTITIONS; partition++) {
      bytes += broker.segments("samples", partition).stream().mapToLong(LogSegment::bytes).sum();
    }
    return bytes;
  }

  private long[] starts() {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      Set<TopicPartition> all =
          Set.of(new TopicPartition("samples", 0), new TopicPartition("samples", 1));
      return consumer.beginningOffsets(all).values().stream().mapToLong(offset -> offset).toArray();
    }
  }
}
