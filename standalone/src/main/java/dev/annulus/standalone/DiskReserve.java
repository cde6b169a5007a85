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
 * What the disk under the data directory keeps free, for everything that writes there. Below it no
 * more samples are taken, by any way; below half of it the store stops growing: so what was
 * acknowledged before has room, and neither Kafka nor the store meets a disk that is full. With
 * room again both go on by themselves. Looks at the disk when asked, at most every {@value
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
   * @param directories that may be on disks of their own; each has to keep the reserve. They may be
   *     missing until something is written
   */
  public static DiskReserve from(Settings settings, Path... directories) {
    settings.refuseFormer("store.reserve-bytes", "disk.reserve, of which the store keeps half");
    return new DiskReserve(List.of(directories), settings.bytes("disk.reserve", 512L << 20));
  }

  /** What the store keeps free. */
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

  /** What to tell those who ask whether the process is ready. */
  public Optional<String> problem() {
    return isLow()
        ? Optional.of(
            "the disk is nearly full: %d MiB are free under %s, %d are kept free (disk.reserve); no samples are taken"
                .formatted(freeBytes() >> 20, directories.get(0).getParent(), bytes >> 20))
        : Optional.empty();
  }

  /** Shows what is free, and the reserve. Returns this. */
  public DiskReserve bindTo(MeterRegistry metrics) {
    Gauge.builder("annulus.disk.free", this, DiskReserve::freeBytes)
        .baseUnit("bytes")
        .description("Free on the disk under the data directory")
        .register(metrics);
    Gauge.builder("annulus.disk.reserve", this, reserve -> reserve.bytes)
        .baseUnit("bytes")
        .description("What is kept free there: below it no samples are taken")
        .register(metrics);
    return this;
  }

  private synchronized void look() {
    long free = freeBytes();
    // A little more than the reserve ends it: else it would be low and not low in turns.
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
