package dev.annulus.kv.embedded;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Configuration of the embedded engine.
 *
 * @param directory created if missing; one process at a time may open it
 * @param maxBytes size on disk beyond which growing writes fail as {@code FULL}
 * @param reserveBytes free disk space below which growing writes fail as {@code FULL}
 * @param cacheBytes RocksDB block cache, outside of the heap
 * @param writeBufferBytes RocksDB write buffer, outside of the heap; up to three times as much is
 *     in use
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

  private static final int MOST_OPEN_FILES = 512;
  private static final int FEWEST_OPEN_FILES = 64;

  public EmbeddedConfig {
    if (maxBytes < 1 || reserveBytes < 0 || cacheBytes < 1 || writeBufferBytes < 1) {
      throw new IllegalArgumentException(
          "maxBytes, reserveBytes, cacheBytes and writeBufferBytes must be positive");
    }
    if (syncInterval.isNegative()) {
      throw new IllegalArgumentException("syncInterval must not be negative");
    }
  }

  /**
   * How many files an engine keeps open at most: 512, or a sixth of what this process may open
   * ({@code ulimit -n}) if that is less. It closes one to open another.
   */
  public static int openFiles() {
    long limit =
        ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
            ? system.getMaxFileDescriptorCount()
            : Integer.MAX_VALUE;
    return (int) Math.min(MOST_OPEN_FILES, Math.max(FEWEST_OPEN_FILES, limit / 6));
  }

  /**
   * Defaults: the cache is as large as a sixteenth of the heap, from 16 MiB to 1 GiB, the write
   * buffer likewise, to 128 MiB.
   */
  public static EmbeddedConfig in(Path directory) {
    long share = Math.max(16L << 20, Runtime.getRuntime().maxMemory() / 16);
    return new EmbeddedConfig(
        directory,
        1L << 40,
        256L << 20,
        Math.min(1L << 30, share),
        Math.min(128L << 20, share),
        Duration.ofSeconds(1));
  }

  /** A copy with another size limit. */
  public EmbeddedConfig withMaxBytes(long bytes) {
    return new EmbeddedConfig(
        directory, bytes, reserveBytes, cacheBytes, writeBufferBytes, syncInterval);
  }
}
