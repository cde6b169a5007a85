package dev.annulus.sink;

import java.time.Duration;
import java.util.Properties;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceOptions;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/** Builds the job graph, the same for a MiniCluster and a Flink cluster. */
public final class RingSinkJob {
  /** The job's name in Flink. */
  public static final String NAME = "annulus-ring-sink";

  private RingSinkJob() {}

  /** The Flink settings that this job needs; explicit settings override them. */
  public static Configuration flinkDefaults(SinkConfig config) {
    Configuration flink = new Configuration();
    flink.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, config.checkpointInterval());
    flink.set(CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE, CheckpointingMode.AT_LEAST_ONCE);
    flink.set(CheckpointingOptions.MAX_CONCURRENT_CHECKPOINTS, 1);
    flink.set(ExecutionOptions.BUFFER_TIMEOUT, Duration.ZERO);
    flink.set(PipelineOptions.OBJECT_REUSE, true);
    flink.set(PipelineOptions.GENERIC_TYPES, false);
    flink.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
    return flink;
  }

  /** Adds the job's pipeline, from the topic to the store. */
  public static void build(
      StreamExecutionEnvironment environment, SinkConfig config, StoreProvider stores) {
    environment
        .fromSource(
            new StoredOffsetsSource(source(config), config, stores),
            WatermarkStrategy.noWatermarks(),
            "samples")
        .uid("samples")
        .setParallelism(config.parallelism())
        .sinkTo(new RingSink(config, stores))
        .name("rings")
        .uid("rings")
        .setParallelism(config.parallelism());
  }

  private static KafkaSource<LogRecord> source(SinkConfig config) {
    Properties kafka = new Properties();
    // At most 1 MiB each, in memory twice until their headers are read, in up to four polls.
    kafka.setProperty(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "32");
    kafka.setProperty(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, Integer.toString(16 << 20));
    kafka.setProperty(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, Integer.toString(4 << 20));
    kafka.setProperty(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, "1000");
    kafka.setProperty(KafkaSourceOptions.COMMIT_OFFSETS_ON_CHECKPOINT.key(), "true");
    kafka.setProperty(KafkaSourceOptions.PARTITION_DISCOVERY_INTERVAL_MS.key(), "30000");
    kafka.putAll(config.kafka());
    // Not configurable: aborted transactions were never accepted.
    kafka.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    return KafkaSource.<LogRecord>builder()
        .setBootstrapServers(config.bootstrapServers())
        .setTopics(config.topic())
        .setGroupId(config.group())
        .setStartingOffsets(new CommittedOffsets())
        .setDeserializer(new LogRecordReader())
        .setProperties(kafka)
        .build();
  }
}
