package dev.annulus.broker;

import java.time.Duration;

/**
 * Default limits of a topic's log.
 *
 * <p>Kafka deletes whole segments, periodically. So a partition occupies at most {@code
 * retentionBytes + segmentBytes}, plus what arrives within one {@code checkInterval} and the second
 * for which a deleted file lingers, plus under 1 % for its indexes. Age counts from the append, not
 * from the producer's timestamp: backfilled samples are kept as long as fresh ones.
 *
 * @param retentionBytes per partition
 * @param retention age beyond which a record is deleted, accurate to a quarter of it
 * @param segmentBytes size of one log file, at least {@value #MIN_SEGMENT_BYTES}
 * @param checkInterval interval at which both limits are enforced
 * @param maxBatchBytes maximum record batch size
 */
public record LogLimits(
    long retentionBytes,
    Duration retention,
    int segmentBytes,
    Duration checkInterval,
    int maxBatchBytes) {

  /** Kafka rejects smaller segments. */
  public static final int MIN_SEGMENT_BYTES = 1 << 20;

  public LogLimits {
    if (retentionBytes < segmentBytes) {
      throw new IllegalArgumentException(
          "retentionBytes %d must be at least segmentBytes %d"
              .formatted(retentionBytes, segmentBytes));
    }
    if (segmentBytes < MIN_SEGMENT_BYTES) {
      throw new IllegalArgumentException(
          "segmentBytes %d must be at least %d".formatted(segmentBytes, MIN_SEGMENT_BYTES));
    }
    if (maxBatchBytes < 1 || maxBatchBytes > segmentBytes) {
      throw new IllegalArgumentException(
          "maxBatchBytes %d must be between 1 and segmentBytes %d"
              .formatted(maxBatchBytes, segmentBytes));
    }
    BrokerConfig.requirePositive("retention", retention);
    BrokerConfig.requirePositive("checkInterval", checkInterval);
  }

  /** 256 MiB or a day per partition, in files of 32 MiB, checked every 5 s; batches of 8 MiB. */
  public static LogLimits laptop() {
    return new LogLimits(256L << 20, Duration.ofDays(1), 32 << 20, Duration.ofSeconds(5), 8 << 20);
  }

  /** A copy with another size per partition. */
  public LogLimits withRetentionBytes(long bytes) {
    return new LogLimits(bytes, retention, segmentBytes, checkInterval, maxBatchBytes);
  }
}
