package dev.annulus.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.broker.BrokerConfig;
import dev.annulus.broker.EmbeddedBroker;
import dev.annulus.broker.TopicSpec;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gateway on the broker of standalone, which also goes away. */
class IngestGatewayIT extends IngestGatewayContract {
  @TempDir private static Path directory;
  private static EmbeddedBroker broker;

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start(BrokerConfig.in(directory));
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Override
  String bootstrapServers() {
    return broker.bootstrapServers();
  }

  @Test
  void withoutKafkaThereIsNoAcknowledgement(@TempDir Path otherDirectory) throws Exception {
    closeGateway();
    EmbeddedBroker other = EmbeddedBroker.start(BrokerConfig.in(otherDirectory));
    other.ensureTopic(TopicSpec.of("samples", 1));
    int port = other.port();
    start(config("127.0.0.1:" + port, "samples", 20_000));
    String sample = "{\"name\":\"m\",\"ts\":1,\"value\":1}";
    awaitAccepted(sample); // it has to find Kafka first

    other.close();
    HttpResponse<String> away = post("/ingest/gauge", sample);
    assertThat(away.statusCode()).isEqualTo(503);
    assertThat(away.headers().firstValue("retry-after")).isPresent();
    assertThat(away.body()).contains("kafka_unavailable");

    EmbeddedBroker again =
        EmbeddedBroker.start(BrokerConfig.in(otherDirectory).withAddress("127.0.0.1", port));
    try {
      awaitAccepted(sample);
    } finally {
      again.close();
    }
  }

  @Test
  void whatWaitsForKafkaIsBounded(@TempDir Path otherDirectory) throws Exception {
    closeGateway();
    EmbeddedBroker other = EmbeddedBroker.start(BrokerConfig.in(otherDirectory));
    other.ensureTopic(TopicSpec.of("samples", 1));
    start(config("127.0.0.1:" + other.port(), "samples", 200));
    String sample = "{\"name\":\"m\",\"ts\":1,\"value\":1}";
    awaitAccepted(sample); // it has to find Kafka first
    other.close();
    // A few samples would wait behind the first request and end with it.
    String many = "[" + String.join(",", Collections.nCopies(20, sample)) + "]";
    List<CompletableFuture<HttpResponse<String>>> answers =
        IntStream.range(0, 20)
            .mapToObj(
                i ->
                    client.sendAsync(
                        request("/ingest/gauge", many), HttpResponse.BodyHandlers.ofString()))
            .toList();
    List<String> bodies = answers.stream().map(answer -> answer.join().body()).toList();
    assertThat(bodies).as("some are turned away at once").anyMatch(b -> b.contains("overloaded"));
    assertThat(answers).as("none is accepted").allMatch(a -> a.join().statusCode() == 503);
  }

  private void awaitAccepted(String sample) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> post("/ingest/gauge", sample).statusCode() == 200);
  }
}
