package dev.annulus.standalone;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.annulus.ingest.graphite.GraphiteConfig;
import dev.annulus.service.config.ConfigException;
import dev.annulus.service.config.Settings;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Budgets the file descriptors of the process ({@code ulimit -n}) before it opens any. Files come
 * first: a Kafka log or store that cannot open a file has failed for good, while a connection can
 * wait. Not thread-safe.
 */
public final class Descriptors {
  /** Jar files, selectors and threads of libraries; measured: 260 to 300. */
  private static final long OWN = 320;

  private static final long FEWEST_CONNECTIONS = 32;

  private final Settings settings;
  private final long limit;
  private final Map<String, Long> shares = new LinkedHashMap<>();
  private long left;

  /**
   * @param settings with the numbers of connections
   * @param limit of descriptors
   */
  Descriptors(Settings settings, long limit) {
    this.settings = settings;
    this.limit = limit;
    this.left = limit - OWN;
    shares.put("the process itself", OWN);
  }

  /** The descriptors of this process. */
  public static Descriptors ofProcess(Settings settings) {
    long limit =
        ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
            ? system.getMaxFileDescriptorCount()
            : Integer.MAX_VALUE;
    return new Descriptors(settings, limit);
  }

  /** Reserves descriptors for files. Returns this. */
  public Descriptors files(String what, long count) {
    shares.put(what, count);
    left -= count;
    return this;
  }

  /**
   * The number of connections of a setting; by default as many as fit.
   *
   * @param most default, if there are enough descriptors
   * @param percent of the remaining descriptors used by the default otherwise; the percentages of a
   *     process add up to less than 100
   * @param listeners with this many connections each
   */
  public int connections(String key, int most, int percent, int listeners) {
    long fitting = Math.max(FEWEST_CONNECTIONS, Math.max(0, left) * percent / 100);
    settings.defaultingTo(key, Long.toString(Math.min(most, fitting)));
    int count = settings.number(key, most, 1, 1_000_000);
    shares.put(key, (long) listeners * count);
    return count;
  }

  /** The same for one listener. */
  public int connections(String key, int most, int percent) {
    return connections(key, most, percent, 1);
  }

  /** The same for the Graphite listeners that are configured. Returns this. */
  public Descriptors graphite() {
    int listeners = 0;
    for (String port : List.of("graphite.port", "graphite.pickle-port")) {
      listeners += settings.number(port, -1, -1, 65_535) < 0 ? 0 : 1;
    }
    if (listeners > 0) {
      connections("graphite.max-connections", GraphiteConfig.NONE.maxConnections(), 5, listeners);
    }
    return this;
  }

  /**
   * Checks the budget.
   *
   * @throws ConfigException if it exceeds the limit
   */
  public void require() {
    long sum = shares.values().stream().mapToLong(Long::longValue).sum();
    if (sum > limit) {
      StringBuilder plan = new StringBuilder();
      shares.forEach(
          (what, count) ->
              plan.append(plan.isEmpty() ? "" : ", ").append(what).append(' ').append(count));
      throw new ConfigException(
          "%d file descriptors are needed, but the process may have %d (%s); raise the limit (ulimit -n, LimitNOFILE), or lower a setting"
              .formatted(sum, limit, plan));
    }
  }
}
