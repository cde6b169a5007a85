package dev.annulus.kv.remote;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The store server to connect to.
 *
 * @param host name or address
 * @param port where it listens
 * @param timeout limit for one read or write, retries included
 * @param maxPendingBytes bytes of pending requests beyond which reads and writes fail as {@code
 *     UNAVAILABLE}
 */
public record RemoteConfig(String host, int port, Duration timeout, long maxPendingBytes) {
  /** The default port of a store server. */
  public static final int DEFAULT_PORT = 8710;

  private static final Pattern ADDRESS =
      Pattern.compile("(?<host>[^:\\s]+|\\[[0-9a-fA-F:.]+])(:(?<port>\\d{1,5}))?");

  public RemoteConfig {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("the store port must be between 1 and 65535, got " + port);
    }
    if (timeout.isNegative() || timeout.isZero() || maxPendingBytes < 1) {
      throw new IllegalArgumentException("timeout and maxPendingBytes must be positive");
    }
  }

  /**
   * The default configuration for an address.
   *
   * @param address {@code host}, {@code host:port} or {@code [address]:port}
   * @throws IllegalArgumentException if it is not an address
   */
  public static RemoteConfig at(String address, Duration timeout) {
    Matcher matcher = ADDRESS.matcher(address);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "the store address must be host:port, got \"" + address + "\"");
    }
    String port = matcher.group("port");
    return new RemoteConfig(
        matcher.group("host"),
        port == null ? DEFAULT_PORT : Integer.parseInt(port),
        timeout,
        64L << 20);
  }
}
