package dev.annulus.collector;

import java.io.File;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import oshi.SystemInfo;
import oshi.hardware.CentralProcessor;
import oshi.hardware.GlobalMemory;

/**
 * A {@link HostProbe} on OSHI for this host. A figure that cannot be read is omitted, and logged
 * once; the others are unaffected.
 */
public final class OshiProbe implements HostProbe {
  private static final Logger LOG = LoggerFactory.getLogger(OshiProbe.class);

  private final SystemInfo system = new SystemInfo();
  private final OshiCounters counters = new OshiCounters(system);
  private final Set<String> unreadable = new HashSet<>();
  private final File diskPath;
  private long[] cpuTicks = {};

  /**
   * Takes a first sample of the CPU times, so the first reading has a CPU load.
   *
   * @param diskPath a path on the file system that {@code disk_used_percent} describes
   */
  public OshiProbe(Path diskPath) {
    this.diskPath = diskPath.toFile();
    attempt("cpu", () -> readCpu(new EnumMap<>(HostGauge.class)));
  }

  /** This host's name without domain, for the tag {@code host}; may query DNS. */
  public static String hostName() {
    String name = new SystemInfo().getOperatingSystem().getNetworkParams().getHostName();
    return name.isBlank() ? "localhost" : name;
  }

  @Override
  public HostFigures read() {
    Map<HostGauge, Double> gauges = new EnumMap<>(HostGauge.class);
    attempt("cpu", () -> readCpu(gauges));
    attempt("load", () -> readLoad(gauges));
    attempt("memory", () -> readMemory(gauges));
    attempt("file system", () -> readFileSystem(gauges));
    Map<HostCounter, Long> counts = new EnumMap<>(HostCounter.class);
    attempt("disks", () -> counters.readDisks(counts));
    attempt("network", () -> counters.readNetwork(counts));
    return new HostFigures(gauges, counts);
  }

  private void readCpu(Map<HostGauge, Double> into) {
    CentralProcessor processor = system.getHardware().getProcessor();
    long[] before = cpuTicks;
    cpuTicks = processor.getSystemCpuLoadTicks();
    // If no time has passed, OSHI returns 0, which would look like an idle host.
    if (before.length > 0 && LongStream.of(cpuTicks).sum() > LongStream.of(before).sum()) {
      // iowait may decrease in the kernel, hence the clamp.
      double busy = processor.getSystemCpuLoadBetweenTicks(before, cpuTicks);
      into.put(HostGauge.CPU_PERCENT, 100 * Math.max(0, Math.min(1, busy)));
    }
  }

  private void readLoad(Map<HostGauge, Double> into) {
    double average = system.getHardware().getProcessor().getSystemLoadAverage(1)[0];
    if (average >= 0) {
      into.put(HostGauge.LOAD_AVG_1M, average);
    }
  }

  private void readMemory(Map<HostGauge, Double> into) {
    GlobalMemory memory = system.getHardware().getMemory();
    long total = memory.getTotal();
    putPercent(HostGauge.MEM_USED_PERCENT, total - memory.getAvailable(), total, into);
  }

  /**
   * Like {@code df}: the used share of the space available to users. Queries the file system
   * itself, because OSHI's list omits overlays, such as a container's root.
   */
  private void readFileSystem(Map<HostGauge, Double> into) {
    long used = diskPath.getTotalSpace() - diskPath.getFreeSpace();
    putPercent(HostGauge.DISK_USED_PERCENT, used, used + diskPath.getUsableSpace(), into);
  }

  private static void putPercent(
      HostGauge gauge, long used, long total, Map<HostGauge, Double> into) {
    // Zero means unknown; used and total are separate calls and may disagree slightly.
    if (total > 0) {
      into.put(gauge, Math.max(0, Math.min(100, 100.0 * used / total)));
    }
  }

  /** Catches linkage errors too: OSHI lacks a native library for some hosts, such as musl ones. */
  private void attempt(String source, Runnable reading) {
    try {
      reading.run();
      unreadable.remove(source);
    } catch (RuntimeException | LinkageError e) {
      if (unreadable.add(source)) {
        LOG.atWarn().addKeyValue("source", source).setCause(e).log("reading a host figure failed");
      }
    }
  }
}
