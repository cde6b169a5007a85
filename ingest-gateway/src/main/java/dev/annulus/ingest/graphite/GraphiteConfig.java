package dev.annulus.ingest.graphite;

import dev.annulus.service.config.Settings;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the Graphite listeners.
 *
 * @param bind address of the listeners
 * @param port for plain text; 0 for any free one, null for no listener
 * @param picklePort for pickled messages; 0 for any free one, null for no listener
 * @param maxConnections of each listener, open at once
 * @param maxMessageBytes of a pickled message
 */
public record GraphiteConfig(
    String bind,
    @Nullable Integer port,
    @Nullable Integer picklePort,
    int maxConnections,
    int maxMessageBytes) {

  /** Fraction of the heap for the read buffers of a listener's connections. */
  private static final int HEAP_SHARE = 32;

  private static final int MAX_CONNECTIONS = 64;

  /** No listener; messages up to 1 MiB, as in Graphite. */
  public static final GraphiteConfig NONE =
      new GraphiteConfig(
          "127.0.0.1", null, null, connections(Runtime.getRuntime().maxMemory()), 1 << 20);

  /** As many connections as their share of the heap allows, each with its largest buffer. */
  static int connections(long heap) {
    long fitting = heap / HEAP_SHARE / TextConnection.BUFFER_BYTES;
    return (int) Math.max(2, Math.min(MAX_CONNECTIONS, fitting));
  }

  /** Reads {@code graphite.*}. */
  public static GraphiteConfig from(Settings settings) {
    return new GraphiteConfig(
        settings.text("graphite.bind", NONE.bind()),
        port(settings, "graphite.port"),
        port(settings, "graphite.pickle-port"),
        settings.number("graphite.max-connections", NONE.maxConnections(), 1, 10_000),
        Math.toIntExact(settings.bytes("graphite.max-message", NONE.maxMessageBytes())));
  }

  private static @Nullable Integer port(Settings settings, String key) {
    int port = settings.number(key, -1, -1, 65_535);
    return port < 0 ? null : port;
  }
}
