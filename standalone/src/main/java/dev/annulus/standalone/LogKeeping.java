package dev.annulus.standalone;

import dev.annulus.broker.LogLimits;
import dev.annulus.service.config.ConfigException;
import dev.annulus.service.config.Settings;
import java.time.Duration;

/**
 * Retention of the log of samples, instead of Kafka's own.
 *
 * @param keepBytes of stored samples to keep for a replay, divided among the partitions; each may
 *     keep up to one segment more
 * @param maxBacklogBytes of samples not stored yet; beyond it the gateway refuses samples
 * @param interval between two checks
 * @param settle how long a sample must have been stored before it may be deleted from the log;
 *     longer than the store's sync interval
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

  /** Maximum number of open files of the log. */
  long files(int partitions) {
    return 2L * partitions + (keepBytes + maxBacklogBytes) / LogLimits.laptop().segmentBytes() + 16;
  }
}
