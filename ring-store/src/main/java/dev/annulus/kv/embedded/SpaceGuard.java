package dev.annulus.kv.embedded;

import dev.annulus.kv.StoreException;
import java.util.concurrent.TimeUnit;

/**
 * Rejects growing writes before the disk is full, so that clears and compaction always have room to
 * free space. Checks at most every {@value #INTERVAL_MILLIS} ms. Thread-safe.
 */
final class SpaceGuard {
  private static final long INTERVAL_MILLIS = 250;

  private final EmbeddedConfig config;
  private final RocksFiles files;
  private volatile long nextLook = System.nanoTime();
  private volatile boolean full;

  SpaceGuard(EmbeddedConfig config, RocksFiles files) {
    this.config = config;
    this.files = files;
  }

  /**
   * Checks for room.
   *
   * @throws StoreException {@code FULL} if there is none
   */
  void check() {
    if (System.nanoTime() - nextLook >= 0) {
      nextLook = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(INTERVAL_MILLIS);
      full = files.usedBytes() > config.maxBytes() || freeBytes() < config.reserveBytes();
    }
    if (full) {
      throw new StoreException(
          StoreException.Kind.FULL,
          "the store %s uses %d of %d bytes, and the disk has %d bytes free (%d are reserved)"
              .formatted(
                  config.directory(),
                  files.usedBytes(),
                  config.maxBytes(),
                  freeBytes(),
                  config.reserveBytes()));
    }
  }

  /** Uses the directory itself: {@code FileStore} needs a mount point it can resolve. */
  private long freeBytes() {
    return config.directory().toFile().getUsableSpace();
  }
}
