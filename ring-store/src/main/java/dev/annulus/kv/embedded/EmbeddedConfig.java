package dev.annulus.kv.embedded;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How the embedded engine keeps its files.
 *
 * @param directory created if missing; one process at a time may open it
 * @param maxBytes bytes on disk beyond which growing writes are refused as {@code FULL}
 * @param reserveBytes free bytes the disk must keep, otherwise growing writes are refused
 * @param cacheBytes memory for blocks read from disk
 * @param writeBufferBytes memory for what was written lately; up to three times as much is in use
 * @param syncInterval how long a commit may stay in the operating system's memory before it is
 *     forced to disk: a process that dies loses nothing, a machine that dies loses at most this;
 *     zero forces every commit
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
      throw new IllegalArgumentException("sizes must be positive");
    }
    if (syncInterval.isNegative()) {
      throw new IllegalArgumentException("syncInterval must not be negative");
    }
  }

  /** Sizes that suit a laptop. */
  public static EmbeddedConfig in(Path directory) {
    return new EmbeddedConfig(
        directory, 1L << 40, 256L << 20, 128L << 20, 128L << 20, Duration.ofSeconds(1));
  }

  /** The same with another size limit. */
  public EmbeddedConfig withMaxBytes(long bytes) {
    return new EmbeddedConfig(
        directory, bytes, reserveBytes, cacheBytes, writeBufferBytes, syncInterval);
  }
}
