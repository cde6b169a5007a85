package dev.annulus.service.http;

import dev.annulus.service.config.ConfigException;
import dev.annulus.service.config.Settings;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * How an HTTP server listens.
 *
 * @param host address to bind
 * @param port 0 for any free one
 * @param threads most threads that handle requests
 * @param maxHeaderBytes of one request
 * @param maxConnections open at once
 * @param idleTimeout closes connections on which nothing moves
 * @param basePath before every path, such as {@code /annulus}; empty for none
 */
public record HttpConfig(
    String host,
    int port,
    int threads,
    int maxHeaderBytes,
    int maxConnections,
    Duration idleTimeout,
    String basePath) {
  private static final Pattern BASE_PATH = Pattern.compile("(/[A-Za-z0-9._~-]+)*");

  /** Rejects what is no path. */
  public HttpConfig {
    if (!BASE_PATH.matcher(basePath).matches()) {
      throw new ConfigException(
          "http.base-path: must be empty or like /annulus, without a slash at the end, got "
              + basePath);
    }
  }

  /** The defaults on a given address. */
  public static HttpConfig on(String host, int port) {
    return new HttpConfig(host, port, 32, 16 << 10, 2048, Duration.ofSeconds(60), "");
  }

  /** The same below another path. */
  public HttpConfig withBasePath(String path) {
    return new HttpConfig(host, port, threads, maxHeaderBytes, maxConnections, idleTimeout, path);
  }

  /** Reads {@code http.*}. */
  public static HttpConfig from(Settings settings) {
    HttpConfig defaults = on("127.0.0.1", 8000);
    return new HttpConfig(
        settings.text("http.bind", defaults.host()),
        settings.number("http.port", defaults.port(), 0, 65_535),
        settings.number("http.threads", defaults.threads(), 8, 1_000),
        settings.number("http.max-header-bytes", defaults.maxHeaderBytes(), 1_024, 1 << 20),
        settings.number("http.max-connections", defaults.maxConnections(), 1, 1_000_000),
        settings.duration("http.idle-timeout", defaults.idleTimeout()),
        settings.text("http.base-path", defaults.basePath()));
  }
}
