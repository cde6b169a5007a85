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
 * @param maxConnections open connections of clients; further ones wait
 * @param maxRecordBytes of a record after decompression; a batch may have 16 times as much
 * @param full whether the disk is full for producers; called for each request, on several threads,
 *     must not block
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
    int maxRecordBytes,
    BooleanSupplier full,
    Duration timeout) {

  /** Client connections, if there are enough file descriptors. */
  public static final int MAX_CONNECTIONS = 1_000;

  /**
   * Bytes of a decompressed record: 1/512 of the heap, because a consumer holds some hundred
   * records in memory; at least 1 MiB, at most 8 MiB.
   */
  public static final int MAX_RECORD_BYTES =
      (int)
          Math.max(
              1 << 20,
              Math.min(LogLimits.laptop().maxBatchBytes(), Runtime.getRuntime().maxMemory() / 512));

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
    if (maxRecordBytes < 1) {
      throw new IllegalArgumentException("maxRecordBytes must be positive");
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
        MAX_RECORD_BYTES,
        () -> false,
        Duration.ofMinutes(2));
  }

  /**
   * A copy with another address, which is also advertised; a wildcard is advertised as localhost.
   */
  public BrokerConfig withAddress(String host, int port) {
    String advertised = ANY_ADDRESS.contains(host) ? "localhost" : host;
    return with(host, port, advertised, log, syncInterval, maxConnections, maxRecordBytes, full);
  }

  /** A copy with another advertised host, such as behind a container's port mapping. */
  public BrokerConfig withAdvertisedHost(String name) {
    return with(host, port, name, log, syncInterval, maxConnections, maxRecordBytes, full);
  }

  /** A copy with other log limits. */
  public BrokerConfig withLog(LogLimits limits) {
    return with(
        host, port, advertisedHost, limits, syncInterval, maxConnections, maxRecordBytes, full);
  }

  /** A copy with another sync interval. */
  public BrokerConfig withSyncInterval(Duration interval) {
    return with(host, port, advertisedHost, log, interval, maxConnections, maxRecordBytes, full);
  }

  /** A copy with another connection limit. */
  public BrokerConfig withMaxConnections(int connections) {
    return with(host, port, advertisedHost, log, syncInterval, connections, maxRecordBytes, full);
  }

  /** A copy with another limit of decompressed records. */
  public BrokerConfig withMaxRecordBytes(int bytes) {
    return with(host, port, advertisedHost, log, syncInterval, maxConnections, bytes, full);
  }

  /** A copy that rejects producers while the disk is full. */
  public BrokerConfig withFull(BooleanSupplier isFull) {
    return with(
        host, port, advertisedHost, log, syncInterval, maxConnections, maxRecordBytes, isFull);
  }

  private BrokerConfig with(
      String host,
      int port,
      String advertisedHost,
      LogLimits log,
      Duration syncInterval,
      int maxConnections,
      int maxRecordBytes,
      BooleanSupplier full) {
    return new BrokerConfig(
        dataDir,
        host,
        port,
        advertisedHost,
        log,
        syncInterval,
        maxConnections,
        maxRecordBytes,
        full,
        timeout);
  }

  static void requirePositive(String name, Duration value) {
    if (value.compareTo(Duration.ofMillis(1)) < 0) {
      throw new IllegalArgumentException("%s %s must be at least 1 ms".formatted(name, value));
    }
  }
}
