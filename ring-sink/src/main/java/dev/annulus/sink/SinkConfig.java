package dev.annulus.sink;

import dev.annulus.model.SampleRules;
import dev.annulus.service.config.Settings;
import java.io.Serializable;
import java.time.Duration;
import java.util.Map;

/**
 * Configuration of the job: reading, batching and retries.
 *
 * @param bootstrapServers of Kafka
 * @param topic to read samples from
 * @param rejectedTopic topic to write rejected samples to
 * @param group consumer group for committed offsets, used for monitoring and for a start without a
 *     checkpoint
 * @param rules validation rules, as in the gateway
 * @param maxBatchSamples maximum samples per batch; up to twice as many are in memory
 * @param maxBatchBytes estimated maximum heap of a batch, exceeded by at most one record; 0 for a
 *     sixteenth of the heap of the writing process
 * @param checkpointInterval interval between checkpoints
 * @param parallelism source and sink tasks; more than partitions are useless
 * @param retryBackoff maximum pause between two attempts to write a batch
 * @param kafka additional client settings, such as {@code security.protocol}
 */
public record SinkConfig(
    String bootstrapServers,
    String topic,
    String rejectedTopic,
    String group,
    SampleRules rules,
    int maxBatchSamples,
    long maxBatchBytes,
    Duration checkpointInterval,
    int parallelism,
    Duration retryBackoff,
    Map<String, String> kafka)
    implements Serializable {

  /** Fraction of the heap for a batch; one is collected while another is written. */
  private static final int HEAP_SHARE = 16;

  public SinkConfig {
    kafka = Map.copyOf(kafka);
  }

  /** The default configuration for a Kafka cluster. */
  public static SinkConfig of(String bootstrapServers) {
    return new SinkConfig(
        bootstrapServers,
        "samples",
        "samples.rejected",
        "annulus-ring-sink",
        SampleRules.DEFAULT,
        60_000,
        0,
        Duration.ofSeconds(1),
        1,
        Duration.ofSeconds(2),
        Map.of());
  }

  /** Reads {@code kafka.*}, {@code kafka.client.*} and {@code sink.*}. */
  public static SinkConfig from(Settings settings) {
    SinkConfig defaults = of(settings.text("kafka.bootstrap-servers", "127.0.0.1:9092"));
    return new SinkConfig(
        defaults.bootstrapServers(),
        settings.text("kafka.topic", defaults.topic()),
        settings.text("kafka.rejected-topic", defaults.rejectedTopic()),
        settings.text("sink.group", defaults.group()),
        SampleRules.from(
            settings.duration("ingest.allowed-skew", defaults.rules().allowedSkew()),
            settings::number),
        settings.number("sink.max-batch", defaults.maxBatchSamples(), 1, 1_000_000),
        settings.bytes("sink.max-batch-bytes", defaults.maxBatchBytes()),
        settings.duration("sink.checkpoint-interval", defaults.checkpointInterval()),
        settings.number("sink.parallelism", defaults.parallelism(), 1, 1_000),
        settings.duration("sink.retry-backoff", defaults.retryBackoff()),
        settings.prefixed("kafka.client."));
  }

  /** The maximum heap of a batch in this process, in bytes. */
  long batchBytes() {
    return maxBatchBytes > 0 ? maxBatchBytes : Runtime.getRuntime().maxMemory() / HEAP_SHARE;
  }

  /** A copy with other bootstrap servers. */
  public SinkConfig withBootstrapServers(String servers) {
    return new SinkConfig(
        servers,
        topic,
        rejectedTopic,
        group,
        rules,
        maxBatchSamples,
        maxBatchBytes,
        checkpointInterval,
        parallelism,
        retryBackoff,
        kafka);
  }

  /** Omits the values of client settings, which include passwords. */
  @Override
  public String toString() {
    return "SinkConfig[bootstrapServers=%s, topic=%s, group=%s, kafka=%s]"
        .formatted(bootstrapServers, topic, group, kafka.keySet());
  }
}
