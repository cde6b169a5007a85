package dev.annulus.ingest;

import dev.annulus.model.SampleRules;
import dev.annulus.service.config.Settings;
import java.time.Duration;

/**
 * How the gateway accepts samples.
 *
 * @param bootstrapServers of Kafka
 * @param topic samples are published to
 * @param rules every sample must obey
 * @param maxBodyBytes of a request as received
 * @param maxDecodedBytes of a request after decompression
 * @param maxBatch samples in one request
 * @param maxInFlightBytes of records waiting for Kafka's acknowledgement; beyond it requests are
 *     refused with 503
 * @param maxRecordBytes of one Kafka record; the sink holds some hundred of them in memory
 * @param acknowledgeTimeout how long a request waits for Kafka before it ends in 503
 */
public record GatewayConfig(
    String bootstrapServers,
    String topic,
    SampleRules rules,
    int maxBodyBytes,
    int maxDecodedBytes,
    int maxBatch,
    long maxInFlightBytes,
    int maxRecordBytes,
    Duration acknowledgeTimeout) {

  /** Fraction of the heap for records in flight, which take about three times their size. */
  private static final int HEAP_SHARE = 32;

  private static final int MOST_DECODED = 64 << 20;

  /** The defaults for a Kafka cluster. */
  public static GatewayConfig of(String bootstrapServers) {
    return new GatewayConfig(
        bootstrapServers,
        "samples",
        SampleRules.DEFAULT,
        8 << 20,
        decodedBytes(Runtime.getRuntime().maxMemory()),
        100_000,
        Runtime.getRuntime().maxMemory() / HEAP_SHARE,
        128 << 10,
        Duration.ofSeconds(10));
  }

  /** A decoded body is one array, for which a small heap hardly has room. */
  private static int decodedBytes(long heap) {
    return (int) Math.min(MOST_DECODED, heap / HEAP_SHARE);
  }

  /** Reads {@code kafka.*} and {@code ingest.*}. */
  public static GatewayConfig from(Settings settings) {
    GatewayConfig defaults = of(settings.text("kafka.bootstrap-servers", "127.0.0.1:9092"));
    return new GatewayConfig(
        defaults.bootstrapServers(),
        settings.text("kafka.topic", defaults.topic()),
        SampleRules.from(
            settings.duration("ingest.allowed-skew", defaults.rules().allowedSkew()),
            settings::number),
        size(settings, "ingest.max-body", defaults.maxBodyBytes()),
        size(settings, "ingest.max-decoded-body", defaults.maxDecodedBytes()),
        settings.number("ingest.max-batch", defaults.maxBatch(), 1, 10_000_000),
        settings.bytes("ingest.max-in-flight", defaults.maxInFlightBytes()),
        size(settings, "ingest.max-record", defaults.maxRecordBytes()),
        settings.duration("ingest.acknowledge-timeout", defaults.acknowledgeTimeout()));
  }

  /** The same on another Kafka. */
  public GatewayConfig withBootstrapServers(String servers) {
    return new GatewayConfig(
        servers,
        topic,
        rules,
        maxBodyBytes,
        maxDecodedBytes,
        maxBatch,
        maxInFlightBytes,
        maxRecordBytes,
        acknowledgeTimeout);
  }

  private static int size(Settings settings, String key, int defaultValue) {
    return Math.toIntExact(settings.bytes(key, defaultValue));
  }
}
