package dev.annulus.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annulus.broker.BrokerConfig;
import dev.annulus.broker.EmbeddedBroker;
import dev.annulus.kv.embedded.EmbeddedConfig;
import dev.annulus.kv.embedded.EmbeddedEngine;
import dev.annulus.kv.remote.StoreServer;
import dev.annulus.kv.remote.StoreServerConfig;
import dev.annulus.model.Metric.LogOffsets;
import dev.annulus.model.MetricType;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.SeriesSpec;
import dev.annulus.model.Times;
import dev.annulus.store.CounterState;
import dev.annulus.store.RingSlice;
import dev.annulus.store.RingStore;
import dev.annulus.store.StoreConfig;
import dev.annulus.wire.ContentType;
import dev.annulus.wire.RecordEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The store loses what Kafka has, or Kafka what the store knows of. */
class LostWritesIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final int RECORDS = 300;
  private static final SeriesSpec GAUGE = SeriesSpec.of(SeriesKey.of("g"), MetricType.GAUGE);
  private static final SeriesSpec DELTAS = SeriesSpec.deltasOf(SeriesKey.of("d"));

  @TempDir private static Path brokerDirectory;
  private static EmbeddedBroker broker;

  @TempDir private Path directory;
  private String topic;
  private EmbeddedEngine engine;
  private RingStore store;
  private StoreServer server;
  private LocalRingSink job;

  /** What happens to the bytes of the write-ahead log. */
  enum Damage {
    /** The machine dies: what came last never reached the disk. */
    CUT(bytes -> Arrays.copyOf(bytes, bytes.length * 7 / 10)),
    HALVED(bytes -> Arrays.copyOf(bytes, bytes.length / 2)),
    EMPTIED(bytes -> new byte[0]),
    FLIPPED(
        bytes -> {
          bytes[bytes.length / 3] ^= 4;
          return bytes;
        });

    private final UnaryOperator<byte[]> change;

    Damage(UnaryOperator<byte[]> change) {
      this.change = change;
    }
  }

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start(BrokerConfig.in(brokerDirectory));
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void start() throws Exception {
    topic = "samples" + System.nanoTime();
    createTopic(topic);
    createTopic(topic + ".rejected");
    openStore();
  }

  @AfterEach
  void stop() {
    if (job != null) {
      job.close();
    }
    if (server != null) {
      server.close();
    }
    SharedStore.remove(topic);
    engine.close();
  }

  @ParameterizedTest
  @EnumSource(Damage.class)
  void whatTheStoreLostIsReadFromTheLogAgain(Damage damage) throws Exception {
    job = startJob(new SharedStore(topic));
    send(0, RECORDS);
    await().atMost(LIMIT).until(() -> committed() == RECORDS);
    CounterState total = total();
    assertThat(total.increase()).isEqualTo(RECORDS);
    job.close();
    engine.close();
    damage(damage);

    openStore();
    assertThat(ring()).as("what was lost").hasSizeLessThan(RECORDS);
    job = startJob(new SharedStore(topic));
    await().atMost(LIMIT).untilAsserted(() -> assertThat(ring()).hasSize(RECORDS));
    awaitTotal(total.increase());
    assertThat(total()).isEqualTo(total);
  }

  @ParameterizedTest
  @EnumSource(
      value = Damage.class,
      names = {"CUT", "EMPTIED"})
  void aJobThatRunsNoticesThatTheStoreCameBackWithLess(Damage damage) throws Exception {
    server = StoreServer.start(StoreServerConfig.onLoopback(0), engine);
    int port = server.port();
    job =
        startJob(
            new StoreLocation(
                StoreLocation.Kind.REMOTE,
                "127.0.0.1:" + port,
                "",
                Duration.ofSeconds(20),
                "",
                1,
                3_600,
                1_000,
                0,
                1,
                0,
                Duration.ofMinutes(5)));
    send(0, RECORDS);
    await().atMost(LIMIT).until(() -> committed() == RECORDS);
    server.close();
    engine.close();
    damage(damage);

    openStore();
    assertThat(ring()).as("what was lost").hasSizeLessThan(RECORDS);
    server = StoreServer.start(StoreServerConfig.onLoopback(port), engine);
    await().atMost(LIMIT).untilAsserted(() -> assertThat(ring()).hasSize(RECORDS));
    awaitTotal(RECORDS);
    send(RECORDS, RECORDS + 5);
    await().atMost(LIMIT).untilAsserted(() -> assertThat(ring()).hasSize(RECORDS + 5));
  }

  @Test
  void aTopicThatWasMadeAnewIsNotHeldBackByMarksOfTheOldOne() throws Exception {
    job = startJob(new SharedStore(topic));
    send(0, RECORDS);
    await().atMost(LIMIT).until(() -> committed() == RECORDS);
    long id = store.registry().find(SeriesKey.of("g")).join().orElseThrow().id();
    store.registry().delete(id, new LogOffsets(RECORDS)).join();
    job.close();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin.deleteTopics(List.of(topic)).all().get();
      await().atMost(LIMIT).until(() -> isGone(admin));
    }
    createTopic(topic);
    send(RECORDS, RECORDS + 5);
    job = startJob(new SharedStore(topic));
    await().atMost(LIMIT).untilAsserted(() -> assertThat(ring()).hasSize(5));
    awaitTotal(RECORDS + 5);
    await().atMost(LIMIT).until(() -> store.positions().read().join().equals(Map.of(0, 5L)));
  }

  private boolean isGone(Admin admin) throws Exception {
    try {
      admin.describeTopics(List.of(topic)).allTopicNames().get();
      return false;
    } catch (ExecutionException e) {
      return e.getCause() instanceof UnknownTopicOrPartitionException;
    }
  }

  private void openStore() {
    engine = EmbeddedEngine.open(EmbeddedConfig.in(directory));
    store = RingStore.open(engine, StoreConfig.DEFAULT).join();
    SharedStore.put(topic, store);
  }

  private void damage(Damage damage) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      Path log =
          files
              .filter(file -> file.toString().endsWith(".log"))
              .max(Comparator.comparing(file -> file.toFile().length()))
              .orElseThrow();
      Files.write(log, damage.change.apply(Files.readAllBytes(log)));
    }
  }

  private LocalRingSink startJob(StoreProvider stores) {
    SinkConfig defaults = SinkConfig.of(broker.bootstrapServers());
    SinkConfig config =
        new SinkConfig(
            broker.bootstrapServers(),
            topic,
            topic + ".rejected",
            "group-" + topic,
            defaults.rules(),
            20,
            0,
            Duration.ofMillis(300),
            1,
            defaults.retryBackoff(),
            Map.of());
    return LocalRingSink.start(config, stores, new Configuration());
  }

  private void send(int from, int to) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = from; i < to; i++) {
        byte[] value = RecordEncoder.encode(List.of(one(GAUGE, i, i), one(DELTAS, i, 1)));
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, 0, null, value);
        record.headers().add(ContentType.HEADER, ContentType.PROTOBUF.mediaType().getBytes(UTF_8));
        producer.send(record).get();
      }
    }
  }

  private long committed() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      OffsetAndMetadata offset =
          admin
              .listConsumerGroupOffsets("group-" + topic)
              .partitionsToOffsetAndMetadata()
              .get()
              .get(new TopicPartition(topic, 0));
      return offset == null ? 0 : offset.offset();
    }
  }

  private Map<Long, Double> ring() {
    Map<Long, Double> samples = new TreeMap<>();
    store
        .registry()
        .find(SeriesKey.of("g"))
        .join()
        .ifPresent(
            metric -> {
              RingSlice slice =
                  store.rings().scan(metric.id(), 0, Long.MAX_VALUE, (slots, bytes) -> {}).join();
              for (int i = 0; i < slice.size(); i++) {
                samples.put(Times.seconds(slice.tsMillis()[i]), slice.values()[i]);
              }
            });
    return samples;
  }

  /** Increments are settled after the slots of their batch. */
  private void awaitTotal(double increase) {
    await()
        .atMost(LIMIT)
        .ignoreException(NoSuchElementException.class)
        .untilAsserted(() -> assertThat(total().increase()).isEqualTo(increase));
  }

  private CounterState total() {
    long id = store.registry().find(SeriesKey.of("d")).join().orElseThrow().id();
    return store.counter(id).join().orElseThrow();
  }

  private static void createTopic(String name) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      NewTopic topic = new NewTopic(name, Optional.of(1), Optional.empty());
      topic.configs(Map.of("message.timestamp.type", "LogAppendTime"));
      admin.createTopics(List.of(topic)).all().get();
    }
  }

  private static SeriesSamples one(SeriesSpec spec, long ts, double value) {
    return new SeriesSamples(spec, new long[] {Times.millis(ts)}, new double[] {value});
  }
}
