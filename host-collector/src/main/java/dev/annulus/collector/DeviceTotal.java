package dev.annulus.collector;

import java.util.Map;
import java.util.OptionalLong;

/**
 * The total of one counter over devices that come and go. A plain sum would shrink when a device is
 * unplugged, which reads as a counter reset; so this adds each device's increase since it was last
 * seen.
 */
final class DeviceTotal {
  /** Far above the devices of a host; bounds a host that keeps inventing device names. */
  private static final int MAX_DEVICES = 10_000;

  private final Map<String, Long> lastSeen = new RecentMap<>(MAX_DEVICES);
  private long total;

  /** Adds the devices' current counts. */
  void add(Map<String, Long> counts) {
    counts.forEach(
        (device, count) -> {
          Long before = lastSeen.put(device, count);
          // A new or replugged device has counted from zero.
          total += before == null || count < before ? count : count - before;
        });
  }

  /** The total; empty if there never was a device. */
  OptionalLong value() {
    return lastSeen.isEmpty() ? OptionalLong.empty() : OptionalLong.of(total);
  }
}
