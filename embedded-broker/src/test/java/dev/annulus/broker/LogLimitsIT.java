package dev.annulus.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogLimitsIT {
  private static final String TOPIC = "samples";
  private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
  private static final int MIB = 1 << 20;
  private static final Duration CHECK = Duration.ofMillis(100);

  @TempDir Path temp;

  @Test
  void theLogStopsGrowing() throws Exception {
    LogLimits limits = new LogLimits(3 * MIB, Duration.ofDays(1), MIB, CHECK, MIB);
    List<String> twoMib = Collections.nCopies(200, "x".repeat(10 * 1024));
    try (EmbeddedBroker broker = EmbeddedBroker.start(config(limits))) {
      broker.ensureTopic(TopicSpec.of(TOPIC, 1));

      for (int written = 0; written < 12; written += 2) {
        Clients.produce(broker.bootstrapServers(), TOPIC, twoMib);
        await().until(() -> logBytes() <= limits.retentionBytes() + limits.segmentBytes());
      }

      assertThat(logBytes()).isGreaterThan(limits.retentionBytes() - MIB);
      assertThat(firstOffset(broker)).isPositive();
    }
  }

  @Test
  void recordsGoWhenTheirTimeIsOver() throws Exception {
    LogLimits limits = new LogLimits(64 * MIB, Duration.ofSeconds(2), MIB, CHECK, MIB);
    List<String> values = List.of("a", "b", "c");
    try (EmbeddedBroker broker = EmbeddedBroker.start(config(limits))) {
      broker.ensureTopic(TopicSpec.of(TOPIC, 1));

      Clients.produce(broker.bootstrapServers(), TOPIC, values);

      await().untilAsserted(() -> assertThat(firstOffset(broker)).isEqualTo(values.size()));
    }
  }

  private BrokerConfig config(LogLimits limits) {
    return BrokerConfig.in(temp.resolve("broker")).withLog(limits);
  }

  private static long firstOffset(EmbeddedBroker broker) {
    try (var consumer = Clients.consumer(broker.bootstrapServers(), "group")) {
      Map<TopicPartition, Long> begin = consumer.beginningOffsets(Set.of(PARTITION));
      return begin.get(PARTITION);
    }
  }

  /** Deleted files that linger count too: they occupy the disk. */
  private long logBytes() throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.list(temp.resolve("broker").resolve(PARTITION.toString()))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (file.toString().contains(".log")) {
          bytes += sizeIfThere(file);
        }
      }
    }
    return bytes;
  }

  private static long sizeIfThere(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return 0;
    }
  }
}
