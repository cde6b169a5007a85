package dev.annulus.standalone;

import dev.annulus.broker.LogLimits;
import dev.annulus.service.config.ConfigException;
import dev.annulus.service.config.Settings;
import java.time.Duration;

/**
 * What the log of samples keeps, in place of Kafka's own retention.
 *
 * @param keepBytes of samples that are in the store already, for a replay; spread over the
 *     partitions; at most one segment per partition more is kept
 * @param maxBacklogBytes of samples that are not in the store yet; from there on the gateway
 *     refuses more
 * @param interval between two looks
 * @param settle how long the store must have had a sample before the log may lose it, longer than
 *     the store may take to force it to disk
 */
public record LogKeeping(long keepBytes, long maxBacklogBytes, Duration interval, Duration settle) {

  /**
   * Reads {@code kafka.log.*}.
   *
   * @param syncInterval of the store
   */
  static LogKeeping from(Settings settings, Duration syncInterval) {
    long backlog = settings.bytes("kafka.log.max-backlog", 1L << 30);
    if (backlog < 1) {
      throw new ConfigException("kafka.log.max-backlog must be at least 1 byte, got " + backlog);
    }
    return new LogKeeping(
        settings.bytes("kafka.log.keep", 256L << 20),
        backlog,
        Duration.ofSeconds(1),
        syncInterval.multipliedBy(2).plusSeconds(1));
  }

  /** How many files of the log are open at most. */
  long files(int partitions) {
    return 2L * partitions + (keepBytes + maxBacklogBytes) / LogLimits.laptop().segmentBytes() + 16;
  }
}
