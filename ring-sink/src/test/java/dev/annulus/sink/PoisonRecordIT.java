package dev.annulus.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annulus.broker.BrokerConfig;
import dev.annulus.broker.EmbeddedBroker;
import dev.annulus.broker.TopicSpec;
import dev.annulus.kv.ForwardingEngine;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.Transaction;
import dev.annulus.kv.embedded.EmbeddedConfig;
import dev.annulus.kv.embedded.EmbeddedEngine;
import dev.annulus.model.SeriesKey;
import dev.annulus.store.RingStore;
import dev.annulus.store.StoreConfig;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A record that ends the job each time it is written, as one that ends the process would. */
class PoisonRecordIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  @TempDir private Path directory;

  @Test
  void aRecordThatEndsTheJobAgainAndAgainIsSetAside() throws Exception {
    try (BrokerFixture broker = new BrokerFixture(directory.resolve("kafka"));
        EmbeddedEngine engine =
            EmbeddedEngine.open(EmbeddedConfig.in(directory.resolve("store")))) {
      DeadlyEngine deadly = new DeadlyEngine(engine);
      RingStore store = RingStore.open(deadly, StoreConfig.DEFAULT).join();
      SharedStore.put("poison", store);
      try (LocalRingSink job = start(broker.servers())) {
        for (String name : List.of("before", "beside", "poison", "behind", "after")) {
          broker.send(
              "{\"name\":\"%s\",\"type\":\"gauge\",\"ts\":%d,\"value\":1}"
                  .formatted(name, Instant.now().getEpochSecond()));
        }
        await()
            .atMost(LIMIT)
            .until(() -> store.registry().find(SeriesKey.of("after")).join().isPresent());
        for (String name : List.of("before", "beside", "behind")) {
          assertThat(store.registry().find(SeriesKey.of(name)).join()).as(name).isPresent();
        }
        assertThat(store.registry().find(SeriesKey.of("poison")).join()).isEmpty();
        assertThat(deadly.deaths.get()).isBetween(3, 15);
        ConsumerRecord<String, String> rejected = broker.rejected();
        assertThat(rejected.value()).contains("\"name\":\"poison\"");
        assertThat(new String(rejected.headers().lastHeader("annulus-reason").value(), UTF_8))
            .isEqualTo("set_aside");
        await().atMost(LIMIT).until(() -> job.problem().isEmpty());
      } finally {
        SharedStore.remove("poison");
      }
    }
  }

  private static LocalRingSink start(String servers) {
    SinkConfig defaults = SinkConfig.of(servers);
    Configuration flink = new Configuration();
    flink.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    flink.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1_000);
    flink.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10));
    return LocalRingSink.start(defaults, new SharedStore("poison"), flink);
  }

  /** Dies when a key with "poison" is written, and not by an exception that could be handled. */
  private static final class DeadlyEngine extends ForwardingEngine {
    private final AtomicInteger deaths = new AtomicInteger();

    DeadlyEngine(KeyValueEngine engine) {
      super(engine);
    }

    @Override
    public <T> CompletableFuture<T> write(
        Function<? super Transaction, ? extends CompletionStage<T>> body) {
      return super.write(tx -> body.apply(deadly(tx)));
    }

    private Transaction deadly(Transaction tx) {
      return (Transaction)
          Proxy.newProxyInstance(
              Transaction.class.getClassLoader(),
              new Class<?>[] {Transaction.class},
              (proxy, method, arguments) -> {
                if (method.getName().equals("set")
                    && new String((byte[]) arguments[0], UTF_8).contains("poison")) {
                  deaths.incrementAndGet();
                  throw new AssertionError("the end");
                }
                try {
                  return method.invoke(tx, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }
  }

  private static final class BrokerFixture implements AutoCloseable {
    private final EmbeddedBroker broker;
    private final KafkaProducer<String, String> producer;

    BrokerFixture(Path directory) {
      broker = EmbeddedBroker.start(BrokerConfig.in(directory));
      broker.ensureTopics(List.of(TopicSpec.of("samples", 1), TopicSpec.small("samples.rejected")));
      producer =
          new KafkaProducer<>(
              Map.of("bootstrap.servers", servers()),
              new StringSerializer(),
              new StringSerializer());
    }

    String servers() {
      return broker.bootstrapServers();
    }

    void send(String json) throws Exception {
      producer.send(new ProducerRecord<>("samples", json)).get();
    }

    ConsumerRecord<String, String> rejected() {
      TopicPartition partition = new TopicPartition("samples.rejected", 0);
      try (KafkaConsumer<String, String> consumer =
          new KafkaConsumer<>(
              Map.of("bootstrap.servers", servers()),
              new StringDeserializer(),
              new StringDeserializer())) {
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        return await()
            .pollInSameThread()
            .atMost(LIMIT)
            .until(
                () -> {
                  for (ConsumerRecord<String, String> record :
                      consumer.poll(Duration.ofMillis(200))) {
                    return record;
                  }
                  return null;
                },
                found -> found != null);
      }
    }

    @Override
    public void close() {
      producer.close();
      broker.close();
    }
  }
}
