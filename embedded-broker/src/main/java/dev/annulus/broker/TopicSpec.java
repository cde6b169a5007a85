package dev.annulus.broker;

import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.internals.Topic;

/**
 * The specification of a topic.
 *
 * @param name by Kafka's rules
 * @param partitions at least one; fixed once the topic exists, since it assigns keys
 * @param config all Kafka topic settings that differ from the broker's; others are reset to the
 *     broker's value
 */
public record TopicSpec(String name, int partitions, Map<String, String> config) {
  private static final int MAX_PARTITIONS = 1_000;
  private static final Map<String, String> UNTIL_DELETED =
      Map.of(
          TopicConfig.RETENTION_BYTES_CONFIG,
          "-1",
          TopicConfig.RETENTION_MS_CONFIG,
          "-1",
          // Only its owner deletes, by size: rolling by time would only keep more files open.
          TopicConfig.SEGMENT_MS_CONFIG,
          Long.toString(Long.MAX_VALUE));
  private static final Map<String, String> SMALL =
      Map.of(
          TopicConfig.RETENTION_BYTES_CONFIG, Long.toString(64L << 20),
          TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(16 << 20));

  public TopicSpec {
    try {
      Topic.validate(name);
    } catch (InvalidTopicException e) {
      throw new IllegalArgumentException("topic name '%s': %s".formatted(name, e.getMessage()), e);
    }
    if (partitions < 1 || partitions > MAX_PARTITIONS) {
      throw new IllegalArgumentException(
          "topic %s: partitions %d must be between 1 and %d"
              .formatted(name, partitions, MAX_PARTITIONS));
    }
    String retention = config.getOrDefault(TopicConfig.RETENTION_BYTES_CONFIG, "0");
    if (retention.startsWith("-") && !config.equals(UNTIL_DELETED)) {
      throw new IllegalArgumentException(
          "topic %s: %s must bound the topic, got %s"
              .formatted(name, TopicConfig.RETENTION_BYTES_CONFIG, retention));
    }
    config = Map.copyOf(config);
  }

  /** A topic without retention: its owner deletes records and so bounds it. */
  public static TopicSpec untilDeleted(String name, int partitions) {
    return new TopicSpec(name, partitions, UNTIL_DELETED);
  }

  /** One partition with the newest 64 MiB, in segments of 16 MiB. */
  public static TopicSpec small(String name) {
    return new TopicSpec(name, 1, SMALL);
  }

  boolean isSmall() {
    return config.equals(SMALL);
  }

  /** A topic with the broker's settings. */
  public static TopicSpec of(String name, int partitions) {
    return new TopicSpec(name, partitions, Map.of());
  }
}
