package dev.annulus.broker;

import static org.junit.jupiter.api.Assumptions.abort;

import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;

/**
 * The Kafka cluster of the tests: the one {@code KAFKA_BOOTSTRAP_SERVERS} names, else one in a
 * container where Docker answers. One per test process. What runs on {@link EmbeddedBroker} runs on
 * it as well.
 */
public final class KafkaCluster {
  private static final String IMAGE = "apache/kafka:4.2.1";

  private static String bootstrapServers;
  private static String reason;

  private KafkaCluster() {}

  /** Where the cluster answers; aborts the test, with the reason, where there is none. */
  public static synchronized String require() {
    if (bootstrapServers == null && reason == null) {
      find();
    }
    if (bootstrapServers == null) {
      abort(reason);
    }
    return bootstrapServers;
  }

  @SuppressWarnings("resource") // lives as long as the test process
  private static void find() {
    String configured = System.getenv("KAFKA_BOOTSTRAP_SERVERS");
    if (configured != null && !configured.isBlank()) {
      bootstrapServers = configured;
    } else if (dockerAnswers()) {
      KafkaContainer container = new KafkaContainer(IMAGE);
      container.start();
      bootstrapServers = container.getBootstrapServers();
    } else {
      reason = "no KAFKA_BOOTSTRAP_SERVERS is set and no Docker answers to start " + IMAGE;
    }
  }

  private static boolean dockerAnswers() {
    try {
      return DockerClientFactory.instance().isDockerAvailable();
    } catch (RuntimeException e) {
      return false;
    }
  }
}
