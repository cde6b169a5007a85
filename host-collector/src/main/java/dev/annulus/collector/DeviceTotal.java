package dev.annulus.collector;

import java.util.Map;
import java.util.OptionalLong;

/**
 * The sum of one counter over devices that come and go. Adding up what the devices say now would
 * shrink when one is unplugged, and a smaller counter reads as a restart of the host; so this adds
 * what each device gained since it was last seen.
 */
final class DeviceTotal {
  /** Far above the devices of a host, and a bound for one that makes up new names for ever. */
  private static final int MAX_DEVICES = 10_000;

  private final Map<String, Long> lastSeen = new RecentMap<>(MAX_DEVICES);
  private long total;

  /** Takes the devices' own counts. */
  void add(Map<String, Long> counts) {
    counts.forEach(
        (device, count) -> {
          Long before = lastSeen.put(device, count);
          // A device that is new, or was plugged in again, has counted from zero.
          total += before == null || count < before ? count : count - before;
        });
  }

  /** The sum; empty if there never was a device. */
  OptionalLong value() {
    return lastSeen.isEmpty() ? OptionalLong.empty() : OptionalLong.of(total);
  }
}
