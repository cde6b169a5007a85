package dev.annulus.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import dev.annulus.kv.embedded.EmbeddedConfig;
import dev.annulus.kv.embedded.EmbeddedEngine;
import dev.annulus.model.MetricType;
import dev.annulus.model.SampleRules;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.SeriesSpec;
import dev.annulus.model.Times;
import dev.annulus.store.RingSlice;
import dev.annulus.store.RingStore;
import dev.annulus.store.StoreConfig;
import dev.annulus.wire.ContentType;
import dev.annulus.wire.RejectedRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The job on a real store and whatever Kafka a subclass names. */
abstract class RingSinkFixture {
  static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path storeDirectory;
  String topic;
  private EmbeddedEngine engine;
  RingStore store;
  KafkaProducer<byte[], byte[]> producer;
  LocalRingSink job;

  /** Where Kafka answers; aborts the test, with the reason, where there is none. */
  abstract String bootstrapServers();

  /** How the store is laid out. */
  StoreConfig storeConfig() {
    return StoreConfig.DEFAULT;
  }

  @BeforeEach
  void start() throws Exception {
    topic = "samples" + System.nanoTime();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
      NewTopic samples = new NewTopic(topic, Optional.of(2), Optional.empty());
      samples.configs(Map.of("message.timestamp.type", "LogAppendTime"));
      NewTopic rejected = new NewTopic(topic + ".rejected", Optional.of(1), Optional.empty());
      admin.createTopics(List.of(samples, rejected)).all().get();
    }
    engine = EmbeddedEngine.open(EmbeddedConfig.in(storeDirectory));
    store = RingStore.open(engine, storeConfig()).join();
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    job = startJob(1);
  }

  @AfterEach
  void stop() throws Exception {
    if (job != null) {
      job.close();
    }
    if (producer != null) {
      producer.close();
    }
    SharedStore.remove(topic);
    if (store != null) {
      store.close();
    }
    if (engine != null) {
      engine.close();
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
        admin.deleteTopics(List.of(topic, topic + ".rejected")).all().get();
      }
    }
  }

  LocalRingSink startJob(int parallelism) {
    return startJob(parallelism, "group-" + topic);
  }

  LocalRingSink startJob(int parallelism, String group) {
    return startJob(parallelism, group, SampleRules.DEFAULT);
  }

  LocalRingSink startJob(int parallelism, String group, SampleRules rules) {
    SinkConfig defaults = SinkConfig.of(bootstrapServers());
    SinkConfig config =
        new SinkConfig(
            bootstrapServers(),
            topic,
            topic + ".rejected",
            group,
            rules,
            1000,
            20_000,
            Duration.ofMillis(500),
            parallelism,
            defaults.retryBackoff(),
            Map.of());
    SharedStore.put(topic, store);
    return LocalRingSink.start(config, new SharedStore(topic), new Configuration());
  }

  boolean positionReached(Map<Integer, Long> wanted) {
    Map<Integer, Long> reached = store.positions().read().join();
    return wanted.entrySet().stream()
        .allMatch(e -> reached.getOrDefault(e.getKey(), 0L) >= e.getValue());
  }

  Map<Long, Double> ring(String name) {
    return store
        .registry()
        .find(SeriesKey.of(name))
        .join()
        .map(
            metric -> {
              RingSlice slice =
                  store.rings().scan(metric.id(), 0, Long.MAX_VALUE, (slots, bytes) -> {}).join();
              Map<Long, Double> samples = new TreeMap<>();
              for (int i = 0; i < slice.size(); i++) {
                samples.put(Times.seconds(slice.tsMillis()[i]), slice.values()[i]);
              }
              return samples;
            })
        .orElse(Map.of());
  }

  void send(byte[] protobuf) throws Exception {
    send(null, protobuf, ContentType.PROTOBUF.mediaType());
  }

  void send(byte[] key, byte[] value, String contentType) throws Exception {
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, 0, key, value);
    if (contentType != null) {
      record.headers().add(ContentType.HEADER, contentType.getBytes(UTF_8));
    }
    producer.send(record).get();
  }

  List<RejectedRecord> rejected(int count) {
    List<RejectedRecord> found = new ArrayList<>();
    TopicPartition partition = new TopicPartition(topic + ".rejected", 0);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      await()
          .pollInSameThread()
          .atMost(LIMIT)
          .until(
              () -> {
                for (ConsumerRecord<byte[], byte[]> record :
                    consumer.poll(Duration.ofMillis(200))) {
                  Map<String, String> headers = new HashMap<>();
                  record.headers().forEach(h -> headers.put(h.key(), new String(h.value(), UTF_8)));
                  found.add(RejectedRecord.of(headers, record.value()));
                }
                return found.size() >= count;
              });
    }
    return found;
  }

  static SeriesSpec gauge(String name) {
    return SeriesSpec.of(SeriesKey.of(name), MetricType.GAUGE);
  }

  static SeriesSpec counter(String name) {
    return SeriesSpec.of(SeriesKey.of(name), MetricType.COUNTER);
  }

  static SeriesSamples one(SeriesSpec spec, long ts, double value) {
    return new SeriesSamples(spec, new long[] {Times.millis(ts)}, new double[] {value});
  }
}
