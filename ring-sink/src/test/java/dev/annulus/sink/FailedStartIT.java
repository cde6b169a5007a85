package dev.annulus.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annulus.broker.BrokerConfig;
import dev.annulus.broker.EmbeddedBroker;
import dev.annulus.broker.TopicSpec;
import dev.annulus.kv.EngineStats;
import dev.annulus.kv.StoreException;
import dev.annulus.kv.StoreException.Kind;
import dev.annulus.kv.embedded.EmbeddedConfig;
import dev.annulus.kv.embedded.EmbeddedEngine;
import dev.annulus.store.RingStore;
import dev.annulus.store.StoreConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A job whose sink cannot be opened restarts for ever, and each time leaves nothing behind; one
 * that does not restart says so.
 */
class FailedStartIT {
  private static final AtomicInteger ATTEMPTS = new AtomicInteger();
  private static final AtomicInteger OPEN = new AtomicInteger();

  @TempDir private static Path directory;
  private static EmbeddedBroker broker;

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start(BrokerConfig.in(directory.resolve("kafka")));
    broker.ensureTopics(List.of(TopicSpec.of("samples", 1), TopicSpec.small("samples.rejected")));
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void reset() {
    ATTEMPTS.set(0);
    OPEN.set(0);
  }

  /** Cannot be opened. */
  record NoStore() implements StoreProvider {
    @Override
    public Handle open() {
      ATTEMPTS.incrementAndGet();
      throw new StoreException(Kind.UNAVAILABLE, "away");
    }
  }

  /** Counts who has it open. */
  record CountedStore(String name) implements StoreProvider {
    @Override
    public Handle open() {
      Handle handle = new SharedStore(name).open();
      ATTEMPTS.incrementAndGet();
      OPEN.incrementAndGet();
      return new Handle() {
        @Override
        public RingStore store() {
          return handle.store();
        }

        @Override
        public @Nullable EngineStats stats() {
          return null;
        }

        @Override
        public void close() {
          OPEN.decrementAndGet();
        }
      };
    }
  }

  @Test
  void withoutTheStoreNoProducerIsLeft() {
    try (LocalRingSink job = start("samples", Map.of(), new NoStore())) {
      await().atMost(Duration.ofSeconds(60)).until(() -> ATTEMPTS.get() >= 8);
      await().untilAsserted(() -> assertThat(producers()).isLessThanOrEqualTo(2));
      assertThat(job.problem()).isPresent();
    }
  }

  @Test
  void withoutKafkasAnswerNoStoreIsLeft() {
    try (EmbeddedEngine engine =
        EmbeddedEngine.open(EmbeddedConfig.in(directory.resolve("store")))) {
      SharedStore.put("counted", RingStore.open(engine, StoreConfig.DEFAULT).join());
      try (LocalRingSink job =
          start("no.such.topic", Map.of("max.block.ms", "200"), new CountedStore("counted"))) {
        await().atMost(Duration.ofSeconds(60)).until(() -> ATTEMPTS.get() >= 8);
        await()
            .untilAsserted(
                () -> {
                  assertThat(OPEN.get()).isLessThanOrEqualTo(2);
                  assertThat(producers()).isLessThanOrEqualTo(2);
                });
        assertThat(job.problem()).isPresent();
      } finally {
        SharedStore.remove("counted");
      }
    }
  }

  /** Whatever ends it for good: here a strategy that does not try again. */
  @Test
  void aJobThatHasEndedIsTold() {
    Configuration never = new Configuration();
    never.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    try (LocalRingSink job = start("samples", Map.of(), new NoStore(), never)) {
      await().atMost(Duration.ofSeconds(60)).until(() -> job.failure().isDone());
      assertThat(job.failure().join()).contains("the Flink job has ended").contains("FAILED");
      assertThat(job.problem()).isPresent();
    }
  }

  /** Nothing ends the job: it waits for another task manager, which nobody starts. */
  @Test
  void aJobThatHasLostItsTaskManagerIsTold() {
    Configuration hasty = new Configuration();
    hasty.set(TaskManagerOptions.REGISTRATION_TIMEOUT, Duration.ofMillis(1)); // it gives up
    try (LocalRingSink job = start("samples", Map.of(), new NoStore(), hasty)) {
      await().atMost(Duration.ofMinutes(3)).until(() -> job.failure().isDone());
      assertThat(job.failure().join()).contains("lost its task manager");
      assertThat(job.problem()).isPresent();
    }
  }

  @Test
  void oneThatIsClosedHasNotFailed() {
    LocalRingSink job = start("samples", Map.of(), new NoStore());
    job.close();
    assertThat(job.failure()).isNotDone();
  }

  private static LocalRingSink start(
      String topic, Map<String, String> kafka, StoreProvider stores) {
    Configuration flink = new Configuration();
    flink.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    flink.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1_000);
    flink.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10));
    return start(topic, kafka, stores, flink);
  }

  private static LocalRingSink start(
      String topic, Map<String, String> kafka, StoreProvider stores, Configuration flink) {
    SinkConfig defaults = SinkConfig.of(broker.bootstrapServers());
    SinkConfig config =
        new SinkConfig(
            defaults.bootstrapServers(),
            topic,
            defaults.rejectedTopic(),
            defaults.group(),
            defaults.rules(),
            defaults.maxBatchSamples(),
            defaults.maxBatchBytes(),
            defaults.checkpointInterval(),
            1,
            defaults.retryBackoff(),
            kafka);
    return LocalRingSink.start(config, stores, flink);
  }

  private static long producers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("kafka-producer-network-thread"))
        .count();
  }
}
