package dev.annulus.broker;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerIT {
  private static final String TOPIC = "samples";
  private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
  private static final List<String> VALUES =
      IntStream.range(0, 1_000).mapToObj(i -> "value-" + i).toList();

  @TempDir Path temp;

  @Test
  void servesWhatWasProduced() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(config())) {
      broker.ensureTopic(TopicSpec.of(TOPIC, 3));

      Clients.produce(broker.bootstrapServers(), TOPIC, VALUES);

      assertThat(broker.bootstrapServers()).isEqualTo("127.0.0.1:" + broker.port());
      assertThat(Clients.readAll(broker.bootstrapServers(), TOPIC))
          .containsExactlyInAnyOrderElementsOf(VALUES);
      assertThat(broker.failure()).isNotDone();
    }
  }

  @Test
  void keepsRecordsOffsetsAndItsIdAcrossARestart() throws Exception {
    // Given records, of which a group has committed the first ten
    OffsetAndMetadata ten = new OffsetAndMetadata(10);
    String clusterId;
    try (EmbeddedBroker broker = EmbeddedBroker.start(config())) {
      clusterId = broker.clusterId();
      broker.ensureTopic(TopicSpec.of(TOPIC, 1));
      Clients.produce(broker.bootstrapServers(), TOPIC, VALUES);
      try (var consumer = Clients.consumer(broker.bootstrapServers(), "group")) {
        consumer.assign(List.of(PARTITION));
        consumer.commitSync(Map.of(PARTITION, ten));
      }
    }

    try (EmbeddedBroker broker = EmbeddedBroker.start(config());
        var consumer = Clients.consumer(broker.bootstrapServers(), "group")) {
      assertThat(broker.clusterId()).isEqualTo(clusterId);
      assertThat(Clients.readAll(broker.bootstrapServers(), TOPIC))
          .containsExactlyElementsOf(VALUES);
      assertThat(consumer.committed(Set.of(PARTITION))).containsEntry(PARTITION, ten);
      consumer.subscribe(List.of(TOPIC));
      assertThat(firstValue(consumer)).isEqualTo("value-10");
    }
  }

  @Test
  void clientsOutliveARestartOnTheSamePort() throws Exception {
    EmbeddedBroker first = EmbeddedBroker.start(config());
    first.ensureTopic(TopicSpec.of(TOPIC, 1));
    try (KafkaProducer<String, String> producer = Clients.producer(first.bootstrapServers())) {
      producer.send(new ProducerRecord<>(TOPIC, "before")).get();

      first.close();
      BrokerConfig samePort = config().withAddress("127.0.0.1", first.port());

      try (EmbeddedBroker second = EmbeddedBroker.start(samePort)) {
        producer.send(new ProducerRecord<>(TOPIC, "after")).get();
        assertThat(second.port()).isEqualTo(first.port());
        assertThat(Clients.readAll(second.bootstrapServers(), TOPIC))
            .containsExactly("before", "after");
      }
    }
  }

  @Test
  void namesTheAddressThatIsTaken() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      BrokerConfig taken = config().withAddress("127.0.0.1", other.getLocalPort());

      assertThatThrownBy(() -> EmbeddedBroker.start(taken))
          .isInstanceOf(BrokerStartException.class)
          .hasMessageContaining("cannot listen on 127.0.0.1 port " + other.getLocalPort());
      assertThat(taken.dataDir()).doesNotExist();
    }
  }

  @Test
  void namesTheHostThatIsNotThere() {
    BrokerConfig nowhere = config().withAddress("no-such-host.invalid", 0);

    assertThatThrownBy(() -> EmbeddedBroker.start(nowhere))
        .isInstanceOf(BrokerStartException.class)
        .hasMessageContaining("no-such-host.invalid");
  }

  @Test
  void listensEverywhereAndAdvertisesWhatItIsTold() throws Exception {
    BrokerConfig everywhere = config().withAddress("0.0.0.0", 0).withAdvertisedHost("127.0.0.1");
    try (EmbeddedBroker broker = EmbeddedBroker.start(everywhere)) {
      broker.ensureTopic(TopicSpec.of(TOPIC, 1));

      Clients.produce("localhost:" + broker.port(), TOPIC, VALUES);

      assertThat(broker.bootstrapServers()).isEqualTo("127.0.0.1:" + broker.port());
    }
  }

  @Test
  void acceptsBatchesUpToItsLimit() throws Exception {
    int limit = config().log().maxBatchBytes();
    try (EmbeddedBroker broker = EmbeddedBroker.start(config())) {
      broker.ensureTopic(TopicSpec.of(TOPIC, 1));
      List<String> fits = List.of("x".repeat(limit - 1_000));
      List<String> tooLarge = List.of("x".repeat(limit));

      Clients.produce(broker.bootstrapServers(), TOPIC, fits);

      assertThatThrownBy(() -> Clients.produce(broker.bootstrapServers(), TOPIC, tooLarge))
          .hasCauseInstanceOf(RecordTooLargeException.class);
      assertThat(Clients.readAll(broker.bootstrapServers(), TOPIC)).isEqualTo(fits);
    }
  }

  @Test
  void forcesEachAppendWhenAskedTo() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(config().withSyncInterval(Duration.ZERO))) {
      broker.ensureTopic(TopicSpec.of(TOPIC, 1));

      Clients.produce(broker.bootstrapServers(), TOPIC, VALUES);

      assertThat(Clients.readAll(broker.bootstrapServers(), TOPIC)).hasSameSizeAs(VALUES);
    }
  }

  @Test
  void leavesOnlyTheMetricsClockBehind() {
    // Given that what is of the process, not of the broker, runs already
    EmbeddedBroker.start(config()).close();
    Set<Thread> before = threads();

    EmbeddedBroker broker = EmbeddedBroker.start(config());
    broker.ensureTopic(TopicSpec.of(TOPIC, 1));
    broker.close();
    broker.close();

    await()
        .untilAsserted(
            () ->
                assertThat(threads())
                    .filteredOn(thread -> !before.contains(thread))
                    .filteredOn(thread -> !thread.getName().startsWith("awaitility"))
                    .isEmpty());
    assertThat(before)
        .filteredOn(thread -> thread.getName().startsWith("metrics-meter-tick"))
        .allMatch(Thread::isDaemon);
  }

  private BrokerConfig config() {
    return BrokerConfig.in(temp.resolve("broker"));
  }

  private static String firstValue(KafkaConsumer<String, String> consumer) {
    return await()
        .until(
            () -> consumer.poll(Duration.ofMillis(100)).records(TOPIC).iterator(),
            records -> records.hasNext())
        .next()
        .value();
  }

  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream().filter(Thread::isAlive).collect(toSet());
  }
}
