package dev.annulus.collector;

import java.net.SocketException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;
import oshi.SystemInfo;
import oshi.hardware.HWDiskStore;
import oshi.hardware.NetworkIF;

/** Byte counters of this host's disks and network interfaces. */
final class OshiCounters {
  /**
   * Linux block devices whose bytes an underlying disk also counts, or without an underlying disk.
   */
  private static final Pattern NOT_A_DISK =
      Pattern.compile("/dev/(dm-|md|loop|ram|zram|drbd|bcache|zd)\\d.*");

  private final SystemInfo system;
  private final Map<HostCounter, DeviceTotal> totals = new EnumMap<>(HostCounter.class);
  private boolean diskless;

  OshiCounters(SystemInfo system) {
    this.system = system;
  }

  /** Adds the disk counters, unless this host has no disk. */
  void readDisks(Map<HostCounter, Long> into) {
    if (!diskless) {
      List<HWDiskStore> found = system.getHardware().getDiskStores();
      // Without libudev, OSHI finds no disk and warns at every call: ask only once.
      diskless = found.isEmpty() && !totals.containsKey(HostCounter.DISK_READ_BYTES);
      List<HWDiskStore> disks = found.stream().filter(disk -> isDisk(disk.getName())).toList();
      add(HostCounter.DISK_READ_BYTES, disks, HWDiskStore::getName, HWDiskStore::getReadBytes);
      add(HostCounter.DISK_WRITE_BYTES, disks, HWDiskStore::getName, HWDiskStore::getWriteBytes);
    }
    put(HostCounter.DISK_READ_BYTES, into);
    put(HostCounter.DISK_WRITE_BYTES, into);
  }

  /** Adds the network counters, unless this host has only its loopback interface. */
  void readNetwork(Map<HostCounter, Long> into) {
    // OSHI's default list omits interfaces without a MAC address: ppp, wg, tun.
    List<NetworkIF> links =
        system.getHardware().getNetworkIFs(true).stream().filter(OshiCounters::isRemote).toList();
    add(HostCounter.NET_BYTES_SENT, links, NetworkIF::getName, NetworkIF::getBytesSent);
    add(HostCounter.NET_BYTES_RECV, links, NetworkIF::getName, NetworkIF::getBytesRecv);
    put(HostCounter.NET_BYTES_SENT, into);
    put(HostCounter.NET_BYTES_RECV, into);
  }

  static boolean isDisk(String name) {
    return !NOT_A_DISK.matcher(name).matches();
  }

  private static boolean isRemote(NetworkIF link) {
    try {
      return !link.queryNetworkInterface().isLoopback();
    } catch (SocketException e) {
      // It was removed after the listing.
      return false;
    }
  }

  private <D> void add(
      HostCounter counter, List<D> devices, Function<D, String> name, ToLongFunction<D> bytes) {
    Map<String, Long> counts = new HashMap<>();
    for (D device : devices) {
      counts.merge(name.apply(device), Math.max(0, bytes.applyAsLong(device)), Long::sum);
    }
    totals.computeIfAbsent(counter, unused -> new DeviceTotal()).add(counts);
  }

  private void put(HostCounter counter, Map<HostCounter, Long> into) {
    DeviceTotal total = totals.get(counter);
    if (total != null) {
      total.value().ifPresent(bytes -> into.put(counter, bytes));
    }
  }
}
