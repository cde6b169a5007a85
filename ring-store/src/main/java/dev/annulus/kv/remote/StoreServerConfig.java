package dev.annulus.kv.remote;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;

/**
 * Where a store server listens, and its limits.
 *
 * @param host name or address to bind
 * @param port 0 for any free one
 * @param allowRemote whether addresses that other machines reach may be bound: the protocol has
 *     neither encryption nor a password
 * @param maxConnections one per client process
 * @param maxRequests of one connection that are worked on or wait; the rest stays in the socket
 * @param maxRequestBytes of all requests that are worked on or wait
 * @param maxTransactions open at once on one connection
 * @param maxAnswerBytes after which a range read is continued with another request
 * @param workers threads that read and commit
 * @param idleTimeout after which a silent connection is closed; clients send something each second
 */
public record StoreServerConfig(
    String host,
    int port,
    boolean allowRemote,
    int maxConnections,
    int maxRequests,
    long maxRequestBytes,
    int maxTransactions,
    int maxAnswerBytes,
    int workers,
    Duration idleTimeout) {

  public StoreServerConfig {
    if (maxConnections < 1 || maxRequests < 1 || maxTransactions < 1 || workers < 1) {
      throw new IllegalArgumentException("limits must be positive");
    }
    if (maxRequestBytes < Frame.MAX_BYTES || maxAnswerBytes < 1) {
      throw new IllegalArgumentException(
          "maxRequestBytes must be at least one frame of " + Frame.MAX_BYTES + " bytes");
    }
    if (!allowRemote && !isLoopback(host)) {
      throw new IllegalArgumentException(
          "store.bind is "
              + host
              + ", which other machines can reach, and the store has no password of its own;"
              + " bind 127.0.0.1, or set store.allow-remote=true inside a network you trust");
    }
  }

  /** The defaults on a given address. */
  public static StoreServerConfig on(String host, int port, boolean allowRemote) {
    return new StoreServerConfig(
        host,
        port,
        allowRemote,
        64,
        256,
        128L << 20,
        4096,
        256 << 10,
        Math.max(4, 2 * Runtime.getRuntime().availableProcessors()),
        Duration.ofSeconds(30));
  }

  /** The defaults on this machine only. */
  public static StoreServerConfig onLoopback(int port) {
    return on("127.0.0.1", port, false);
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("store.bind is " + host + ", which has no address", e);
    }
  }
}
