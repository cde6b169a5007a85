package dev.annulus.broker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/**
 * Where the broker keeps its log, where it listens, and its limits.
 *
 * @param dataDir created if missing; used by one broker at a time; its path has no comma
 * @param host name or address to listen on, {@code 0.0.0.0} for all
 * @param port to listen on; zero takes a free one, see {@link EmbeddedBroker#port()}
 * @param advertisedHost what clients are told to connect to
 * @param log what bounds each topic
 * @param syncInterval how long an acknowledged record may stay in the operating system's memory
 *     before it is forced to disk: a process that dies loses nothing, a machine that dies loses at
 *     most about this; zero forces every append before its acknowledgement
 * @param timeout limit of a start (which includes the recovery of a log after a crash), of an
 *     orderly stop, and of each call that changes topics
 */
public record BrokerConfig(
    Path dataDir,
    String host,
    int port,
    String advertisedHost,
    LogLimits log,
    Duration syncInterval,
    Duration timeout) {

  private static final Set<String> ANY_ADDRESS = Set.of("0.0.0.0", "::", "0:0:0:0:0:0:0:0");

  public BrokerConfig {
    if (dataDir.toString().contains(",")) {
      throw new IllegalArgumentException(
          "dataDir %s must not contain a comma: Kafka splits it there".formatted(dataDir));
    }
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port %d must be 0 to 65535".formatted(port));
    }
    if (host.isBlank()) {
      throw new IllegalArgumentException("host must not be blank");
    }
    if (advertisedHost.isBlank() || ANY_ADDRESS.contains(advertisedHost)) {
      throw new IllegalArgumentException(
          "advertisedHost '%s' must be one that clients can reach".formatted(advertisedHost));
    }
    if (syncInterval.isNegative()) {
      throw new IllegalArgumentException("syncInterval must not be negative");
    }
    requirePositive("timeout", timeout);
    dataDir = dataDir.toAbsolutePath().normalize();
  }

  /** What suits a laptop: a free port on the loopback interface. */
  public static BrokerConfig in(Path dataDir) {
    return new BrokerConfig(
        dataDir,
        "127.0.0.1",
        0,
        "127.0.0.1",
        LogLimits.laptop(),
        Duration.ofSeconds(1),
        Duration.ofMinutes(2));
  }

  /** The same on another address, advertised as it is; a wildcard is advertised as localhost. */
  public BrokerConfig withAddress(String host, int port) {
    String advertised = ANY_ADDRESS.contains(host) ? "localhost" : host;
    return new BrokerConfig(dataDir, host, port, advertised, log, syncInterval, timeout);
  }

  /** The same, advertised under another name, as behind a container's port mapping. */
  public BrokerConfig withAdvertisedHost(String name) {
    return new BrokerConfig(dataDir, host, port, name, log, syncInterval, timeout);
  }

  /** The same with other log limits. */
  public BrokerConfig withLog(LogLimits limits) {
    return new BrokerConfig(dataDir, host, port, advertisedHost, limits, syncInterval, timeout);
  }

  /** The same with another interval between forced writes. */
  public BrokerConfig withSyncInterval(Duration interval) {
    return new BrokerConfig(dataDir, host, port, advertisedHost, log, interval, timeout);
  }

  static void requirePositive(String name, Duration value) {
    if (value.compareTo(Duration.ofMillis(1)) < 0) {
      throw new IllegalArgumentException("%s %s must be at least 1 ms".formatted(name, value));
    }
  }
}
