package dev.annulus.broker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Configuration of the embedded broker.
 *
 * @param dataDir created if missing; used by one broker at a time; the path must not contain a
 *     comma
 * @param host name or address to listen on, {@code 0.0.0.0} for all
 * @param port to listen on; zero for an ephemeral one, see {@link EmbeddedBroker#port()}
 * @param advertisedHost host name announced to clients
 * @param log default limits of each topic
 * @param syncInterval interval between fsyncs of the log. A process crash loses nothing; a machine
 *     crash loses about this much acknowledged data. Zero syncs every append before its
 *     acknowledgement
 * @param maxConnections of clients, open at once; further ones wait
 * @param full whether the disk has no room for records of producers; asked for each request, from
 *     several threads, must not block
 * @param timeout limit for a start, including log recovery after a crash, for an orderly stop, and
 *     for each call that changes topics
 */
public record BrokerConfig(
    Path dataDir,
    String host,
    int port,
    String advertisedHost,
    LogLimits log,
    Duration syncInterval,
    int maxConnections,
    BooleanSupplier full,
    Duration timeout) {

  /** Of clients, where there are file descriptors enough. */
  public static final int MAX_CONNECTIONS = 1_000;

  private static final Set<String> ANY_ADDRESS = Set.of("0.0.0.0", "::", "0:0:0:0:0:0:0:0");

  public BrokerConfig {
    if (dataDir.toString().contains(",")) {
      throw new IllegalArgumentException(
          "dataDir %s must not contain a comma: Kafka splits it there".formatted(dataDir));
    }
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port %d must be between 0 and 65535".formatted(port));
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
    if (maxConnections < 1) {
      throw new IllegalArgumentException("maxConnections must be positive");
    }
    requirePositive("timeout", timeout);
    dataDir = dataDir.toAbsolutePath().normalize();
  }

  /** Defaults for a laptop: an ephemeral port on loopback. */
  public static BrokerConfig in(Path dataDir) {
    return new BrokerConfig(
        dataDir,
        "127.0.0.1",
        0,
        "127.0.0.1",
        LogLimits.laptop(),
        Duration.ofSeconds(1),
        MAX_CONNECTIONS,
        () -> false,
        Duration.ofMinutes(2));
  }

  /**
   * A copy with another address, which is also advertised; a wildcard is advertised as localhost.
   */
  public BrokerConfig withAddress(String host, int port) {
    String advertised = ANY_ADDRESS.contains(host) ? "localhost" : host;
    return with(host, port, advertised, log, syncInterval, maxConnections, full);
  }

  /** A copy with another advertised host, such as behind a container's port mapping. */
  public BrokerConfig withAdvertisedHost(String name) {
    return with(host, port, name, log, syncInterval, maxConnections, full);
  }

  /** A copy with other log limits. */
  public BrokerConfig withLog(LogLimits limits) {
    return with(host, port, advertisedHost, limits, syncInterval, maxConnections, full);
  }

  /** A copy with another sync interval. */
  public BrokerConfig withSyncInterval(Duration interval) {
    return with(host, port, advertisedHost, log, interval, maxConnections, full);
  }

  /** The same with another number of connections. */
  public BrokerConfig withMaxConnections(int connections) {
    return with(host, port, advertisedHost, log, syncInterval, connections, full);
  }

  /** The same, turning producers away while the disk is full. */
  public BrokerConfig withFull(BooleanSupplier isFull) {
    return with(host, port, advertisedHost, log, syncInterval, maxConnections, isFull);
  }

  private BrokerConfig with(
      String host,
      int port,
      String advertisedHost,
      LogLimits log,
      Duration syncInterval,
      int maxConnections,
      BooleanSupplier full) {
    return new BrokerConfig(
        dataDir, host, port, advertisedHost, log, syncInterval, maxConnections, full, timeout);
  }

  static void requirePositive(String name, Duration value) {
    if (value.compareTo(Duration.ofMillis(1)) < 0) {
      throw new IllegalArgumentException("%s %s must be at least 1 ms".formatted(name, value));
    }
  }
}
