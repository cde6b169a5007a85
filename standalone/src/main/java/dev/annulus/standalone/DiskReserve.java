package dev.annulus.standalone;

import dev.annulus.service.config.Settings;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps space free on the disk of the data directory, for everything that writes there. Below the
 * reserve no samples are accepted, by any protocol; below half of it the store stops growing. So
 * there is room for acknowledged samples, and neither Kafka nor the store meets a full disk. Both
 * resume when there is space again. Checks the disk on demand, at most every {@value
 * #INTERVAL_MILLIS} ms. Thread-safe.
 */
public final class DiskReserve {
  private static final Logger LOG = LoggerFactory.getLogger(DiskReserve.class);
  private static final long INTERVAL_MILLIS = 100;

  private final List<Path> directories;
  private final long bytes;
  private volatile long nextLook = System.nanoTime();
  private volatile boolean low;

  private DiskReserve(List<Path> directories, long bytes) {
    this.directories = List.copyOf(directories);
    this.bytes = bytes;
  }

  /**
   * Reads {@code disk.reserve}.
   *
   * @param directories that may be on different disks; the reserve applies to each. They may be
   *     missing until something is written
   */
  public static DiskReserve from(Settings settings, Path... directories) {
    settings.refuseFormer("store.reserve-bytes", "disk.reserve, of which the store keeps half");
    return new DiskReserve(List.of(directories), settings.bytes("disk.reserve", 512L << 20));
  }

  /** The reserve of the store. */
  public long ofStore() {
    return bytes / 2;
  }

  /** Whether less than the reserve is free. Does not block. */
  public boolean isLow() {
    if (System.nanoTime() - nextLook >= 0) {
      nextLook = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(INTERVAL_MILLIS);
      look();
    }
    return low;
  }

  /** The readiness problem, if any. */
  public Optional<String> problem() {
    return isLow()
        ? Optional.of(
            "the disk is nearly full: %d MiB are free under %s, %d are kept free (disk.reserve); no samples are taken"
                .formatted(freeBytes() >> 20, directories.get(0).getParent(), bytes >> 20))
        : Optional.empty();
  }

  /** Registers gauges of the free space and the reserve. Returns this. */
  public DiskReserve bindTo(MeterRegistry metrics) {
    Gauge.builder("annulus.disk.free", this, DiskReserve::freeBytes)
        .baseUnit("bytes")
        .description("Free space on the disk of the data directory")
        .register(metrics);
    Gauge.builder("annulus.disk.reserve", this, reserve -> reserve.bytes)
        .baseUnit("bytes")
        .description("Reserve on that disk: below it no samples are accepted")
        .register(metrics);
    return this;
  }

  private synchronized void look() {
    long free = freeBytes();
    // Hysteresis: without it the state would flap.
    boolean now = free < bytes + (low ? Math.min(bytes / 20, Long.MAX_VALUE - bytes) : 0);
    if (now != low) {
      LOG.atWarn()
          .addKeyValue("free_bytes", free)
          .addKeyValue("reserve_bytes", bytes)
          .log(
              now
                  ? "the disk is nearly full: no samples are taken until there is room"
                  : "there is room on the disk again: samples are taken");
      low = now;
    }
  }

  private long freeBytes() {
    long least = Long.MAX_VALUE;
    for (Path directory : directories) {
      Path there = directory;
      while (!there.toFile().exists() && there.getParent() != null) {
        there = there.getParent();
      }
      least = Math.min(least, there.toFile().getUsableSpace());
    }
    return least;
  }
}
