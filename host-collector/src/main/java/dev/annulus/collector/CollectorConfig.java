package dev.annulus.collector;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of the collector.
 *
 * @param endpoint address of the gateway, http or https; {@code /ingest/…} is appended to its path
 * @param interval interval between ticks, at least a second, because sample timestamps are whole
 *     seconds
 * @param host value of the tag {@code host}
 * @param diskPath a path on the file system that {@code disk_used_percent} describes
 * @param step seconds per slot of a new metric
 * @param slots slots of a new metric
 * @param token sent as {@code Authorization: Bearer}, null for none
 * @param requestTimeout limit from sending a request to the end of its response
 * @param maxBacklogTicks ticks kept while the gateway is unavailable; the oldest are dropped first
 * @param maxRetryAfter upper bound for {@code Retry-After}
 */
public record CollectorConfig(
    URI endpoint,
    Duration interval,
    String host,
    Path diskPath,
    int step,
    int slots,
    @Nullable String token,
    Duration requestTimeout,
    int maxBacklogTicks,
    Duration maxRetryAfter) {

  private static final Set<String> SCHEMES = Set.of("http", "https");
  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]+");

  public CollectorConfig {
    if (endpoint.getScheme() == null
        || !SCHEMES.contains(endpoint.getScheme())
        || endpoint.getHost() == null
        || endpoint.getPort() > 0xffff) {
      throw invalid("endpoint", endpoint, "must be an http or https address");
    }
    if (endpoint.getRawUserInfo() != null
        || endpoint.getRawQuery() != null
        || endpoint.getRawFragment() != null) {
      throw new IllegalArgumentException("endpoint must have no user, query or fragment");
    }
    require(interval.compareTo(Duration.ofSeconds(1)) >= 0, "interval", interval, "at least 1 s");
    require(!host.isBlank(), "host", host, "not blank");
    require(step > 0, "step", step, "positive");
    require(slots > 0, "slots", slots, "positive");
    require(isPositive(requestTimeout), "requestTimeout", requestTimeout, "positive");
    require(maxBacklogTicks > 0, "maxBacklogTicks", maxBacklogTicks, "positive");
    require(isPositive(maxRetryAfter), "maxRetryAfter", maxRetryAfter, "positive");
    if (token != null && !TOKEN.matcher(token).matches()) {
      throw new IllegalArgumentException("token must be printable ASCII without spaces");
    }
  }

  /**
   * Defaults: a tick every five seconds, rings of a day, an hour of backlog, no token, the root
   * disk.
   */
  public static CollectorConfig of(URI endpoint, String host) {
    return new CollectorConfig(
        endpoint,
        Duration.ofSeconds(5),
        host,
        Path.of("/"),
        5,
        17_280,
        null,
        Duration.ofSeconds(5),
        720,
        Duration.ofMinutes(5));
  }

  /** A copy with another token. */
  public CollectorConfig withToken(@Nullable String newToken) {
    return new CollectorConfig(
        endpoint,
        interval,
        host,
        diskPath,
        step,
        slots,
        newToken,
        requestTimeout,
        maxBacklogTicks,
        maxRetryAfter);
  }

  @Override
  public String toString() {
    return ("CollectorConfig[endpoint=%s, interval=%s, host=%s, diskPath=%s, step=%d, slots=%d,"
            + " token=%s, requestTimeout=%s, maxBacklogTicks=%d, maxRetryAfter=%s]")
        .formatted(
            endpoint,
            interval,
            host,
            diskPath,
            step,
            slots,
            token == null ? "none" : "***",
            requestTimeout,
            maxBacklogTicks,
            maxRetryAfter);
  }

  private static boolean isPositive(Duration duration) {
    return !duration.isZero() && !duration.isNegative();
  }

  private static void require(boolean holds, String key, Object value, String rule) {
    if (!holds) {
      throw invalid(key, value, "must be " + rule);
    }
  }

  private static IllegalArgumentException invalid(String key, Object value, String rule) {
    return new IllegalArgumentException(key + " is '" + value + "', " + rule);
  }
}
