package dev.annulus.service.http;

import dev.annulus.service.access.AccessConfig;
import dev.annulus.service.config.ConfigException;
import dev.annulus.service.config.Settings;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of an HTTP server.
 *
 * @param host address to bind
 * @param port 0 for any free one
 * @param threads maximum number of threads that handle requests
 * @param maxHeaderBytes of one request
 * @param maxConnections maximum number of open connections
 * @param acceptBacklog connections waiting to be accepted; the kernel may allow fewer
 * @param idleTimeout of connections without traffic
 * @param basePath before every path, such as {@code /annulus}; empty for none
 * @param headerTimeout for receiving a request header
 * @param slowClients limits for slow clients
 * @param access access control
 * @param tls null for plain HTTP
 */
public record HttpConfig(
    String host,
    int port,
    int threads,
    int maxHeaderBytes,
    int maxConnections,
    int acceptBacklog,
    Duration idleTimeout,
    String basePath,
    Duration headerTimeout,
    SlowClients slowClients,
    AccessConfig access,
    @Nullable TlsConfig tls) {
  /** Maximum number of open connections, given enough file descriptors. */
  public static final int MAX_CONNECTIONS = 2_048;

  private static final Pattern BASE_PATH = Pattern.compile("(/[A-Za-z0-9._~-]+)*");

  /** Rejects an invalid base path. */
  public HttpConfig {
    if (!BASE_PATH.matcher(basePath).matches()) {
      throw new ConfigException(
          "http.base-path: must be empty or like /annulus, without a slash at the end, got "
              + basePath);
    }
  }

  /** The defaults on a given address: no TLS, no tokens. */
  public static HttpConfig on(String host, int port) {
    return new HttpConfig(
        host,
        port,
        32,
        16 << 10,
        MAX_CONNECTIONS,
        1024,
        Duration.ofSeconds(60),
        "",
        Duration.ofSeconds(20),
        SlowClients.defaults(),
        AccessConfig.open(),
        null);
  }

  /** Reads {@code http.*} and {@code auth.*}. */
  public static HttpConfig from(Settings settings) {
    HttpConfig defaults = on("127.0.0.1", 8000);
    HttpConfig config =
        new HttpConfig(
            settings.text("http.bind", defaults.host()),
            settings.number("http.port", defaults.port(), 0, 65_535),
            settings.number("http.threads", defaults.threads(), 8, 1_000),
            settings.number("http.max-header-bytes", defaults.maxHeaderBytes(), 1_024, 1 << 20),
            settings.number("http.max-connections", defaults.maxConnections(), 1, 1_000_000),
            settings.number("http.accept-backlog", defaults.acceptBacklog(), 1, 65_535),
            settings.duration("http.idle-timeout", defaults.idleTimeout()),
            settings.text("http.base-path", defaults.basePath()),
            settings.duration("http.header-timeout", defaults.headerTimeout()),
            SlowClients.from(settings),
            AccessConfig.from(settings),
            TlsConfig.from(settings));
    config.access().requireSafe("http.bind", config.host());
    return config;
  }

  /**
   * Reads {@code management.*}: a second listener for health and the process's metrics. On loopback
   * it needs no token, elsewhere the same as the API.
   *
   * @return empty unless {@code management.port} is set
   */
  public Optional<HttpConfig> management(Settings settings) {
    String bind = settings.text("management.bind", "127.0.0.1");
    int port = settings.number("management.port", -1, -1, 65_535);
    if (port < 0) {
      return Optional.empty();
    }
    boolean local = AccessConfig.isLoopback(bind);
    access.requireSafe("management.bind", bind);
    HttpConfig config = on(bind, port);
    return Optional.of(
        new HttpConfig(
            bind,
            port,
            8,
            maxHeaderBytes,
            64,
            acceptBacklog,
            idleTimeout,
            "",
            headerTimeout,
            slowClients,
            local ? config.access() : access,
            local ? null : tls));
  }

  /** A copy with another base path. */
  public HttpConfig withBasePath(String path) {
    return with(path, slowClients, access, tls);
  }

  /** A copy with other access control. */
  public HttpConfig withAccess(AccessConfig other) {
    return with(basePath, slowClients, other, tls);
  }

  /** A copy with TLS. */
  public HttpConfig withTls(TlsConfig other) {
    return with(basePath, slowClients, access, other);
  }

  /** A copy with other limits for slow clients. */
  public HttpConfig withSlowClients(SlowClients limits) {
    return with(basePath, limits, access, tls);
  }

  private HttpConfig with(
      String path, SlowClients slow, AccessConfig callers, @Nullable TlsConfig certificate) {
    return new HttpConfig(
        host,
        port,
        threads,
        maxHeaderBytes,
        maxConnections,
        acceptBacklog,
        idleTimeout,
        path,
        headerTimeout,
        slow,
        callers,
        certificate);
  }
}
