package dev.annulus.kv.embedded;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Configuration of the embedded engine.
 *
 * @param directory created if missing; one process at a time may open it
 * @param maxBytes size on disk beyond which growing writes fail as {@code FULL}
 * @param reserveBytes free disk space below which growing writes fail as {@code FULL}
 * @param cacheBytes RocksDB block cache
 * @param writeBufferBytes RocksDB write buffer; up to three times as much is in use
 * @param syncInterval interval between fsyncs of the write-ahead log. A process crash loses
 *     nothing; a machine crash loses at most this much. Zero syncs every commit
 */
public record EmbeddedConfig(
    Path directory,
    long maxBytes,
    long reserveBytes,
    long cacheBytes,
    long writeBufferBytes,
    Duration syncInterval) {

  public EmbeddedConfig {
    if (maxBytes < 1 || reserveBytes < 0 || cacheBytes < 1 || writeBufferBytes < 1) {
      throw new IllegalArgumentException(
          "maxBytes, reserveBytes, cacheBytes and writeBufferBytes must be positive");
    }
    if (syncInterval.isNegative()) {
      throw new IllegalArgumentException("syncInterval must not be negative");
    }
  }

  /** Defaults for a laptop. */
  public static EmbeddedConfig in(Path directory) {
    return new EmbeddedConfig(
        directory, 1L << 40, 256L << 20, 128L << 20, 128L << 20, Duration.ofSeconds(1));
  }

  /** A copy with another size limit. */
  public EmbeddedConfig withMaxBytes(long bytes) {
    return new EmbeddedConfig(
        directory, bytes, reserveBytes, cacheBytes, writeBufferBytes, syncInterval);
  }
}
