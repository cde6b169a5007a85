package dev.annulus.kv.remote;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;

/**
 * Listen address and limits of a store server.
 *
 * @param host name or address to bind
 * @param port 0 for an ephemeral port
 * @param allowRemote whether a non-loopback address may be bound: the protocol has neither
 *     authentication nor encryption
 * @param maxConnections one per client process
 * @param maxRequests queued or running requests of one connection; further ones stay in the socket
 * @param maxRequestBytes bytes of all queued or running requests
 * @param maxTransactions open at once on one connection
 * @param maxAnswerBytes response size after which a range read continues with another request
 * @param workers threads that execute requests
 * @param idleTimeout a connection silent for this long is closed; clients send at least a ping each
 *     second
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
      throw new IllegalArgumentException("store server limits must be positive");
    }
    if (maxRequestBytes < Frame.MAX_BYTES || maxAnswerBytes < 1) {
      throw new IllegalArgumentException(
          "maxRequestBytes must be at least " + Frame.MAX_BYTES + " bytes, the largest frame");
    }
    if (!allowRemote && !isLoopback(host)) {
      throw new IllegalArgumentException(
          "store.bind is "
              + host
              + ", which is not a loopback address, and the store has no authentication;"
              + " bind 127.0.0.1, or set store.allow-remote=true inside a trusted network");
    }
  }

  /** The default configuration on an address. */
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

  /** The default configuration on loopback. */
  public static StoreServerConfig onLoopback(int port) {
    return on("127.0.0.1", port, false);
  }

  /** A copy with another connection limit. */
  public StoreServerConfig withMaxConnections(int connections) {
    return new StoreServerConfig(
        host,
        port,
        allowRemote,
        connections,
        maxRequests,
        maxRequestBytes,
        maxTransactions,
        maxAnswerBytes,
        workers,
        idleTimeout);
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("store.bind is " + host + ", which cannot be resolved", e);
    }
  }
}
